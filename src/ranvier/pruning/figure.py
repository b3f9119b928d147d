"""The curve of a result against sparsity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ranvier.plots.style import BLUE, INK, new_figure, quieten, set_title

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def accuracy_figure(sparsities: Sequence[float], values: Sequence[float], name: str) -> Figure:
    """Draw a result against the sparsity.

    Args:
        sparsities: Fractions of zero weights.
        values: One result for each.
        name: What the result is.

    Returns:
        The figure.
    """
    figure = new_figure(5.2, 3.4)
    axes = figure.subplots()
    percent = [100 * fraction for fraction in sparsities]
    axes.plot(percent, list(values), color=BLUE, linewidth=1.8, marker="o", markersize=4)
    quieten(axes)
    set_title(axes, f"{name.replace('_', ' ').capitalize()} against sparsity")
    axes.set_xlabel("weights set to zero, %", color=INK, fontsize=9)
    axes.margins(x=0.03, y=0.1)
    return figure
