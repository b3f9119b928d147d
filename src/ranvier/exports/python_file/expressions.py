"""Each kind of step as an expression of Python and NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from ranvier.exports.python_file import columns, helpers

Attributes: TypeAlias = Mapping[str, Any]
Writer: TypeAlias = Callable[[Sequence[str], Attributes], str]

TEMPLATES: Mapping[str, str] = {
    "absolute": "np.abs({0})",
    "add": "{0} + {1}",
    "and": "{0} & {1}",
    "arccos": "np.arccos({0})",
    "arccosh": "np.arccosh({0})",
    "arcsin": "np.arcsin({0})",
    "arcsinh": "np.arcsinh({0})",
    "arctan": "np.arctan({0})",
    "arctanh": "np.arctanh({0})",
    "arg_max": "np.argmax({0}, axis={axis}).astype(np.{dtype})",
    "arg_min": "np.argmin({0}, axis={axis}).astype(np.{dtype})",
    "average_pooling": "average_pooling({0}, {axes}, {sizes}, {strides}, {padding!r})",
    "batch_normalization": "batch_normalization({0}, {1}, {2}, {3}, {4}, axis={axis}, epsilon={epsilon!r})",
    "cast": "{0}.astype(np.{dtype})",
    "ceil": "np.ceil({0})",
    "cos": "np.cos({0})",
    "cosh": "np.cosh({0})",
    "cumulative_sum": "np.cumsum({0}, axis={axis})",
    "divide": "{0} / {1}",
    "einsum": "np.einsum({equation!r}, {0}, {1})",
    "elu": "elu({0}, {alpha!r})",
    "enlarge": "enlarged({0}, {axes}, {factors}, {bilinear})",
    "equal": "{0} == {1}",
    "erf": "erf({0})",
    "exp": "np.exp({0})",
    "expm1": "np.expm1({0})",
    "floor": "np.floor({0})",
    "greater": "{0} > {1}",
    "greater_equal": "{0} >= {1}",
    "identity": "{0}",
    "integer_divide": "np.trunc({0} / {1}).astype({0}.dtype)",
    "is_nan": "np.isnan({0})",
    "is_infinite": "np.isinf({0})",
    "largest": "largest({0}, axis={axis}, count={count})",
    "largest_places": "largest_places({0}, axis={axis}, count={count}).astype(np.{dtype})",
    "layer_normalization": "layer_normalization({0}, {1}, {2}, first_axis={first_axis}, epsilon={epsilon!r})",
    "leaky_relu": "np.where({0} >= 0, {0}, {0} * {slope!r})",
    "less": "{0} < {1}",
    "less_equal": "{0} <= {1}",
    "log": "np.log({0})",
    "log1p": "np.log1p({0})",
    "log_softmax": "log_softmax({0}, axis={axis})",
    "matmul": "{0} @ {1}",
    "max_pooling": "max_pooling({0}, {axes}, {sizes}, {strides}, {padding!r})",
    "maximum": "np.maximum({0}, {1})",
    "minimum": "np.minimum({0}, {1})",
    "multiply": "{0} * {1}",
    "negative": "-{0}",
    "not": "~{0}",
    "not_equal": "{0} != {1}",
    "or": "{0} | {1}",
    "pad": "np.pad({0}, {widths}, constant_values={value})",
    "power": "np.power({0}, {1})",
    "reduce_and": "{0}.all(axis={axes}, keepdims={keep})",
    "reduce_max": "{0}.max(axis={axes}, keepdims={keep})",
    "reduce_mean": "{0}.mean(axis={axes}, keepdims={keep})",
    "reduce_min": "{0}.min(axis={axes}, keepdims={keep})",
    "reduce_or": "{0}.any(axis={axes}, keepdims={keep})",
    "reduce_prod": "{0}.prod(axis={axes}, keepdims={keep}, dtype={0}.dtype)",
    "reduce_sum": "{0}.sum(axis={axes}, keepdims={keep}, dtype={0}.dtype)",
    "relu": "np.maximum({0}, 0)",
    "remainder": "np.fmod({0}, {1})",
    "reshape_like": "{0}.reshape({1}.shape)",
    "round": "np.round({0})",
    "rows": "np.asarray({0}.shape[{axis}], np.{dtype})",
    "sigmoid": "sigmoid({0})",
    "sign": "np.sign({0})",
    "sin": "np.sin({0})",
    "sinh": "np.sinh({0})",
    "softmax": "softmax({0}, axis={axis})",
    "softplus": "softplus({0})",
    "softsign": "{0} / (1 + np.abs({0}))",
    "sort": "np.sort({0}, axis={axis})",
    "sqrt": "np.sqrt({0})",
    "square": "np.square({0})",
    "squeeze": "np.squeeze({0}, axis={axes})",
    "subtract": "{0} - {1}",
    "take": "np.take({0}, {1}, axis={axis})",
    "take_along": "np.take_along_axis({0}, {1}, axis={axis})",
    "text_codes": "text_codes({0}, {1}, {2})",
    "tan": "np.tan({0})",
    "tanh": "np.tanh({0})",
    "transpose": "{0}.transpose{order}",
    "unsqueeze": "np.expand_dims({0}, {axes})",
    "where": "np.where({0}, {1}, {2})",
    "xor": "{0} ^ {1}",
}


def _concatenate(names: Sequence[str], attributes: Attributes) -> str:
    return f"np.concatenate([{', '.join(names)}], axis={attributes['axis']})"


def _convolution(names: Sequence[str], attributes: Attributes) -> str:
    order = ("strides", "padding", "dilation", "groups", "channels_first")
    options = ", ".join(f"{name}={attributes[name]!r}" for name in order)
    bias = [f"bias={names[2]}"] if len(names) > 2 else []
    return f"convolution({', '.join([*names[:2], *bias, options])})"


def _expand(names: Sequence[str], attributes: Attributes) -> str:
    sizes = [f"len({names[1]})" if size is None else str(size) for size in attributes["sizes"]]
    return f"np.broadcast_to({names[0]}, ({', '.join(sizes)}{',' if len(sizes) == 1 else ''}))"


def _linear(names: Sequence[str], attributes: Attributes) -> str:
    del attributes
    return " + ".join([f"{names[0]} @ {names[1]}", *names[2:]])


def _reshape(names: Sequence[str], attributes: Attributes) -> str:
    sizes = [
        str(size) if size else f"len({names[0]})" if axis == 0 else f"{names[0]}.shape[{axis}]"
        for axis, size in enumerate(attributes["sizes"])
    ]
    return f"{names[0]}.reshape({', '.join(sizes) or '()'})"


def _slice(names: Sequence[str], attributes: Attributes) -> str:
    start, stop, stride = (attributes[name] for name in ("start", "stop", "stride"))
    end = "" if stop < 0 else str(stop)
    part = f"{start}:{end}" + (f":{stride}" if stride != 1 else "")
    return f"{names[0]}[{':, ' * attributes['axis']}{part}]"


WRITERS: Mapping[str, Writer] = {
    "concatenate": _concatenate,
    "convolution": _convolution,
    "expand": _expand,
    "linear": _linear,
    "reshape": _reshape,
    "slice": _slice,
}

HELPERS: Mapping[str, Callable[..., Any]] = {
    name: value
    for module in (helpers, columns)
    for name, value in vars(module).items()
    if callable(value) and getattr(value, "__module__", "") == module.__name__
}
"""The functions that expressions may call, by name."""


def expression(kind: str, names: Sequence[str], attributes: Attributes) -> str:
    """Write a step.

    Args:
        kind: Its kind.
        names: Expressions of its inputs: names, subscripts or numbers.
        attributes: Its attributes.
    """
    if kind in WRITERS:
        return WRITERS[kind](names, attributes)
    shown = {name: number(value) if isinstance(value, float) else value for name, value in attributes.items()}
    return TEMPLATES[kind].format(*names, **shown)


class number(float):  # noqa: N801 - printed as what it is
    """A fraction that is written so that Python reads it again."""

    def __repr__(self) -> str:
        if math.isnan(self):
            return "np.nan"
        if math.isinf(self):
            return "np.inf" if self > 0 else "-np.inf"
        return float.__repr__(self)

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        del specification
        return repr(self)


def computed(kind: str, values: Sequence[Any], attributes: Attributes) -> np.ndarray[Any, Any]:
    """Compute a step of constants.

    Args:
        kind: Its kind.
        values: Its inputs.
        attributes: Its attributes.
    """
    names = [f"x{position}" for position in range(len(values))]
    scope = {**HELPERS, "np": np, **dict(zip(names, values, strict=True))}
    with np.errstate(all="ignore"):
        # The text is made of the templates above, names of this line, and attributes of our own making.
        return np.asarray(eval(expression(kind, names, attributes), scope))  # noqa: S307
