"""The engine's operations that combine many numbers: sums, products of matrices, convolutions, windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ranvier.exports.program import Tensor
from ranvier.exports.traced.values import Reading, shape_of

_REDUCTIONS = {
    "reduce_and": "and",
    "reduce_max": "max",
    "reduce_min": "min",
    "reduce_or": "or",
    "reduce_prod": "prod",
    "reduce_sum": "sum",
}


def _reduction(kind: str) -> Callable[..., Tensor]:
    def rule(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
        x = reading.operands(equation, operands)[0]
        return reading.build.reduce(kind, x, equation.params["axes"])

    return rule


def _place(kind: str) -> Callable[..., Tensor]:
    def rule(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
        x = reading.operands(equation, operands)[0]
        (axis,) = equation.params["axes"]
        shape = shape_of(equation.outvars[0].aval.shape)
        dtype = str(equation.params["index_dtype"])
        return reading.build.step(kind, [x], shape, dtype, axis=axis, dtype=dtype)

    return rule


def _product(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    x, y = reading.operands(equation, operands)
    (left, right), (left_batch, right_batch) = equation.params["dimension_numbers"]
    shape = shape_of(equation.outvars[0].aval.shape)
    if not left_batch and len(left) == 1 and left[0] == x.ndim - 1 and tuple(right) == (0,) and y.ndim == 2:
        return reading.build.step("matmul", [x, y], shape, x.dtype)
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    first = [""] * x.ndim
    second = [""] * y.ndim
    for one, other in [*zip(left_batch, right_batch, strict=True), *zip(left, right, strict=True)]:
        first[one] = second[other] = next(letters)
    first = [each or next(letters) for each in first]
    second = [each or next(letters) for each in second]
    result = [first[axis] for axis in left_batch]
    result += [each for axis, each in enumerate(first) if axis not in (*left_batch, *left)]
    result += [each for axis, each in enumerate(second) if axis not in (*right_batch, *right)]
    equation_text = f"{''.join(first)},{''.join(second)}->{''.join(result)}"
    return reading.build.step("einsum", [x, y], shape, x.dtype, equation=equation_text)


def _convolution(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    build, (x, kernel) = reading.build, reading.operands(equation, operands)
    parameters = equation.params
    numbers = parameters["dimension_numbers"]
    if any(each != 1 for each in parameters["lhs_dilation"]) or parameters["batch_group_count"] != 1:
        raise reading.unsupported("it convolves with spread inputs, as a transposed convolution does")
    # Rows, sizes, channels for the inputs; sizes, inputs, outputs for the kernel.
    x = build.transpose(x, (numbers.lhs_spec[0], *numbers.lhs_spec[2:], numbers.lhs_spec[1]))
    kernel = build.transpose(kernel, (*numbers.rhs_spec[2:], numbers.rhs_spec[1], numbers.rhs_spec[0]))
    whole = shape_of(equation.outvars[0].aval.shape)
    order = (numbers.out_spec[0], *numbers.out_spec[2:], numbers.out_spec[1])
    outputs = build.step(
        "convolution",
        [x, kernel],
        [whole[axis] for axis in order],
        x.dtype,
        strides=tuple(parameters["window_strides"]),
        padding=_known_widths(reading, parameters["padding"]),
        dilation=tuple(parameters["rhs_dilation"]),
        groups=parameters["feature_group_count"],
        channels_first=False,
    )
    return build.transpose(outputs, tuple(np.argsort(order).tolist()))


def _known_widths(reading: Reading, padding: Any) -> Any:
    widths = tuple((before, after) for before, after in padding)
    if not all(isinstance(each, int) for pair in widths for each in pair):
        raise reading.unsupported("it pads images whose size is not known")
    if any(each < 0 for pair in widths for each in pair):
        raise reading.unsupported("it convolves with a negative border")
    return widths if any(map(any, widths)) else "valid"


def _window(kind: str) -> Callable[..., Tensor]:
    def rule(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
        build, x = reading.build, reading.operands(equation, operands)[0]
        parameters = equation.params
        sizes, strides = parameters["window_dimensions"], parameters["window_strides"]
        spread = any(each != 1 for each in (*parameters["base_dilation"], *parameters["window_dilation"]))
        axes = tuple(axis for axis, size in enumerate(sizes) if size != 1 or strides[axis] != 1)
        widths = _known_widths(reading, parameters["padding"])
        if spread or x.ndim < 3 or len(axes) > 3:
            raise reading.unsupported("it reduces windows that are spread, or over rows")
        if 0 in axes or x.ndim - len(axes) > 2:
            raise reading.unsupported("it reduces windows over rows, or over too few axes")
        without = x.ndim - len(axes) < 2  # files have an axis of channels
        if kind == "sum":
            x = build.pad(x, parameters["padding"])
            widths = "valid"
        chosen = [sizes[axis] for axis in axes]
        shape = shape_of(equation.outvars[0].aval.shape)
        if without:
            x = build.expand_axes(x, [x.ndim])
            shape = (*shape, 1)
        outputs = build.step(
            "max_pooling" if kind == "max" else "average_pooling",
            [x],
            shape,
            x.dtype,
            axes=axes,
            sizes=tuple(chosen),
            strides=tuple(strides[axis] for axis in axes),
            padding=widths if widths == "valid" else tuple(widths[axis] for axis in axes),
        )
        if without:
            outputs = build.squeeze(outputs, [outputs.ndim - 1])
        return build.multiply(outputs, float(np.prod(chosen))) if kind == "sum" else outputs

    return rule


RULES: Mapping[str, Callable[..., Any]] = {
    **{name: _reduction(kind) for name, kind in _REDUCTIONS.items()},
    "argmax": _place("arg_max"),
    "argmin": _place("arg_min"),
    "conv_general_dilated": _convolution,
    "dot_general": _product,
    "reduce_window_max": _window("max"),
    "reduce_window_sum": _window("sum"),
}
