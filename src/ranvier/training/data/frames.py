"""Tables of pandas, polars and pyarrow, through narwhals."""

from __future__ import annotations

from collections import Counter
from typing import Any

import narwhals as nw
import numpy as np

from ranvier.errors import DataTypeError

_LISTED = 5


def frame_array(value: Any, where: str) -> np.ndarray[Any, Any] | None:
    """Turn a frame or a series into an array.

    Args:
        value: An object of a library of frames.
        where: The argument, for messages.

    Returns:
        Shape (rows, columns) for a frame, (rows,) for a series, None for anything else; missing
        values become NaN.

    Raises:
        DataTypeError: If a column does not hold numbers, or the frame has not been computed.
    """
    try:
        native = nw.from_native(value, allow_series=True, pass_through=True)
        if isinstance(native, nw.LazyFrame):
            raise DataTypeError(
                f"`{where}` must be a table in memory; received: "
                f"{type(value).__module__}.{type(value).__name__}, which has not been computed. Call its "
                "`collect()` (or `compute()`) before."
            )
        if isinstance(native, nw.Series):
            return _series_array(native, where)
        if isinstance(native, nw.DataFrame):
            return _table_array(native, where)
    except nw.exceptions.DuplicateError:
        doubled = [name for name, count in Counter(value.columns).items() if count > 1]
        raise DataTypeError(
            f"`{where}` must have columns of different names; received: {', '.join(map(repr, doubled))} more "
            "than once. Rename the columns, or pass the frame's `to_numpy()`."
        ) from None
    return None


def _series_array(series: Any, where: str) -> np.ndarray[Any, Any]:
    if not _is_number(series.dtype):
        raise DataTypeError(
            f"`{where}` must hold numbers; received: a series of {series.dtype}. {_advice([series.dtype])}"
        )
    return _numbers(series)


def _table_array(frame: Any, where: str) -> np.ndarray[Any, Any]:
    schema = frame.schema
    odd = {name: dtype for name, dtype in schema.items() if not _is_number(dtype)}
    if odd:
        listed = ", ".join(f"{name!r} ({dtype})" for name, dtype in list(odd.items())[:_LISTED])
        more = f" and {len(odd) - _LISTED} more" if len(odd) > _LISTED else ""
        raise DataTypeError(
            f"Every column of `{where}` must hold numbers; received: {listed}{more}. {_advice(odd.values())}"
        )
    kinds = set(schema.values())
    if len(kinds) == 1 and not _needs_care(next(iter(kinds))):
        return np.asarray(frame.to_numpy())
    columns = [_numbers(frame[name]) for name in schema]
    if not columns:
        return np.empty((len(frame), 0), np.float32)
    # One column after the other in memory, as frames have it: writing stays contiguous.
    array = np.empty((len(columns), len(frame)), np.result_type(*columns)).T
    for position, column in enumerate(columns):
        array[:, position] = column
    return array


def _is_number(dtype: Any) -> bool:
    return bool(dtype.is_numeric() or dtype == nw.Boolean)


def _needs_care(dtype: Any) -> bool:
    """Whether some library turns such a column into Python objects: booleans with gaps, decimals."""
    return bool(dtype == nw.Boolean or dtype == nw.Decimal)


def _numbers(series: Any) -> np.ndarray[Any, Any]:
    if series.dtype == nw.Decimal or (series.dtype == nw.Boolean and series.null_count() > 0):
        series = series.cast(nw.Float64)
    return np.asarray(series.to_numpy())


def _advice(dtypes: Any) -> str:
    if any(dtype == nw.Datetime or dtype == nw.Date or dtype == nw.Duration for dtype in dtypes):
        return "Turn dates into numbers (days since the first, hour, weekday) before, or drop these columns."
    return (
        "Drop these columns, or turn categories into integers or one-hot columns before, for example with "
        "`pandas.get_dummies`."
    )
