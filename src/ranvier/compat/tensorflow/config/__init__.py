"""``tf.config``: which devices there are."""

from __future__ import annotations

import importlib
from typing import Any

from ranvier.compat.tensorflow.devices import Device, listed
from ranvier.compat.tensorflow.renaming import absent

__all__ = ["experimental", "list_logical_devices", "list_physical_devices"]

_INSTEAD = {
    "optimizer": "Training is always compiled.",
    "run_functions_eagerly": "Use `model.compile(..., run_eagerly=True)`.",
    "set_visible_devices": "Set the environment variable JAX_PLATFORMS or CUDA_VISIBLE_DEVICES.",
    "threading": "Set the environment variable XLA_FLAGS before the program starts.",
}
_absent = absent("tf.config", lambda: __all__, _INSTEAD)


def list_physical_devices(device_type: str | None = None) -> list[Device]:
    """List the devices of this machine that the engine uses."""
    return listed(device_type, "physical_device")


def list_logical_devices(device_type: str | None = None) -> list[Device]:
    """List the devices of this machine that the engine uses."""
    return listed(device_type, "device")


def __getattr__(name: str) -> Any:
    return importlib.import_module(f"{__name__}.experimental") if name == "experimental" else _absent(name)
