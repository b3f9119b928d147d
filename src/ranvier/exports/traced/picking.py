"""The engine's operations that pick numbers at places, known or computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ranvier.exports.program import Tensor
from ranvier.exports.traced.values import Reading, shape_of


def _dynamic_slice(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    x = reading.full(operands[0], equation.invars[0].aval)
    starts = [_known(reading, each) for each in operands[1:]]
    return _cut(reading, x, equation.invars[0].aval.shape, starts, equation.params["slice_sizes"])


def _cut(
    reading: Reading, x: Tensor, whole: Sequence[Any], starts: Sequence[int], sizes: Sequence[Any]
) -> Tensor:
    for axis, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        if isinstance(size, int) and isinstance(whole[axis], int):
            first = min(max(start, 0), whole[axis] - size)
            x = reading.build.slice(x, axis, first, first + size)
        elif size != whole[axis]:
            raise reading.unsupported("it slices an axis whose size is not known")
    return x


def _known(reading: Reading, x: Tensor) -> int:
    if x.value is None:
        raise reading.unsupported("it slices at a place that is computed")
    return int(x.value.reshape(()))


def _gather(reading: Reading, equation: Any, operands: list[Tensor]) -> Tensor:
    x, indices = reading.operands(equation, operands)
    numbers, sizes = equation.params["dimension_numbers"], equation.params["slice_sizes"]
    whole = equation.invars[0].aval.shape
    mapped, collapsed = tuple(numbers.start_index_map), tuple(numbers.collapsed_slice_dims)
    if numbers.operand_batching_dims:
        return _take_along(reading, equation, x, indices)
    if indices.ndim == 1 and indices.value is not None:
        starts = [0] * x.ndim
        for axis, start in zip(mapped, indices.value.tolist(), strict=True):
            starts[axis] = int(start) if isinstance(whole[axis], int) else 0
        return reading.build.squeeze(_cut(reading, x, whole, starts, sizes), collapsed)
    if not all(isinstance(whole[axis], int) for axis in mapped):
        raise reading.unsupported("it picks rows")
    rest = [0 if axis in mapped else size for axis, size in enumerate(sizes)]
    x = _cut(
        reading, x, whole, [0] * x.ndim, [whole[a] if a in mapped else size for a, size in enumerate(rest)]
    )
    taken, axes = _picked(reading, x, indices, mapped, whole, sizes)
    # Axes that are picked one by one go; the others stand where the engine wants them.
    gone = [place for place, axis in enumerate(axes) if axis in collapsed]
    taken = reading.build.squeeze(taken, gone)
    axes = [axis for axis in axes if axis not in collapsed]
    kept = iter(sorted(range(len(axes)), key=lambda place: (axes[place] is None, axes[place] or 0)))
    batch = iter([place for place, axis in enumerate(axes) if axis is None])
    order = [next(kept) if place in numbers.offset_dims else next(batch) for place in range(len(axes))]
    return reading.build.transpose(taken, order)


def _picked(
    reading: Reading,
    x: Tensor,
    indices: Tensor,
    mapped: Sequence[int],
    whole: Sequence[Any],
    sizes: Sequence[Any],
) -> tuple[Tensor, list[int | None]]:
    """Pick blocks of numbers along some axes.

    Returns:
        What was picked; and for each of its axes which one of ``x`` it is, None for those of the places.
    """
    build = reading.build
    count, picks = len(mapped), indices.ndim - 1
    flat: Tensor | None = None
    for column, axis in enumerate(mapped):
        place = build.squeeze(build.slice(indices, picks, column, column + 1), [picks])
        place = build.binary("minimum", build.binary("maximum", place, 0), whole[axis] - sizes[axis])
        place = build.expand_axes(place, range(picks, picks + count))
        block = np.arange(sizes[axis]).reshape([-1 if each == column else 1 for each in range(count)])
        place = build.add(place, build.constant(block, place.dtype, "block"))
        flat = place if flat is None else build.add(build.multiply(flat, whole[axis]), place)
    assert flat is not None
    others = [axis for axis in range(x.ndim) if axis not in mapped]
    front = build.transpose(x, (*others, *mapped))
    if count > 1:
        joined = int(np.prod([whole[axis] for axis in mapped]))
        front = build.reshape(front, (*(x.shape[axis] for axis in others), joined))
    taken = build.take(front, flat, len(others))
    return taken, [*others, *[None] * picks, *mapped]


def _take_along(reading: Reading, equation: Any, x: Tensor, indices: Tensor) -> Tensor:
    numbers = equation.params["dimension_numbers"]
    axes = numbers.start_index_map
    shape = shape_of(equation.outvars[0].aval.shape)
    batch = tuple(numbers.operand_batching_dims)
    if len(axes) != 1 or numbers.offset_dims or len(batch) != x.ndim - 1:
        raise reading.unsupported("it picks numbers at several computed places at once")
    axis = axes[0]
    places = reading.build.squeeze(indices, [indices.ndim - 1])
    # Batched axes keep their order, the picked one stands where the indices have it.
    if places.ndim != x.ndim or tuple(numbers.start_indices_batching_dims) != batch:
        raise reading.unsupported("it picks numbers at several computed places at once")
    places = _inside(reading, places, equation.invars[0].aval.shape[axis])
    return reading.build.step("take_along", [x, places], shape, x.dtype, axis=axis)


def _inside(reading: Reading, places: Tensor, size: Any) -> Tensor:
    if not isinstance(size, int):
        return places
    return reading.build.binary("minimum", reading.build.binary("maximum", places, 0), size - 1)


RULES: Mapping[str, Callable[..., Any]] = {"dynamic_slice": _dynamic_slice, "gather": _gather}
