"""The devices of this machine, as TensorFlow names them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import jax

from ranvier.errors import ConfigurationError


class Device(NamedTuple):
    """A device: ``name`` such as ``"/physical_device:CPU:0"``, and ``device_type`` ``"CPU"`` or ``"GPU"``."""

    name: str
    device_type: str


def listed(kind: str | None, word: str) -> list[Device]:
    """List the devices of a kind, or all.

    Args:
        kind: ``"CPU"``, ``"GPU"`` or None.
        word: What stands in their names before the colon.
    """
    kinds = ["CPU", *(["GPU"] if jax.default_backend() == "gpu" else [])]
    found = [Device(f"/{word}:{each}:{number}", each) for each in kinds for number in _numbers(each)]
    return [each for each in found if kind is None or each.device_type == kind]


def _numbers(kind: str) -> range:
    return range(1 if kind == "CPU" else jax.local_device_count())


def find(name: str) -> Any:
    """Return the engine's device of a name such as ``"/GPU:0"``.

    Raises:
        ConfigurationError: If there is none.
    """
    match = re.fullmatch(r"/?(?:device:)?(CPU|GPU)(?::(\d+))?", name, re.IGNORECASE)
    try:
        devices = jax.devices(match[1].lower()) if match else []
    except RuntimeError:  # this is how the engine says that it has none of that kind
        devices = []
    number = int(match[2] or 0) if match else 0
    if number >= len(devices):
        present = ", ".join(each.name for each in listed(None, "device"))
        raise ConfigurationError(f"There is no device {name!r} on this machine. There is: {present}.")
    return devices[number]
