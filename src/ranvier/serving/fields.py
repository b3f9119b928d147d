"""Rows of JSON as arrays, and what is wrong with those that are none."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from ranvier.serving.refusals import Refusal, shown, unfit

HostArray: TypeAlias = "np.ndarray[Any, Any]"

_NUMBERS = {int, float}


@dataclass(frozen=True)
class Field:
    """An input of a network.

    Attributes:
        name: Its name.
        shape: The shape for one row; ``None`` for a length that rows may choose.
        dtype: The dtype in which it enters the network.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of its value for one row."""
        whole = np.dtype(self.dtype).kind in "iu"
        schema: dict[str, Any] = {"type": "integer" if whole else "number"}
        for length in reversed(self.shape):
            bounds = {} if length is None else {"minItems": length, "maxItems": length}
            schema = {"type": "array", "items": schema, **bounds}
        return schema

    def example(self) -> Any:
        """Return a value for one row."""
        return np.zeros([3 if length is None else length for length in self.shape], self.dtype).tolist()

    def words(self) -> str:
        """Describe the value for one row."""
        if not self.shape:
            return "a number"
        sizes = ["any number of" if length is None else str(length) for length in self.shape]
        return (
            "".join(f"a list of {size} lists, each " for size in sizes[:-1])
            + f"a list of {sizes[-1]} numbers"
        )


def array_of(rows: Sequence[Any], field: Field, number: int = 1) -> HostArray:
    """Return values that came as JSON, one a row, as an array.

    Args:
        rows: Nested lists of numbers.
        field: What they should be.
        number: What messages call the first row.

    Returns:
        Shape (rows, *field.shape) in the field's dtype.

    Raises:
        Refusal: If a row has another shape, or holds anything but finite numbers that fit the dtype.
    """
    values, shape = list(rows), [len(rows)]
    for length in field.shape:
        if not all(type(value) is list for value in values):
            raise _misfit(rows, field, number)
        lengths = set(map(len, values))
        if len(lengths) != 1 or (length is not None and lengths != {length}) or lengths == {0}:
            raise _misfit(rows, field, number)
        values = list(itertools.chain.from_iterable(values))
        shape.append(lengths.pop())
    if not set(map(type, values)) <= _NUMBERS:
        raise _misfit(rows, field, number)
    return _narrowed(np.array(values, np.float64).reshape(shape), field, number)


def _narrowed(wide: HostArray, field: Field, number: int) -> HostArray:
    dtype = np.dtype(field.dtype)
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        fits = (wide == np.floor(wide)) & (wide >= limits.min) & (wide <= limits.max)
        wanted = f"whole numbers from {limits.min} to {limits.max}"
    elif dtype.kind == "b":
        fits = (wide == 0) | (wide == 1)
        wanted = "0 or 1"
    else:
        largest = _largest(field.dtype)
        fits = np.abs(wide) <= largest
        wanted = f"finite numbers of at most {largest:.2g}"
    if not fits.all():
        place = tuple(int(index) for index in np.argwhere(~fits)[0])
        raise unfit(
            f"{_place(field, number + place[0], place[1:])}: expected {wanted}; received: {wide[place]:g}."
        )
    return wide.astype(dtype)


@cache
def _largest(dtype: str) -> float:
    # The engine has no 64 bits.
    return float(np.finfo("float32" if dtype == "float64" else dtype).max)


def _misfit(rows: Sequence[Any], field: Field, number: int) -> Refusal:
    """Find the first thing that does not fit, and name it."""
    known = list(field.shape)
    for index, row in enumerate(rows):
        fault = _fault(row, known, ())
        if fault is not None:
            place, wanted, received = fault
            return unfit(
                f"{_place(field, number + index, place)}: expected {wanted}; received: {received}. A row is "
                f"{field.words()}."
            )
    raise AssertionError("a misfit without a fault")


def _fault(
    value: Any, lengths: list[int | None], place: tuple[int, ...]
) -> tuple[tuple[int, ...], str, str] | None:
    depth = len(place)
    if depth == len(lengths):
        return None if type(value) in _NUMBERS else (place, "a number", shown(value))
    length = lengths[depth]
    below = "numbers" if depth + 1 == len(lengths) else "lists"
    if type(value) is not list:
        return place, f"a list of {'any number of' if length is None else length} {below}", shown(value)
    if length is None and value:
        lengths[depth] = len(value)  # the first row chooses, the others follow
    elif len(value) != (length or -1):
        wanted = "at least one" if length is None else str(length)
        return place, f"a list of {wanted} {below}", shown(value)
    for index, item in enumerate(value):
        fault = _fault(item, lengths, (*place, index))
        if fault is not None:
            return fault
    return None


def _place(field: Field, row: int, place: tuple[int, ...]) -> str:
    inside = "".join(f"[{index}]" for index in place)
    where = f"{field.name}{inside}" if field.name else inside
    return f"Row {row}, {where}" if where else f"Row {row}"
