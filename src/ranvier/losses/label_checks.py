"""Labels of classes checked on the host, once, before training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ranvier.errors import LabelError, ShapeError
from ranvier.losses.checks import check_same_shape, fits

if TYPE_CHECKING:
    from ranvier.types import PartialShape

HostArray: TypeAlias = "np.ndarray[Any, Any]"

CATEGORICAL_HINT = (
    "For integer labels use sparse_categorical_crossentropy, or turn them into one-hot rows with "
    "ranvier.utils.to_categorical."
)


def check_categorical(y_true: HostArray, output_shape: PartialShape, loss: str, axis: int = -1) -> None:
    """Refuse what is not one row of class weights per output row.

    Args:
        y_true: Targets.
        output_shape: The shape of the output.
        loss: What to call the loss.
        axis: The class axis of the output.

    Raises:
        LabelError: For integer labels, and for an output of a single class.
        ShapeError: For another number of classes.
    """
    require_classes(output_shape[axis], output_shape, loss)
    if _are_labels(y_true.shape[1:], output_shape, axis):
        raise LabelError(
            f"{loss} needs one-hot rows of {output_shape[axis]} numbers; received: targets of shape "
            f"{y_true.shape}, which look like class labels. {CATEGORICAL_HINT}"
        )
    hint = CATEGORICAL_HINT
    if y_true.ndim == len(output_shape) and y_true.shape[axis] != output_shape[axis]:
        hint = f"Give the last layer {y_true.shape[axis]} units, one for each number of a row."
    check_same_shape(y_true, output_shape, loss, hint)


def require_classes(classes: int | None, output_shape: PartialShape, loss: str) -> None:
    """Refuse an output of a single class, whose loss would be 0 whatever it says.

    Raises:
        ShapeError: For one class.
    """
    if classes == 1:
        raise ShapeError(
            f"{loss} needs an output with one unit for each class, at least two; received: an output of "
            f"shape {tuple(output_shape)}. "
            "For two classes and one unit use binary_crossentropy with a sigmoid."
        )


def _are_labels(rows: tuple[int, ...], output_shape: PartialShape, axis: int) -> bool:
    """Whether rows of targets have the output's shape without its class axis, or with length 1 there."""
    axis = axis % len(output_shape)
    before, after = output_shape[1:axis], output_shape[axis + 1 :]
    return fits(rows, (*before, *after)) or fits(rows, (*before, 1, *after))


def check_labels(
    y_true: HostArray, output_shape: PartialShape, loss: str, axis: int = -1, ignored: int | None = None
) -> None:
    """Refuse what is not one integer in [0, classes) per output row.

    Args:
        y_true: Targets.
        output_shape: The shape of the output.
        loss: What to call the loss.
        axis: The class axis of the output.
        ignored: A label that may lie outside the classes.

    Raises:
        LabelError: For one-hot rows, fractions, and labels outside the classes.
        ShapeError: For any other shape.
    """
    classes = output_shape[axis]
    require_classes(classes, output_shape, loss)
    rows = y_true.shape[1:]
    if fits(rows, output_shape[1:]):
        raise LabelError(
            f"{loss} needs one integer per sample; received: targets of shape {y_true.shape}, which look "
            "like one-hot rows. Use categorical_crossentropy, or labels = targets.argmax(axis=-1)."
        )
    if not _are_labels(rows, output_shape, axis):
        raise ShapeError(
            f"{loss} needs one integer for each prediction; received: targets of shape {y_true.shape} for an "
            f"output of shape {tuple(output_shape)}.{_flatten_hint(rows, output_shape)}"
        )
    check_label_values(y_true, classes, loss, ignored)


def _flatten_hint(rows: tuple[int, ...], output_shape: PartialShape) -> str:
    if rows in ((), (1,)) and len(output_shape) > 2:
        return " For one prediction a row, put a `Flatten` layer before the last `Dense`."
    return ""


def check_label_values(y_true: HostArray, classes: int | None, loss: str, ignored: int | None = None) -> None:
    """Refuse labels that are fractions or lie outside [0, classes).

    Raises:
        LabelError: With the smallest and largest label and what to do.
    """
    labels = y_true if ignored is None else y_true[y_true != ignored]
    if not labels.size:
        return
    check_whole(labels, loss)
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or (classes is not None and high >= classes):
        raise LabelError(
            f"{loss} needs labels from 0 to {classes - 1 if classes is not None else 'classes - 1'}, "
            f"one for each unit of the output; received: labels from {low} to {high}. "
            f"{_label_hint(low, high, classes)}"
        )


def check_whole(labels: HostArray, loss: str) -> None:
    """Refuse labels that are fractions.

    Raises:
        LabelError: With one of them.
    """
    if labels.dtype.kind != "f":
        return
    fractions = labels != np.trunc(labels)
    if fractions.any():
        raise LabelError(
            f"{loss} needs integer labels; received: {labels[fractions][0]:g}. For real-valued targets use a "
            "regression loss such as mean_squared_error."
        )


def _label_hint(low: int, high: int, classes: int | None) -> str:
    if low == 1 and high == classes:
        return "They seem to start at 1: subtract 1."
    if low < 0:
        return (
            "Number the classes from 0, for example with numpy.unique(y, return_inverse=True); for a label "
            "that marks entries without a class use ignore_class."
        )
    return f"Give the last layer {high + 1} units, or number the classes without gaps."
