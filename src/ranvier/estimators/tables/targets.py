"""What is to be predicted, as users give it: labels, or numbers."""

from __future__ import annotations

import math
from typing import Any, NoReturn, TypeAlias

import numpy as np
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from ranvier.errors import DataError, DataTypeError, LabelError, ShapeError
from ranvier.estimators.tables.texts import is_missing

HostArray: TypeAlias = "np.ndarray[Any, Any]"

LARGEST = 1e150
"""The size beyond which squares of targets overflow."""


def checked_labels(y: Any) -> HostArray:
    """Return one label for each row, shape (n,), all there and of one kind.

    Args:
        y: The labels, shape (n,) or (n, 1).

    Raises:
        DataError: If one is missing or infinite.
        LabelError: If they are measured numbers, or cannot be told apart by their order.
        ShapeError: If they have another shape.
    """
    labels = _array(y)
    if labels.dtype.kind == "O":
        _refuse_missing("label", [is_missing(value) for value in labels.reshape(-1)])
    elif labels.dtype.kind == "f":
        _refuse_missing("label", np.isnan(labels))
        _refuse_infinite(labels)
    if labels.ndim != 1 and (labels.ndim != 2 or labels.shape[1] != 1):
        raise ShapeError(f"y should be a 1d array of one label for each row; received shape: {labels.shape}.")
    labels = np.asarray(column_or_1d(labels, warn=True))
    kinds = sorted({type(value).__name__ for value in labels}) if labels.dtype.kind == "O" else []
    try:
        np.unique(labels)
        check_classification_targets(labels)
    except TypeError as error:
        raise LabelError(
            f"Unknown label type: labels must be texts, or numbers, and not both; received values of {kinds}. "
            "Turn all of them into texts."
        ) from error
    except ValueError as error:
        kind = f"values of {kinds}" if kinds else f"{labels[labels != np.floor(labels)][0]}"
        raise LabelError(
            f"Unknown label type: a classifier learns classes named by texts, truth values or whole numbers; "
            f"received: {kind}. Numbers that are measured are for a regressor."
        ) from error
    return labels


def checked_numbers(y: Any) -> HostArray:
    """Return float64 numbers of shape (n,) or (n, targets).

    Args:
        y: Numbers, or texts that say them.

    Raises:
        DataError: If one is missing, infinite or too large.
        DataTypeError: If there are others than numbers.
        ShapeError: If y has another shape.
    """
    given = _array(y)
    if given.ndim not in (1, 2):
        raise ShapeError(f"y must have the shape (rows,) or (rows, targets); received shape: {given.shape}.")
    if given.dtype.kind in "OUST":
        flat = given.reshape(-1)
        given = np.array([_number(value) for value in flat], np.float64).reshape(given.shape)
    elif given.dtype.kind not in "biuf":
        _refuse_kind(given.reshape(-1)[0] if given.size else given.dtype)
    numbers = given.astype(np.float64)
    _refuse_missing("target", np.isnan(numbers).reshape(len(numbers), -1).any(axis=1))
    _refuse_infinite(numbers)
    if np.abs(numbers).max(initial=0.0) > LARGEST:
        raise DataError(
            f"y must hold numbers of a size up to {LARGEST:g}; received: {np.abs(numbers).max():g}. Measure the target "
            "in a larger unit, or learn its logarithm."
        )
    if numbers.ndim == 2 and numbers.shape[1] == 1:
        return np.asarray(column_or_1d(numbers, warn=True))
    return numbers


def require_length(targets: HostArray, rows: int) -> None:
    """Raise unless there is a target for each row.

    Args:
        targets: The targets.
        rows: The number of rows.

    Raises:
        DataError: If there are fewer or more.
    """
    if len(targets) != rows:
        raise DataError(
            f"Found input variables with inconsistent numbers of samples: X has {rows:,} rows, y has {len(targets):,}. "
            "Each row needs a target."
        )


def _array(y: Any) -> HostArray:
    if hasattr(y, "toarray"):
        raise DataTypeError("Sparse data was passed for y, but dense data is required. Give y.toarray().")
    try:
        array = np.asarray(y)
    except ValueError as error:
        raise ShapeError(
            "y must hold as many targets for each row; received rows of unequal length."
        ) from error
    if array.ndim == 0:
        raise ShapeError(f"y should be a 1d array of one target for each row; received: {y!r:.80}.")
    return array


def _number(value: Any) -> float:
    if is_missing(value):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        _refuse_kind(value)


def _refuse_kind(value: Any) -> NoReturn:
    if isinstance(value, (complex, np.complexfloating)):
        raise DataTypeError(f"Complex data not supported: y must hold real numbers; received: {value}.")
    raise DataTypeError(
        f"y must hold numbers: could not convert to float: '{value!s:.80}' ({type(value).__name__}). Classes are for a "
        "classifier; of dates and spans take what counts, such as the days since one of them."
    )


def _refuse_missing(what: str, absent: Any) -> None:
    count = int(np.sum(absent))
    if count:
        raise DataError(
            f"Input y contains NaN: the {what} is missing in {count:,} of {len(absent):,} rows; leave those rows out."
        )


def _refuse_infinite(numbers: HostArray) -> None:
    count = int(np.isinf(numbers).sum())
    if count:
        raise DataError(
            f"Input y contains infinity or a value too large for dtype('float64') in {count:,} of {len(numbers):,} "
            "rows; leave those rows out."
        )
