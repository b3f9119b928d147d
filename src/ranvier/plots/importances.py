"""How much each column matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, ShapeError
from ranvier.plots.style import BLUE, FAINT, INK, MaxNLocator, new_figure, quieten, set_title, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure


def importances(
    names: Sequence[str],
    values: Any,
    errors: Any = None,
    label: str = "importance",
    title: str | None = None,
    most: int = 20,
) -> Figure:
    """Draw how much each column matters, the most important one on top.

    Args:
        names: A name for each column.
        values: How much each matters, shape (columns,).
        errors: The standard deviation of each, shape (columns,); None for none.
        label: What the values are.
        title: A title.
        most: How many columns are drawn.

    Returns:
        The figure.

    Raises:
        ShapeError: If there are not as many values as names.
        DataError: If there are none.
        ConfigurationError: If ``most`` is not positive.

    Example:
        >>> figure = importances(["area", "age"], [0.4, 0.1], label="rise of the error")
    """
    heights = np.asarray(values, np.float64)
    if heights.shape != (len(names),) or (errors is not None and np.shape(errors) != heights.shape):
        raise ShapeError(
            f"A value for each of {len(names)} names is expected; received: shape {heights.shape}."
        )
    if not len(names):
        raise DataError("There are no columns to draw.")
    if most < 1:
        raise ConfigurationError(f"`most` must be a positive number of columns; received: {most}.")
    order = np.argsort(-heights, kind="stable")[:most]
    figure = new_figure(6.4, 0.9 + 0.28 * len(order))
    axes = figure.add_subplot()
    places = np.arange(len(order))
    spread = None if errors is None else np.asarray(errors, np.float64)[order]
    axes.barh(
        places, heights[order], color=BLUE, height=0.62, xerr=spread, ecolor=INK, error_kw={"linewidth": 0.8}
    )
    axes.set_yticks(places, [shortened(str(names[place])) for place in order], parse_math=False)
    axes.invert_yaxis()
    quieten(axes)
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.set_xlabel(label, color=INK, fontsize=9)
    set_title(axes, title)
    return figure
