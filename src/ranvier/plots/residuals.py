"""How far predicted numbers are from the true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import DataError, ShapeError
from ranvier.plots.style import (
    BLUE,
    FAINT,
    INK,
    VERMILLION,
    MaxNLocator,
    StrMethodFormatter,
    new_figure,
    quieten,
    set_title,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_DOTS = 1500
_BINS = 40
_TICKS = 5
_OUTER = (0.5, 99.5)  # percentiles between which the histogram of the errors is drawn


def prediction_errors(y_true: Any, y_pred: Any, title: str | None = None) -> Figure:
    """Draw predicted against true numbers, and how the errors are spread.

    Of many samples a part is drawn, spread evenly over the order they came in.

    Args:
        y_true: True numbers, shape (samples,).
        y_pred: Predicted numbers, shape (samples,).
        title: A title over the panels.

    Returns:
        The figure, two panels.

    Raises:
        ShapeError: If the shapes differ.
        DataError: If there are no samples, or one is not finite.

    Example:
        >>> figure = prediction_errors([1.0, 2.0, 3.0], [1.1, 1.9, 3.4])
    """
    truth, predicted = (np.asarray(each, np.float64).reshape(-1) for each in (y_true, y_pred))
    if truth.shape != predicted.shape:
        raise ShapeError(
            f"As many predictions as true numbers are expected; received: {len(predicted)} and {len(truth)}."
        )
    if not len(truth):
        raise DataError("There is nothing to compare: no samples were received.")
    if not (np.isfinite(truth).all() and np.isfinite(predicted).all()):
        raise DataError("Numbers that are not finite cannot be drawn.")
    figure = new_figure(9.4, 4.2)
    left, right = figure.subplots(1, 2)
    step = -(-len(truth) // _MOST_DOTS)
    ends = [float(min(truth.min(), predicted.min())), float(max(truth.max(), predicted.max()))]
    left.plot(ends, ends, color=INK, linewidth=0.8, linestyle=":")
    left.scatter(truth[::step], predicted[::step], s=12, color=BLUE, alpha=0.45, linewidth=0)
    quieten(left)
    for axis in (left.xaxis, left.yaxis, right.xaxis):
        axis.set_major_locator(MaxNLocator(_TICKS))
        axis.set_major_formatter(StrMethodFormatter("{x:,.8g}"))
    left.grid(axis="x", color=FAINT, linewidth=0.8)
    left.set_xlabel("true", color=INK, fontsize=9)
    left.set_ylabel("predicted", color=INK, fontsize=9)
    set_title(left, "Predicted against true")
    errors = predicted - truth
    low, high = np.percentile(errors, _OUTER)
    if low == high:
        low, high = low - 0.5, high + 0.5
    right.hist(errors, bins=_BINS, range=(low, high), color=BLUE)
    right.axvline(0, color=VERMILLION, linewidth=1.2)
    quieten(right)
    right.set_xlabel("predicted - true", color=INK, fontsize=9)
    right.set_ylabel("samples", color=INK, fontsize=9)
    set_title(right, "Errors")
    if title:
        figure.suptitle(title, x=0.01, ha="left", color=INK, fontsize=13, fontweight="bold")
    return figure
