"""Which class is taken for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, LabelError, ShapeError, unknown_name
from ranvier.plots.style import BLUE, INK, VERMILLION, hide_frame, new_figure, set_title, shortened, to_rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

_NORMALIZATIONS = ("true", "pred", "all")
_MOST_WITH_NUMBERS = 25
_LEAST_SHARE = 0.1  # of a class mistaken for another, from which on a mistake may be drawn in full colour
_SHORT = 8  # letters of a class's name
_EMPTY = 0.965  # grey of a cell without counts
_DARK = 0.55  # luminance below which text turns white


def confusion_matrix(
    y_true: Any,
    y_pred: Any,
    class_names: Sequence[str] | None = None,
    normalize: str | None = None,
    title: str | None = None,
) -> Figure:
    """Draw how often each class was predicted for each true class.

    Right answers are blue, mistakes vermillion; each shade says which share of its true class a cell
    is, mistakes on a scale of their own, so that few of them still show.

    Args:
        y_true: Class numbers, shape (samples,) or (samples, 1); or one-hot, (samples, classes).
        y_pred: The same, or probabilities of shape (samples, classes), of which the largest decides.
            Probabilities of shape (samples, 1), floats, decide at 0.5.
        class_names: A name for each class.
        normalize: What the numbers are shares of: ``"true"`` the true class (rows), ``"pred"`` the
            predicted class (columns), ``"all"`` everything; None for counts.
        title: A title; the accuracy when None.

    Returns:
        The figure.

    Raises:
        DataError: If there are no samples.
        LabelError: If a label is no class.
        ShapeError: If the numbers of samples differ.
        ConfigurationError: If the names are fewer than the classes, or ``normalize`` is unknown.

    Example:
        >>> figure = confusion_matrix([0, 1, 1], [0, 1, 0], class_names=["cat", "dog"])
    """
    if normalize is not None and normalize not in _NORMALIZATIONS:
        raise unknown_name("`normalize`", normalize, _NORMALIZATIONS)
    counts = count_confusions(y_true, y_pred, None if class_names is None else len(class_names))
    classes = len(counts)
    names = [shortened(name) for name in (map(str, range(classes)) if class_names is None else class_names)]
    room = 0.07 * max(max(map(len, names)) - _SHORT, 0)  # for long names beside and below the cells
    side = min(max(3.6, 0.52 * classes + 1.4) + room, 14.0)
    figure = new_figure(side, side)
    axes = figure.add_subplot()
    colours = _colours(counts)
    axes.imshow(colours, interpolation="nearest")
    _draw_lines(axes, classes)
    if classes <= _MOST_WITH_NUMBERS:
        _write_numbers(axes, counts, colours, normalize)
    hide_frame(axes)
    turned = max(map(len, names)) > 3
    # A class may be called "$5": that is no mathematics.
    plain = {"parse_math": False}
    axes.set_xticks(
        range(classes), names, rotation=45 if turned else 0, ha="right" if turned else "center", **plain
    )
    axes.set_yticks(range(classes), names, **plain)
    axes.tick_params(colors=INK, labelsize=9 if classes <= _MOST_WITH_NUMBERS else 5, length=0)
    axes.set_xlabel("predicted class", color=INK, fontsize=10)
    axes.set_ylabel("true class", color=INK, fontsize=10)
    right, total = int(np.trace(counts)), int(counts.sum())
    set_title(axes, f"{right / total:.2%} right ({right:,} of {total:,})" if title is None else title)
    return figure


def count_confusions(y_true: Any, y_pred: Any, classes: int | None = None) -> np.ndarray[Any, Any]:
    """Count predictions by true class (row) and predicted class (column).

    Args:
        y_true: Class numbers or one-hot rows.
        y_pred: Class numbers, one-hot rows or probabilities.
        classes: Number of classes; inferred when None.

    Returns:
        Shape (classes, classes), int64.
    """
    truth, predicted = class_numbers(y_true), class_numbers(y_pred)
    if truth.shape != predicted.shape:
        raise ShapeError(
            f"`y_true` and `y_pred` must have equally many samples; received: {len(truth)} and {len(predicted)}."
        )
    if not truth.size:
        raise DataError("There is nothing to compare: no samples were received.")
    largest = int(max(truth.max(), predicted.max()))
    widths = [np.shape(y)[1] for y in (y_true, y_pred) if np.ndim(y) == 2]
    if classes is None:
        classes = max(largest + 1, *widths, 2)
    elif largest >= classes:
        raise ConfigurationError(
            f"`class_names` must name every class; received: {classes} names and a class {largest}."
        )
    return np.bincount(truth * classes + predicted, minlength=classes**2).reshape(classes, classes)


def class_numbers(y: Any) -> np.ndarray[Any, Any]:
    """Bring labels, one-hot rows or probabilities to class numbers of shape (samples,)."""
    labels = np.asarray(y)
    if labels.ndim not in (1, 2) or labels.dtype.kind not in "biuf":
        raise LabelError(
            "Classes must be whole numbers of shape (samples,) or rows of shape (samples, classes); "
            f"received: shape {labels.shape}, dtype {labels.dtype}."
        )
    if labels.ndim == 2 and labels.shape[1] > 1:
        return np.asarray(labels.argmax(axis=1), np.int64)
    one_per_sample = labels.ndim == 2 and labels.dtype.kind == "f"
    labels = labels.reshape(-1)
    if one_per_sample and labels.size and labels.min() >= 0 and labels.max() <= 1:
        labels = labels > 0.5
    numbers = labels.astype(np.int64)
    if (numbers != labels).any() or (numbers < 0).any():
        raise LabelError("Classes must be whole numbers from 0; received others.")
    return numbers


def _colours(counts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    right = np.eye(len(counts), dtype=bool)
    mistakes = np.where(right, 0.0, shares)
    # The square root lifts rare mistakes out of the white.
    strength = np.where(right, shares, np.sqrt(mistakes / max(float(mistakes.max()), _LEAST_SHARE)))[
        ..., None
    ]
    full = np.where(right[..., None], to_rgb(BLUE), to_rgb(VERMILLION))
    return _EMPTY - strength * (_EMPTY - full)


def _draw_lines(axes: Any, classes: int) -> None:
    places = np.arange(classes + 1) - 0.5
    width = 1.5 if classes <= _MOST_WITH_NUMBERS else 0.4
    axes.hlines(places, -0.5, classes - 0.5, color="white", linewidth=width)
    axes.vlines(places, -0.5, classes - 0.5, color="white", linewidth=width)


def _write_numbers(
    axes: Any, counts: np.ndarray[Any, Any], colours: np.ndarray[Any, Any], normalize: str | None
) -> None:
    sums = {"true": counts.sum(axis=1, keepdims=True), "pred": counts.sum(axis=0), "all": counts.sum()}
    luminance = colours @ (0.299, 0.587, 0.114)
    for (row, column), count in np.ndenumerate(counts):
        if normalize is None:
            text = f"{count:,}" if count else ""
        else:
            total = np.broadcast_to(sums[normalize], counts.shape)[row, column]
            text = f"{count / total:.1%}" if count else ""
        axes.text(
            column,
            row,
            text,
            ha="center",
            va="center",
            fontsize=9 if normalize is None else 7,
            color="white" if luminance[row, column] < _DARK else INK,
        )
