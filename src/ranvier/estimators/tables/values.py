"""The values of one column, brought into one of four forms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np

from ranvier.errors import DataTypeError
from ranvier.estimators.tables.objects import seconds_of_day, values_of_objects
from ranvier.estimators.tables.texts import Texts, texts_of

HostArray: TypeAlias = "np.ndarray[Any, Any]"
Source = Literal["number", "integer", "boolean", "text", "date", "empty"]


@dataclass(frozen=True)
class Values:
    """The values of a column.

    Attributes:
        source: What they are.
        numbers: float64 of shape (rows,), NaN where there is none: numbers, or seconds since 1970 of dates;
            None for texts and truth values.
        texts: Codes and levels of texts and truth values; None for others.
    """

    source: Source
    numbers: HostArray | None = None
    texts: Texts | None = None

    @property
    def missing(self) -> HostArray:
        """Where there is no value, booleans of shape (rows,)."""
        if self.numbers is not None:
            return np.isnan(self.numbers)
        assert self.texts is not None
        return self.texts.codes < 0


def read_values(column: Any, name: str) -> Values:
    """Bring the values of a column into one form.

    Args:
        column: A narwhals series or a NumPy array of shape (rows,).
        name: Its name, for messages.

    Raises:
        DataTypeError: If it holds something else than numbers, texts, truth values, dates and times.
    """
    return _of_series(column, name) if isinstance(column, nw.Series) else _of_array(column, name)


def _of_series(series: Any, name: str) -> Values:
    kind = series.dtype
    if kind.is_integer():
        return Values("integer", _floats(series, name))
    if kind.is_float() or kind == nw.Decimal:
        return Values("number", _floats(series, name))
    if kind == nw.Boolean:
        return Values("boolean", texts=texts_of(_listed(series)))
    if kind in (nw.String, nw.Categorical) or isinstance(kind, nw.Enum) or kind == nw.Enum:
        return _of_texts(_listed(series))
    if kind in (nw.Datetime, nw.Date):
        return Values("date", _seconds(series.cast(nw.Datetime("us")) if kind == nw.Date else series))
    if kind == nw.Duration:
        found = series.dt.total_microseconds().to_numpy().astype(np.float64)
        return Values("number", _blanked(found, series) / 1e6)
    if kind == nw.Time:
        return Values("number", np.array([seconds_of_day(value) for value in _listed(series)], np.float64))
    if kind in (nw.Object, nw.Unknown):
        return _of_objects(_listed(series), name)
    raise _unsupported(name, str(kind))


def _of_array(array: HostArray, name: str) -> Values:
    kind = array.dtype.kind
    if kind in "iu":
        return Values("integer", array.astype(np.float64))
    if kind == "f":
        return Values("number", array.astype(np.float64))
    if kind == "b":
        return Values("boolean", texts=texts_of(array.tolist()))
    if kind in "US":
        if kind == "S":
            raise _unsupported(name, "bytes")
        return _of_texts(array.tolist())
    if kind == "M":
        found = array.astype("datetime64[us]")
        return Values("date", np.where(np.isnat(found), np.nan, found.astype(np.int64) / 1e6))
    if kind == "m":
        found = array.astype("timedelta64[us]")
        return Values("number", np.where(np.isnat(found), np.nan, found.astype(np.int64) / 1e6))
    if kind == "O":
        return _of_objects(array.tolist(), name)
    raise _unsupported(name, str(array.dtype))


def _of_texts(values: list[Any]) -> Values:
    texts = texts_of(values)
    return Values("text", texts=texts) if texts.levels else Values("empty", np.full(len(values), np.nan))


def _of_objects(values: list[Any], name: str) -> Values:
    source, found = values_of_objects(values, name)
    if isinstance(found, Texts):
        return Values(source, texts=found)
    return Values(source, found)


def _floats(series: Any, name: str) -> HostArray:
    try:
        return np.asarray(series.cast(nw.Float64).to_numpy(), np.float64)
    except Exception:  # numbers of a library that does not cast them, such as integers of 128 bits
        found = values_of_objects(_listed(series), name)[1]
        if isinstance(found, Texts):
            raise _unsupported(name, str(series.dtype)) from None
        return found


def _seconds(series: Any) -> HostArray:
    if getattr(series.dtype, "time_zone", None) is not None:
        series = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    found = series.dt.timestamp("us").to_numpy()
    return _blanked(np.asarray(found, np.float64), series) / 1e6


def _blanked(found: HostArray, series: Any) -> HostArray:
    return np.where(np.asarray(series.is_null().to_numpy(), bool), math.nan, found)


def _listed(series: Any) -> list[Any]:
    return list(series.to_list())


def _unsupported(name: str, kind: str) -> DataTypeError:
    return DataTypeError(
        f"The column {name!r} must hold numbers, texts, truth values, dates or times; received: {kind}. Leave it out, "
        "or take what counts out of it into columns of their own."
    )
