"""``tf.config.experimental``."""

from __future__ import annotations

from ranvier.compat.tensorflow.config import list_logical_devices, list_physical_devices
from ranvier.compat.tensorflow.devices import Device
from ranvier.compat.tensorflow.renaming import absent

__all__ = ["get_memory_growth", "list_logical_devices", "list_physical_devices", "set_memory_growth"]


def set_memory_growth(device: Device, enable: bool) -> None:
    """Do nothing: how memory of a GPU grows is set by XLA_PYTHON_CLIENT_PREALLOCATE before the program starts."""
    del device, enable


def get_memory_growth(device: Device) -> bool:
    """Return False: the engine reserves the memory of a GPU at its start."""
    del device
    return False


__getattr__ = absent("tf.config.experimental", lambda: __all__)
