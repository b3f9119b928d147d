"""The tables that users have, as a list of named columns."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import check_array

from ranvier.errors import DataError, DataTypeError, ShapeError

_SHOWN = 8


@dataclass(frozen=True)
class RawTable:
    """Columns as they came.

    Attributes:
        names: Their names; ``x0``, ``x1``, ... where they have none.
        named: Whether the names are the table's own.
        columns: A narwhals series or a NumPy array of shape (rows,) for each.
        rows: How many rows there are.
    """

    names: tuple[str, ...]
    named: bool
    columns: tuple[Any, ...]
    rows: int

    def take(self, names: Sequence[str]) -> RawTable:
        """Return some of the columns, in the order of their names."""
        position = {name: index for index, name in enumerate(self.names)}
        return RawTable(
            tuple(names), self.named, tuple(self.columns[position[name]] for name in names), self.rows
        )

    def rows_at(self, indices: np.ndarray[Any, Any]) -> RawTable:
        """Return rows by their numbers."""
        return RawTable(
            self.names, self.named, tuple(column[indices] for column in self.columns), len(indices)
        )

    def slice(self, start: int, stop: int) -> RawTable:
        """Return some of the rows."""
        stop = min(stop, self.rows)
        return RawTable(
            self.names, self.named, tuple(column[start:stop] for column in self.columns), stop - start
        )


def read_table(X: Any) -> RawTable:
    """Read a table.

    Args:
        X: A data frame or table of pandas, polars, pyarrow or another library that narwhals knows, an array of shape
            (rows, columns) of numbers or objects, or a list of rows.

    Raises:
        DataError: If it has no rows or columns, or two columns of one name.
        DataTypeError: If it is no table.
        ShapeError: If it is an array of another number of dimensions.
    """
    if issparse(X):
        raise DataTypeError(
            "Sparse data was passed for X, but dense data is required: a data frame or an array. Use "
            "`MLPClassifier` or `MLPRegressor`, which take sparse matrices, or '.toarray()'."
        )
    if hasattr(X, "collect") and type(X).__name__ == "LazyFrame":
        return read_table(X.collect())
    _refuse_repeated_names(X)
    frame = nw.from_native(X, eager_only=True, pass_through=True)
    table = _of_frame(frame) if isinstance(frame, nw.DataFrame) else _of_array(X)
    if table.rows == 0:
        raise DataError(
            "Found array with 0 sample(s) "
            f"(shape=(0, {len(table.names)})) while a minimum of 1 is required: the table has no rows."
        )
    if not table.names:
        raise DataError(
            f"Found array with 0 feature(s) (shape=({table.rows}, 0)) while a minimum of 1 is required: the table "
            "has no columns."
        )
    return table


def _of_frame(frame: Any) -> RawTable:
    names = [str(name) for name in frame.columns]
    _refuse_repeats(names)  # such as 1 and "1"
    return RawTable(tuple(names), True, tuple(frame.iter_columns()), len(frame))


def _refuse_repeated_names(X: Any) -> None:
    """Look for names that stand twice before narwhals does, whose error is not ours."""
    names = getattr(X, "column_names", None) if hasattr(X, "column_names") else getattr(X, "columns", None)
    if names is not None and hasattr(X, "shape") and all(isinstance(name, Hashable) for name in names):
        _refuse_repeats([str(name) for name in names])


def _refuse_repeats(names: Sequence[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            f"Each column needs a name of its own; received the name {twice[0]!r} {names.count(twice[0])} times. "
            "Rename the columns."
        )


def _of_array(X: Any) -> RawTable:
    if isinstance(X, np.ndarray) and X.dtype.names is not None:
        return RawTable(tuple(X.dtype.names), True, tuple(X[name] for name in X.dtype.names), len(X))
    array = _as_array(X)
    if array.ndim != 2:
        hint = " Reshape your data with array.reshape(-1, 1) if it has one column." if array.ndim == 1 else ""
        raise ShapeError(
            f"Expected 2D array, got {array.ndim}D array instead: a table has the shape (rows, columns); received "
            f"shape: {array.shape}.{hint}"
        )
    names = tuple(f"x{index}" for index in range(array.shape[1]))
    return RawTable(names, False, tuple(array[:, index] for index in range(array.shape[1])), len(array))


def _as_array(X: Any) -> np.ndarray[Any, Any]:
    if isinstance(X, np.ndarray):
        array = X
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                array = np.asarray(X)
            except (ValueError, TypeError, Warning) as error:
                raise DataTypeError(
                    "X must be a data frame, an array, or a list of rows of equal length; received: "
                    f"{type(X).__name__} ({error!s:.200})."
                ) from error
        if array.dtype.kind in "USO" and isinstance(X, list | tuple):
            array = np.array(X, dtype=object)  # rows of mixed types would all become texts
    if array.dtype.kind == "c":
        check_array(array)  # raises in scikit-learn's words
    if array.dtype.kind == "V":
        raise DataTypeError(
            f"X must hold numbers, texts, dates or truth values; received dtype: {array.dtype}."
        )
    if array.ndim == 0:
        raise DataTypeError(
            "X must be a data frame, an array of shape (rows, columns), or a list of rows; "
            f"received: {type(X).__name__}."
        )
    return array


def aligned(table: RawTable, names: Sequence[str], *, named: bool, estimator: str) -> RawTable:
    """Return the columns of a table in the order of those that an estimator was fitted with.

    Named columns are found by their names, wherever they stand; more are left out.

    Args:
        table: The table.
        names: The names at ``fit``.
        named: Whether they were the table's own.
        estimator: The estimator's class, for messages.

    Raises:
        DataError: If columns are missing.
        ShapeError: If there is another number of columns without names.
    """
    if table.named and named:
        missing = [name for name in names if name not in set(table.names)]
        if missing:
            raise DataError(
                f"The table lacks {len(missing)} of the {len(names)} columns that {estimator} was fitted with: "
                f"{_listed(missing)}; received: {_listed(table.names)}."
            )
        return table.take(names)
    if len(table.names) != len(names):
        raise ShapeError(
            f"X has {len(table.names)} features, but {estimator} is expecting {len(names)} features as input."
        )
    if table.named != named:
        warnings.warn(
            f"X does not have valid feature names, but {estimator} was fitted with feature names; columns are taken "
            "by their position."
            if not table.named
            else f"X has feature names, but {estimator} was fitted without feature names; columns are taken by their "
            "position.",
            UserWarning,
            stacklevel=4,
        )
    return RawTable(tuple(names), named, table.columns, table.rows)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
