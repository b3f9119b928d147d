"""Figures of what a network learned and where it errs.

Each function returns a matplotlib figure and shows nothing; ``figure.savefig("curves.png")`` writes
it, a notebook displays it. Nothing global is touched: matplotlib's settings, backend and current
figure stay as they were. Colours can be told apart by colour-blind readers and differ in more than
hue.
"""

from __future__ import annotations

from ranvier.plots.confusion import confusion_matrix
from ranvier.plots.history import history_curves
from ranvier.plots.images import image_grid
from ranvier.plots.weights import first_layer_weights

__all__ = ["confusion_matrix", "first_layer_weights", "history_curves", "image_grid"]
