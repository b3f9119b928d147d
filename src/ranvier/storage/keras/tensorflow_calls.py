"""Functions of TensorFlow that a network of Keras 2 calls without a layer: ``x + y``, ``tf.nn.relu(x)``.

Keras 2 writes each as a layer of the class ``TFOpLambda`` with the path of the function, which is looked up in a
table and never imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ranvier.errors import UnsupportedFileError

CLASSES = ("TFOpLambda", "SlicingOpLambda")
CONSTANT = "_CONSTANT_VALUE"
"""What stands in the place of a layer's name where the first argument is a number."""

_AXES = {"axis": "axis", "keepdims": "keepdims"}
_SECOND = {"y": "x2"}
_FUNCTIONS: dict[str, tuple[str, Mapping[str, str]]] = {
    **{
        f"nn.{name}": (name, {})
        for name in ("relu", "relu6", "selu", "silu", "softsign", "sigmoid", "tanh", "softplus", "elu")
    },
    **{
        f"math.{name}": (name, {})
        for name in (
            *("abs", "ceil", "cos", "erf", "exp", "floor", "log", "log1p", "negative", "round", "rsqrt"),
            *("sigmoid", "sign", "sin", "softplus", "sqrt", "square", "tanh"),
        )
    },
    **{f"math.{name}": (name, _SECOND) for name in ("add", "subtract", "multiply", "maximum", "minimum")},
    **{f"math.reduce_{name}": (name, _AXES) for name in ("sum", "mean", "max", "min", "prod", "std")},
    "__operators__.add": ("add", _SECOND),
    "__operators__.getitem": ("get_item", {"slice_spec": "key"}),
    "clip_by_value": ("clip", {"clip_value_min": "x_min", "clip_value_max": "x_max"}),
    "compat.v1.squeeze": ("squeeze", {"axis": "axis"}),
    "compat.v1.transpose": ("transpose", {"perm": "axes"}),
    "concat": ("concatenate", {"axis": "axis"}),
    "expand_dims": ("expand_dims", {"axis": "axis"}),
    "linalg.matmul": ("matmul", {"b": "x2"}),
    "math.divide": ("divide", _SECOND),
    "math.pow": ("power", _SECOND),
    "math.reduce_logsumexp": ("logsumexp", _AXES),
    "math.truediv": ("true_divide", _SECOND),
    "nn.gelu": ("gelu", {"approximate": "approximate"}),
    "nn.leaky_relu": ("leaky_relu", {"alpha": "negative_slope"}),
    "nn.log_softmax": ("log_softmax", {"axis": "axis"}),
    "nn.softmax": ("softmax", {"axis": "axis"}),
    "reshape": ("reshape", {"shape": "newshape"}),
    "squeeze": ("squeeze", {"axis": "axis"}),
    "stack": ("stack", {"axis": "axis"}),
    "tile": ("tile", {"multiples": "repeats"}),
    "transpose": ("transpose", {"perm": "axes"}),
}
"""Ranvier's operation for each, and its argument for each of TensorFlow's after the first."""

_OF_LISTS = ("concatenate", "stack")


def tensorflow_call(config: Any, args: list[Any], kwargs: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Translate a call.

    Args:
        config: The configuration of the layer.
        args: The first argument.
        kwargs: The others by name.

    Returns:
        Ranvier's name of the operation, and its positional and named arguments.

    Raises:
        UnsupportedFileError: If there is none like it.
    """
    function = config.get("function") if isinstance(config, Mapping) else None
    if not isinstance(function, str) or function not in _FUNCTIONS:
        raise UnsupportedFileError(
            f"The network calls TensorFlow's function {str(function)[:100]!r}, for which Ranvier has no operation. "
            "Build the network with layers and `ranvier.ops`, and load the weights with `load_weights`."
        )
    operation, names = _FUNCTIONS[function]
    named = {}
    for name, value in kwargs.items():
        if name in names:
            named[names[name]] = _index(value) if operation == "get_item" else value
        elif name != "name" and value not in (None, False):
            raise UnsupportedFileError(
                f"The network calls TensorFlow's {function!r} with {name[:50]}={value!r:.50}, which Ranvier does not "
                "offer. Build the network with `ranvier.ops`, and load the weights with `load_weights`."
            )
    if operation in _OF_LISTS and args and not isinstance(args[0], list):
        args = [[args[0]], *args[1:]]
    return operation, [args, named]


def _index(key: Any) -> Any:
    parts = key if isinstance(key, list) else [key]
    return {"__tuple__": [_part(each) for each in parts]}


def _part(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"start", "stop", "step"}:
        return {"__slice__": [value["start"], value["stop"], value["step"]]}
    return value
