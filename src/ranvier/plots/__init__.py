"""Figures of what a network learned and where it errs.

Each function returns a matplotlib figure and shows nothing; ``figure.savefig("curves.png")`` writes
it, a notebook displays it. Nothing global is touched: matplotlib's settings, backend and current
figure stay as they were. Colours can be told apart by colour-blind readers and differ in more than
hue.
"""

from __future__ import annotations

from ranvier.plots.calibration import calibration_curve
from ranvier.plots.confusion import confusion_matrix
from ranvier.plots.history import history_curves
from ranvier.plots.images import image_grid
from ranvier.plots.importances import importances
from ranvier.plots.residuals import prediction_errors
from ranvier.plots.weights import first_layer_weights

__all__ = [
    "calibration_curve",
    "confusion_matrix",
    "first_layer_weights",
    "history_curves",
    "image_grid",
    "importances",
    "prediction_errors",
]
