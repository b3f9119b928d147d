"""The engine's operations that arrange, pick and sort."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ranvier.exports.program import Tensor
from ranvier.exports.traced.values import Reading, shape_of


def _broadcast(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    """Give the operand as many axes; that they are longer shows where it is used."""
    x, places = operands[0], equation.params["broadcast_dimensions"]
    rank = len(equation.params["shape"])
    return reading.build.expand_axes(x, [axis for axis in range(rank) if axis not in places])


def _reshape(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    x = reading.operands(equation, operands)[0]
    shape = shape_of(equation.params["new_sizes"])
    unknown = shape.count(None)
    if unknown > 2 or (unknown == 2 and shape[:1] != x.shape[:1]):
        raise reading.unsupported("it reshapes along several sizes that are not known")
    return reading.build.reshape(x, shape)


def _squeeze(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    return reading.build.squeeze(operands[0], equation.params["dimensions"])


def _expand_dims(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    return reading.build.expand_axes(operands[0], equation.params["dimensions"])


def _transpose(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    return reading.build.transpose(operands[0], equation.params["permutation"])


def _reverse(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    x = reading.operands(equation, operands)[0]
    for axis in equation.params["dimensions"]:
        size = x.shape[axis]
        if size is None:
            raise reading.unsupported("it reverses an axis whose size is not known")
        x = reading.build.slice(x, axis, size - 1, -1, -1)
    return x


def _concatenate(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    return reading.build.concatenate(reading.operands(equation, operands), equation.params["dimension"])


def _slice(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    x = reading.operands(equation, operands)[0]
    parameters = equation.params
    strides = parameters["strides"] or (1,) * x.ndim
    for axis, (start, stop, stride) in enumerate(
        zip(parameters["start_indices"], parameters["limit_indices"], strides, strict=True)
    ):
        if not isinstance(stop, int) or not isinstance(start, int):
            if start == 0 and stride == 1 and stop == equation.invars[0].aval.shape[axis]:
                continue
            raise reading.unsupported("it slices an axis whose size is not known")
        x = reading.build.slice(x, axis, start, stop, stride)
    return x


def _split(reading: Reading, equation: Any, operands: list[Tensor]) -> list[Tensor]:
    x = reading.operands(equation, operands)[0]
    parts, start = [], 0
    for size in equation.params["sizes"]:
        parts.append(reading.build.slice(x, equation.params["axis"], start, start + size))
        start += size
    return parts


def _pad(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    x = reading.full(operands[0], equation.invars[0].aval)
    widths = equation.params["padding_config"]
    value = operands[1].value
    if value is None or any(inside for _, _, inside in widths):
        raise reading.unsupported("it pads between the numbers, or with a number that is computed")
    for axis, (before, after, _) in enumerate(widths):
        size = x.shape[axis]
        if (before < 0 or after < 0) and size is not None:  # a cut
            x = reading.build.slice(x, axis, max(-before, 0), size + min(after, 0))
    return reading.build.pad(
        x, [(max(before, 0), max(after, 0)) for before, after, _ in widths], float(value)
    )


def _stack(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    axis = equation.params["axis"]
    build = reading.build
    whole = [build.expand_axes(each, [axis]) for each in reading.operands(equation, operands)]
    return build.concatenate(whole, axis)


def _tile(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    x = reading.operands(equation, operands)[0]
    for axis, times in enumerate(equation.params["reps"]):
        x = reading.build.concatenate([x] * times, axis)
    return x


def _largest(reading: Reading, equation: Any, operands: list[Tensor]) -> list[Tensor]:
    x, count = reading.operands(equation, operands)[0], equation.params["k"]
    axis = equation.params["axis"] % x.ndim
    results = []
    for kind, atom in zip(("largest", "largest_places"), equation.outvars, strict=True):
        shape, dtype = shape_of(atom.aval.shape), str(atom.aval.dtype)
        results.append(reading.build.step(kind, [x], shape, dtype, axis=axis, count=count, dtype=dtype))
    return results


def _iota(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    del operands
    shape, axis = equation.params["shape"], equation.params["dimension"]
    size = shape[axis]
    if not isinstance(size, int):
        raise reading.unsupported("it numbers the rows")
    places = [size if each == axis else 1 for each in range(len(shape))]
    numbers = np.arange(size).astype(str(equation.params["dtype"])).reshape(places)
    return reading.build.constant(numbers, name="places")


def _rows(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    del operands
    like = reading.rows()
    dim = equation.params["dim"]
    if str(dim) != "rows":
        raise reading.unsupported(f"it computes with a size that is not known, {dim}")
    dtype = str(equation.outvars[0].aval.dtype)
    return reading.build.step("rows", [like], (), dtype, axis=0, dtype=dtype)


def _sort(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    if len(operands) != 1:
        raise reading.unsupported("it sorts several arrays by one another")
    x = reading.operands(equation, operands)[0]
    return reading.build.unary("sort", x, axis=equation.params["dimension"])


def _cumulative_sum(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    if equation.params["reverse"]:
        raise reading.unsupported("it sums from the end")
    x = reading.operands(equation, operands)[0]
    return reading.build.unary("cumulative_sum", x, axis=equation.params["axis"])


RULES: Mapping[str, Callable[..., Any]] = {
    "broadcast_in_dim": _broadcast,
    "concatenate": _concatenate,
    "cumsum": _cumulative_sum,
    "dim_as_value": _rows,
    "expand_dims": _expand_dims,
    "iota": _iota,
    "pad": _pad,
    "reshape": _reshape,
    "rev": _reverse,
    "slice": _slice,
    "sort": _sort,
    "split": _split,
    "squeeze": _squeeze,
    "stack": _stack,
    "tile": _tile,
    "top_k": _largest,
    "transpose": _transpose,
}
