"""The pictures in the folder of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ranvier import plots
from ranvier.plots.style import INK, PlotFigure, hide_frame, new_figure
from ranvier.storage.atomic import replacing

CURVES, CONFUSION, MISCLASSIFIED = "curves.png", "confusion.png", "misclassified.png"

_MOST_MISTAKES = 40
_METRICS = ("loss", "accuracy")


def write_curves(folder: Path, history: Mapping[str, Sequence[float]], title: str) -> None:
    """Draw loss and accuracy in training and validation.

    Args:
        folder: Where to put ``curves.png``.
        history: One value an epoch for each name; without an epoch nothing is drawn.
        title: The title.

    Raises:
        FileWriteError: If the picture cannot be written.
    """
    if any(len(history.get(name, ())) for name in _METRICS):
        _save(plots.history_curves(history, metrics=_METRICS, title=title), folder / CURVES)


def write_confusion(
    folder: Path,
    y_true: np.ndarray[Any, Any],
    probabilities: np.ndarray[Any, Any],
    class_names: Sequence[str],
) -> None:
    """Draw which class was taken for which.

    Args:
        folder: Where to put ``confusion.png``.
        y_true: Class numbers, shape (samples,).
        probabilities: Shape (samples, classes).
        class_names: A name for each class.
    """
    _save(plots.confusion_matrix(y_true, probabilities, class_names), folder / CONFUSION)


def write_misclassified(
    folder: Path,
    images: np.ndarray[Any, Any],
    y_true: np.ndarray[Any, Any],
    probabilities: np.ndarray[Any, Any],
    class_names: Sequence[str],
) -> None:
    """Draw the images that were taken for another class, the surest mistakes first.

    Args:
        folder: Where to put ``misclassified.png``.
        images: Shape (samples, height, width).
        y_true: Class numbers, shape (samples,).
        probabilities: Shape (samples, classes).
        class_names: A name for each class.
    """
    predicted = probabilities.argmax(axis=1)
    mistakes = np.flatnonzero(predicted != y_true)
    # Stable, so that equally sure mistakes keep the order of the data.
    order = np.argsort(-probabilities[mistakes].max(axis=1), kind="stable")
    shown = mistakes[order][:_MOST_MISTAKES]
    if not len(shown):
        _save(_sentence(f"None of {len(y_true):,} test images is misclassified."), folder / MISCLASSIFIED)
        return
    title = f"{len(mistakes):,} of {len(y_true):,} test images misclassified"
    if len(shown) < len(mistakes):
        title += f"; the {len(shown)} surest mistakes"
    figure = plots.image_grid(images[shown], y_true[shown], predicted[shown], class_names, title=title)
    _save(figure, folder / MISCLASSIFIED)


def _sentence(text: str) -> PlotFigure:
    figure = new_figure(5.0, 1.2)
    axes = figure.add_subplot()
    hide_frame(axes)
    axes.text(0.5, 0.5, text, ha="center", va="center", color=INK, fontsize=11, transform=axes.transAxes)
    return figure


def _save(figure: Any, path: Path) -> None:
    with replacing(path) as file:
        figure.savefig(file, format="png")
