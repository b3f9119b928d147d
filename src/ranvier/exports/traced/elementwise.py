"""The engine's operations on single numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ranvier.exports.program import Tensor
from ranvier.exports.traced.values import Reading

_UNARY = {
    "abs": "absolute",
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atanh": "arctanh",
    "ceil": "ceil",
    "cos": "cos",
    "cosh": "cosh",
    "erf": "erf",
    "exp": "exp",
    "expm1": "expm1",
    "floor": "floor",
    "log": "log",
    "log1p": "log1p",
    "logistic": "sigmoid",
    "neg": "negative",
    "not": "not",
    "sign": "sign",
    "sin": "sin",
    "sinh": "sinh",
    "sqrt": "sqrt",
    "square": "square",
    "tan": "tan",
    "tanh": "tanh",
}
_BINARY = {
    "add": "add",
    "add_any": "add",
    "and": "and",
    "eq": "equal",
    "ge": "greater_equal",
    "gt": "greater",
    "le": "less_equal",
    "lt": "less",
    "max": "maximum",
    "min": "minimum",
    "mul": "multiply",
    "ne": "not_equal",
    "or": "or",
    "pow": "power",
    "rem": "remainder",
    "sub": "subtract",
    "xor": "xor",
}
_SAME = ("copy", "copy_p", "optimization_barrier", "reduce_precision", "stop_gradient")


def _unary(kind: str) -> Callable[..., Tensor]:
    def rule(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
        del equation
        return reading.build.unary(kind, operands[0])

    return rule


def _binary(kind: str) -> Callable[..., Tensor]:
    def rule(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
        del equation
        build, (x, y) = reading.build, operands
        if kind in ("and", "or", "xor", "not") and x.dtype != "bool":
            raise reading.unsupported(f"it combines the bits of whole numbers ({kind!r})")
        if kind in ("maximum", "minimum") and _neutral(y if x.ndim else x, kind):
            return x if x.ndim else y
        return build.binary(kind, x, y)

    return rule


def _neutral(x: Tensor, kind: str) -> bool:
    """Whether a limit limits nothing, as in the largest of a number and minus infinity."""
    return x.value is not None and bool((x.value == (-np.inf if kind == "maximum" else np.inf)).all())


def _same(reading: Reading, equation: Any, operands: list[Tensor]) -> list[Tensor]:
    del reading, equation
    return operands


def _divide(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    del equation
    return reading.build.binary("divide" if operands[0].is_float else "integer_divide", *operands)


def _integer_power(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    build, exponent = reading.build, equation.params["y"]
    if exponent == 2:
        return build.unary("square", operands[0])
    return build.binary("power", operands[0], float(exponent) if operands[0].is_float else exponent)


def _reciprocal_root(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    del equation
    return reading.build.divide(1.0, reading.build.unary("sqrt", operands[0]))


def _exp2(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    del equation
    return reading.build.binary("power", 2.0, operands[0])


def _cube_root(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    del equation
    build = reading.build
    root = build.binary("power", build.unary("absolute", operands[0]), 1 / 3)
    return build.multiply(build.unary("sign", operands[0]), root)


def _complementary_erf(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    del equation
    return reading.build.subtract(1.0, reading.build.unary("erf", operands[0]))


def _round(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    build = reading.build
    if int(equation.params["rounding_method"]) == 1:
        return build.unary("round", operands[0])
    # Halves away from zero.
    size = build.unary("floor", build.add(build.unary("absolute", operands[0]), 0.5))
    return build.multiply(build.unary("sign", operands[0]), size)


def _is_finite(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    del equation
    build = reading.build
    wrong = [build.unary(kind, operands[0], "bool") for kind in ("is_nan", "is_infinite")]
    return build.unary("not", build.binary("or", *wrong))


def _convert(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    x, dtype = operands[0], str(equation.params["new_dtype"])
    if dtype == "bool" and x.dtype != "bool":
        return reading.build.binary("not_equal", x, 0)
    return reading.build.cast(x, dtype)


def _select(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    del equation
    build, (which, *cases) = reading.build, operands
    if which.dtype == "bool":
        return build.where(which, cases[1], cases[0])
    chosen = cases[-1]
    for number in range(len(cases) - 2, -1, -1):
        chosen = build.where(build.binary("equal", which, number), cases[number], chosen)
    return chosen


def _clamp(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    del equation
    low, x, high = operands
    return reading.build.binary("minimum", reading.build.binary("maximum", x, low), high)


RULES: Mapping[str, Callable[..., Any]] = {
    **{name: _unary(kind) for name, kind in _UNARY.items()},
    **{name: _binary(kind) for name, kind in _BINARY.items()},
    **dict.fromkeys(_SAME, _same),
    "cbrt": _cube_root,
    "clamp": _clamp,
    "convert_element_type": _convert,
    "div": _divide,
    "erfc": _complementary_erf,
    "exp2": _exp2,
    "integer_pow": _integer_power,
    "is_finite": _is_finite,
    "round": _round,
    "rsqrt": _reciprocal_root,
    "select_n": _select,
}
