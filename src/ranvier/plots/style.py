"""The look of the figures, and the one place that imports matplotlib."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ranvier.errors import missing_extra

try:
    from matplotlib import rc_context
    from matplotlib.colors import to_rgb as to_rgb
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle as Rectangle
    from matplotlib.ticker import MaxNLocator as MaxNLocator
    from matplotlib.ticker import StrMethodFormatter as StrMethodFormatter
except ImportError as error:  # pragma: no cover
    raise missing_extra("Plotting", "matplotlib", "plots") from error

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's palette (2008): told apart with every kind of colour vision.
BLUE = "#0072B2"
VERMILLION = "#D55E00"
INK = "#333333"
FAINT = "#D9D9D9"

_DOTS_PER_INCH = 120


class PlotFigure(Figure):
    """A figure that a notebook displays although no plotting state was set up."""

    def savefig(self, *arguments: Any, **options: Any) -> None:
        """Write the figure; letters that the font lacks are boxes, of which there is nothing to warn."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from font")
            super().savefig(*arguments, **options)

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()


def new_figure(width: float, height: float) -> PlotFigure:
    """Make an empty figure.

    Args:
        width: In inches.
        height: In inches.
    """
    return PlotFigure(figsize=(width, height), dpi=_DOTS_PER_INCH, layout="constrained", facecolor="white")


def shortened(text: str, longest: int = 28) -> str:
    """Return a name that leaves room for the figure."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def set_title(axes: Axes, title: str | None) -> None:
    """Write a title over the left edge of the axes."""
    if title:
        axes.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold", pad=10)


def quieten(axes: Axes) -> None:
    """Leave of the frame and grid only what helps to read values."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=9, length=0, pad=6)


def hide_frame(axes: Axes) -> None:
    """Leave nothing of frame and ticks."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


@contextmanager
def text_as_text(salt: str) -> Iterator[None]:
    """Have SVG keep letters as letters, and name its parts by what they are and not by chance.

    Args:
        salt: What sets the names apart from those of another figure on the same page.
    """
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        yield
