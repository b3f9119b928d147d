"""``tf``: the part of TensorFlow that programs use around Keras.

Arrays are those of JAX and NumPy. ``import tensorflow`` finds this module after
:func:`ranvier.compat.install` and in ``ranvier run``.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ranvier.compat.array_methods import teach_arrays
from ranvier.compat.errors import MissingNameError, missing
from ranvier.compat.names import TENSORFLOW_MODULES

__version__ = "2.20.0+ranvier"

_PARTS_OF_KERAS = ("initializers", "losses", "metrics", "optimizers")
"""Keras' modules that stand in ``tf`` itself too."""

_MODULES = sorted(name for name in TENSORFLOW_MODULES if "." not in name)

_FROM_MATH = (
    *(
        "abs",
        "add",
        "argmax",
        "argmin",
        "cos",
        "cosh",
        "cumsum",
        "divide",
        "equal",
        "exp",
        "floor",
        "greater",
    ),
    *(
        "greater_equal",
        "less",
        "less_equal",
        "logical_and",
        "logical_not",
        "logical_or",
        "maximum",
        "minimum",
    ),
    *(
        "multiply",
        "negative",
        "not_equal",
        "pow",
        "reduce_all",
        "reduce_any",
        "reduce_logsumexp",
        "reduce_max",
    ),
    *(
        "reduce_mean",
        "reduce_min",
        "reduce_prod",
        "reduce_sum",
        "round",
        "sigmoid",
        "sign",
        "sin",
        "sinh",
        "sqrt",
    ),
    *("square", "subtract", "tan", "tanh", "truediv"),
)
_FROM_ARRAYS = (
    *("Variable", "argsort", "boolean_mask", "broadcast_to", "cast", "clip_by_value", "concat", "constant"),
    *(
        "convert_to_tensor",
        "einsum",
        "expand_dims",
        "eye",
        "fill",
        "gather",
        "identity",
        "is_tensor",
        "linspace",
    ),
    *(
        "matmul",
        "meshgrid",
        "norm",
        "one_hot",
        "ones",
        "ones_like",
        "pad",
        "range",
        "rank",
        "repeat",
        "reshape",
    ),
    *("reverse", "roll", "shape", "size", "slice", "sort", "split", "squeeze", "stack", "stop_gradient"),
    *("tensordot", "tile", "transpose", "unique", "unstack", "where", "zeros", "zeros_like"),
)
_FROM_DTYPES = (
    *("DType", "as_dtype", "bfloat16", "bool", "complex64", "float16", "float32", "float64", "int8", "int16"),
    *("int32", "int64", "uint8", "uint16", "uint32", "uint64"),
)

_HOMES = {
    **dict.fromkeys(_FROM_MATH, "math"),
    **dict.fromkeys(_FROM_ARRAYS, "arrays"),
    **dict.fromkeys(_FROM_DTYPES, "dtypes"),
    "TensorShape": "shapes",
}

_INSTEAD = {
    "GradientTape": "Use `jax.grad` of a function, or `compile` and `fit`.",
    "Module": "Write a `keras.layers.Layer`.",
    "contrib": "It belonged to TensorFlow 1; Keras has most of it.",
    "debugging": "`compile(run_eagerly=True)` runs every step in Python, where a debugger can stop.",
    "layers": "It belonged to TensorFlow 1; use `keras.layers`.",
    "train": "Use `keras.optimizers`, and `model.save_weights` or the callback `ModelCheckpoint`.",
    "Session": "There are no sessions; call functions directly.",
    "distribute": "A program uses all the cores of one machine as it is.",
    "estimator": "Use a Keras model.",
    "image": "Resize images with Pillow before training.",
    "io": "Read files with Python or NumPy.",
    "lite": "Models are saved with `model.save`.",
    "placeholder": "Use `keras.Input`.",
    "saved_model": "Models are saved with `model.save`.",
    "string": "Arrays hold numbers only.",
    "strings": "Arrays hold numbers only.",
}

newaxis = None


def executing_eagerly() -> bool:
    """Return True: outside a model's own programs everything is computed at once."""
    return True


def function(func: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Return a function as it is; it may also stand as a decorator with options, which have no meaning here."""
    del options
    return func if func is not None else lambda decorated: decorated


def get_logger() -> logging.Logger:
    """Return the logger named ``tensorflow``; Ranvier writes nothing to it."""
    return logging.getLogger("tensorflow")


def print(*values: Any, **options: Any) -> None:
    """Print values, as Python does."""
    import builtins

    options.pop("output_stream", None)
    builtins.print(*values, **options)  # noqa: T201


@contextmanager
def device(device_name: str) -> Iterator[None]:
    """Compute on a device for the length of a ``with`` block: ``"/CPU:0"``, ``"/GPU:0"``.

    Raises:
        ConfigurationError: If there is no such device.
    """
    import jax

    from ranvier.compat.tensorflow.devices import find

    with jax.default_device(find(device_name)):
        yield


__all__ = sorted(
    {
        *_HOMES,
        *_MODULES,
        *_PARTS_OF_KERAS,
        "keras",
        "newaxis",
        "__version__",
        "device",
        "executing_eagerly",
        "function",
        "get_logger",
    }
    | {"print", "Tensor"}
)


def __getattr__(name: str) -> Any:
    value = _found(name)
    teach_arrays()
    return value


def _found(name: str) -> Any:
    if name == "keras":
        return importlib.import_module("ranvier.keras")
    if name in _PARTS_OF_KERAS:
        return importlib.import_module(f"ranvier.{name}")
    if name == "Tensor":
        return importlib.import_module("jax").Array
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    if name.startswith("__"):
        raise AttributeError(f"module 'tensorflow' has no attribute {name!r}", name=name)
    raise MissingNameError(missing("tf", name, __all__, _INSTEAD.get(name)))


def __dir__() -> list[str]:
    return list(__all__)
