"""Keras' tree under Keras' name: ``ranvier.keras.layers`` is ``ranvier.layers``.

A program whose package name was replaced by ``ranvier`` finds here what ``tensorflow.keras`` held.
"""

from __future__ import annotations

import importlib
from typing import Any

import ranvier
from ranvier.compat.array_methods import teach_arrays
from ranvier.compat.errors import MissingModuleError, MissingNameError, missing
from ranvier.compat.finder import answer
from ranvier.compat.names import INSTEAD, KERAS, real_name

__version__ = "3.15.0+ranvier"

_ELSEWHERE = {
    "InputSpec": "ranvier.layers",
    "KerasTensor": "ranvier.symbolic",
}
_NAMES = {"KerasTensor": "SymbolicTensor"}
_OUTSIDE_KERAS = {"compat", "errors", "keras", "perceptron", "plots", "pruning"}

answer([KERAS])


def __getattr__(name: str) -> Any:
    if name in _ELSEWHERE:
        return _loaded(getattr(importlib.import_module(_ELSEWHERE[name]), _NAMES.get(name, name)))
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    if name not in _OUTSIDE_KERAS and name in ranvier.__all__:
        return _loaded(getattr(ranvier, name))
    try:
        real = real_name(f"{KERAS}.{name}")
    except MissingModuleError as error:
        raise MissingNameError(missing("keras", name, __dir__(), INSTEAD.get(name))) from error
    return _loaded(importlib.import_module(str(real)))


def _loaded(value: Any) -> Any:
    teach_arrays()
    return value


def version() -> str:
    """Return the version of Keras whose names and semantics are followed."""
    return __version__


def __dir__() -> list[str]:
    return __all__


__all__ = sorted(
    {
        *_ELSEWHERE,
        "preprocessing",
        "version",
        "__version__",
        *(set(ranvier.__all__) - _OUTSIDE_KERAS - {"__version__"}),
    }
)
