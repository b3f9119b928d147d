"""Whether predicted probabilities come true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ranvier.errors import DataError, ShapeError
from ranvier.plots.confusion import class_numbers
from ranvier.plots.style import BLUE, FAINT, INK, VERMILLION, new_figure, quieten, set_title, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

_BINS = 10
_LONGEST = 48  # letters of the name of a class
_LARGEST_DOT = 160.0  # square points


class Calibration(NamedTuple):
    """How often predictions of about the same probability come true.

    Attributes:
        predicted: Mean probability of each bin that is not empty, shape (bins,).
        observed: Share that came true, shape (bins,).
        counts: Number of predictions, shape (bins,).
        error: Expected calibration error: mean of |predicted - observed|, weighted by counts.
    """

    predicted: np.ndarray[Any, Any]
    observed: np.ndarray[Any, Any]
    counts: np.ndarray[Any, Any]
    error: float


def calibration_of(y_true: Any, probabilities: Any, bins: int = _BINS) -> Calibration:
    """Compare probabilities with what came true, in bins of equal width.

    Of two classes the probability of the second is judged; of more, that of the predicted class.

    Args:
        y_true: Class numbers, shape (samples,).
        probabilities: Shape (samples, classes); or (samples,), of the second of two classes.
        bins: How many bins between 0 and 1.

    Returns:
        The comparison.

    Raises:
        DataError: If there are no samples.
        ShapeError: If the shapes do not fit together.
    """
    truth = class_numbers(y_true)
    given = np.asarray(probabilities, np.float64)
    if given.ndim == 1:
        given = np.stack([1 - given, given], axis=1)
    if given.ndim != 2 or len(given) != len(truth):
        raise ShapeError(
            f"Probabilities of shape ({len(truth)}, classes) are expected for {len(truth)} labels; received: "
            f"{np.shape(probabilities)}."
        )
    if not len(truth):
        raise DataError("There is nothing to compare: no samples were received.")
    if given.shape[1] == 2:
        confidence, came_true = given[:, 1], truth == 1
    else:
        confidence, came_true = given.max(axis=1), truth == given.argmax(axis=1)
    places = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    counts = np.bincount(places, minlength=bins)
    filled = counts > 0
    predicted = np.bincount(places, confidence, bins)[filled] / counts[filled]
    observed = np.bincount(places, came_true, bins)[filled] / counts[filled]
    error = float(np.abs(predicted - observed) @ counts[filled] / counts.sum())
    return Calibration(predicted, observed, counts[filled], error)


def calibration_curve(
    y_true: Any, probabilities: Any, class_names: Sequence[str] | None = None, title: str | None = None
) -> Figure:
    """Draw how often predictions of about the same probability come true.

    On the diagonal they are honest; below it too sure, above it too careful. A larger dot stands for
    more predictions.

    Args:
        y_true: Class numbers, shape (samples,).
        probabilities: Shape (samples, classes); or (samples,), of the second of two classes.
        class_names: A name for each class.
        title: A title; the expected calibration error when None.

    Returns:
        The figure.

    Example:
        >>> figure = calibration_curve([0, 1, 1, 0], [0.1, 0.8, 0.7, 0.4])
    """
    found = calibration_of(y_true, probabilities)
    binary = np.ndim(probabilities) == 1 or np.shape(probabilities)[1] == 2
    figure = new_figure(4.4, 4.2)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle=":", label="honest")
    axes.vlines(found.predicted, found.predicted, found.observed, color=VERMILLION, linewidth=1.2)
    sizes = 14 + _LARGEST_DOT * found.counts / found.counts.max()
    axes.plot(found.predicted, found.observed, color=BLUE, linewidth=1.4)
    axes.scatter(
        found.predicted, found.observed, s=sizes, color=BLUE, edgecolor="white", linewidth=0.8, zorder=3
    )
    quieten(axes)
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.set_aspect("equal")
    if binary and class_names is not None:
        names = (f"predicted probability of {class_names[1]}", f"share that is {class_names[1]}")
    else:
        names = ("predicted probability", "share that came true")
    axes.set_xlabel(shortened(names[0], _LONGEST), color=INK, fontsize=9, parse_math=False)
    axes.set_ylabel(shortened(names[1], _LONGEST), color=INK, fontsize=9, parse_math=False)
    set_title(axes, f"Calibration error {found.error:.3f}" if title is None else title)
    return figure
