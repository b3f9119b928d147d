"""Targets checked on the host, once, before training: O(n) NumPy, no copy of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ranvier.errors import DataError, DataTypeError, LabelError, ShapeError

if TYPE_CHECKING:
    from ranvier.types import PartialShape

HostArray: TypeAlias = "np.ndarray[Any, Any]"

_ROUNDING = 1e-6
"""How far a probability may lie outside [0, 1]."""


def check_numeric(y_true: HostArray, loss: str) -> None:
    """Refuse strings, objects, dates and complex numbers.

    Raises:
        DataTypeError: For targets of such a dtype.
    """
    if y_true.dtype.kind not in "biufV" or y_true.dtype.names:  # V: bfloat16 and the like
        example = y_true.ravel()[:1].tolist()[0] if y_true.size else None
        raise DataTypeError(
            f"{loss} needs targets that are numbers; "
            f"received: dtype {y_true.dtype}, for example {example!r}. "
            "Turn names of classes into integers from 0, for example with "
            "numpy.unique(y, return_inverse=True)."
        )


def check_finite(y_true: HostArray, loss: str) -> None:
    """Refuse NaN and infinite targets.

    Raises:
        DataError: Naming how many there are and the first row.
    """
    # One pass without a temporary array; only a sum that is not finite is looked into.
    if y_true.dtype.kind != "f" or np.isfinite(_sum(y_true)):
        return
    wrong = ~np.isfinite(y_true)
    if wrong.any():
        row = int(np.argwhere(wrong)[0][0]) if y_true.ndim else 0
        raise DataError(
            f"{loss} needs targets that are finite numbers; received: {int(wrong.sum())} NaN or infinite "
            f"values of {y_true.size}, the first in row {row}. Remove or fill in those rows."
        )


def _sum(array: HostArray) -> float:
    with np.errstate(all="ignore"):
        return float(np.sum(array, dtype=np.float64))


def check_same_shape(y_true: HostArray, output_shape: PartialShape, loss: str, hint: str = "") -> None:
    """Refuse targets whose rows do not have the shape of the output's, up to a trailing axis of length 1.

    Raises:
        ShapeError: Naming both shapes.
    """
    own, expected = y_true.shape[1:], tuple(output_shape[1:])
    if fits(own, expected) or fits((*own, 1), expected) or fits(own, (*expected, 1)):
        return
    hint = hint or "Give the last layer as many units as a target has numbers, or reshape the targets."
    raise ShapeError(
        f"{loss} needs a target for each output: rows of shape {expected}; "
        f"received: targets of shape {y_true.shape}. {hint}"
    )


def fits(shape: tuple[int, ...], expected: PartialShape) -> bool:
    """Whether a shape is the expected one, None standing for any length."""
    return len(shape) == len(expected) and all(
        wanted in (None, size) for size, wanted in zip(shape, expected, strict=True)
    )


def check_range(y_true: HostArray, low: float, high: float | None, loss: str, needs: str, hint: str) -> None:
    """Refuse targets outside an interval.

    Args:
        y_true: Targets.
        low: The smallest right value.
        high: The largest right value, or None.
        loss: What to call the loss.
        needs: What the targets should be, in words.
        hint: What to do.

    Raises:
        LabelError: With the smallest and largest target.
    """
    if not y_true.size:
        return
    smallest, largest = float(y_true.min()), float(y_true.max())
    if smallest < low - _ROUNDING or (high is not None and largest > high + _ROUNDING):
        raise LabelError(
            f"{loss} needs targets that are {needs}; received: values from {smallest:g} to {largest:g}. "
            f"{hint}"
        )


def check_binary(y_true: HostArray, output_shape: PartialShape, loss: str) -> None:
    """Refuse what is not one probability per output.

    Raises:
        ShapeError: For another shape.
        LabelError: For values outside [0, 1].
    """
    own, units = y_true.shape[1:], output_shape[-1]
    hint = ""
    if len(output_shape) > 1 and own in ((), (1,)) and units not in (None, 1):
        hint = (
            f"One label for {units} units: use sparse_categorical_crossentropy with a softmax, or give the "
            "last layer one unit."
        )
    elif own and own[-1] > 1 and units == 1:
        hint = "For one-hot rows use categorical_crossentropy, with as many units as classes and a softmax."
    check_same_shape(y_true, output_shape, loss, hint)
    if y_true.dtype.kind == "b":
        return
    low, high = (float(y_true.min()), float(y_true.max())) if y_true.size else (0.0, 0.0)
    if low == -1.0 and high == 1.0:
        hint = "Map labels -1 and 1 to 0 and 1 with (y + 1) / 2, or use hinge."
    elif high > 1.0 and y_true.dtype == np.uint8 and high > 100:
        hint = "Divide images by 255."
    else:
        hint = (
            "Divide by the largest possible value, or, for more than two classes, use "
            "sparse_categorical_crossentropy."
        )
    check_range(y_true, 0.0, 1.0, loss, "0, 1 or probabilities between them", hint)


def check_signs(y_true: HostArray, loss: str) -> None:
    """Refuse labels other than -1 and 1, or 0 and 1.

    Raises:
        LabelError: With the values found.
    """
    if y_true.dtype.kind == "b":
        return
    ones = y_true == 1
    if not ((ones | (y_true == 0)).all() or (ones | (y_true == -1)).all()):
        found = np.unique(y_true)
        shown = ", ".join(f"{value:g}" for value in found[:5].astype(float))
        raise LabelError(
            f"{loss} needs labels -1 and 1, or 0 and 1; received: {shown}{', ...' if len(found) > 5 else ''}."
        )
