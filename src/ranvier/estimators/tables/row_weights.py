"""What each row counts."""

from __future__ import annotations

from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from sklearn.utils.validation import check_array

from ranvier.errors import DataError, ShapeError

HostArray: TypeAlias = "np.ndarray[Any, Any]"

MOST_REPEATED = 2**16
"""The number of rows up to which whole weights become repeated rows."""


def checked_weights(sample_weight: Any, rows: int) -> HostArray:
    """Return row weights as float64 of shape (rows,).

    Args:
        sample_weight: Weights, one number for all, or None for 1.
        rows: How many there must be.

    Raises:
        DataError: If one is negative, or all are 0.
        ShapeError: If there is another number of them.
    """
    if sample_weight is None:
        return np.ones(rows)
    if isinstance(sample_weight, Real):
        sample_weight = np.full(rows, sample_weight)
    weights = np.asarray(
        check_array(sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight")
    )
    if weights.shape != (rows,):
        raise ShapeError(f"`sample_weight` must have the shape ({rows},); received shape: {weights.shape}.")
    if (weights < 0).any():
        raise DataError(f"`sample_weight` must hold weights of at least 0; received: {weights.min():g}.")
    if not weights.any():
        raise DataError("Sample weights must not all be zero: no row counts.")
    return weights


def repeated(weights: HostArray) -> tuple[HostArray, HostArray]:
    """Turn whole weights into repeated rows, and leave out rows that do not count.

    So a weight of 2 and a row that is there twice are the same.

    Args:
        weights: float64 of shape (rows,).

    Returns:
        Row numbers, and the weight of each.
    """
    whole = (weights == np.rint(weights)).all() and weights.sum() <= MOST_REPEATED
    if whole:
        copies = np.repeat(np.arange(len(weights)), weights.astype(np.int64))
        return copies, np.ones(len(copies))
    counted = np.flatnonzero(weights > 0)
    return counted, weights[counted]
