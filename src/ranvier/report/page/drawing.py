"""Figures as SVG that takes on the colours of the page around it."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from ranvier.plots.style import BLUE, FAINT, INK, VERMILLION, text_as_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = {
    INK: "var(--ink)",
    FAINT: "var(--rule)",
    BLUE: "var(--blue)",
    VERMILLION: "var(--vermillion)",
    "#ffffff": "var(--paper)",
    "#000000": "var(--ink)",
}
_COLOUR = re.compile("|".join(_COLOURS), re.IGNORECASE)
_BY_COLOUR = {colour.lower(): variable for colour, variable in _COLOURS.items()}
_NOT_DRAWN = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_WIDTH = re.compile(r'width="([\d.]+)pt"')
_ENLARGED = 1.4  # pixels of the page a point
_FONT = re.compile(r"'DejaVu Sans'[^;\"]*|(?<=font-family: )[^;\"]*")


def themed(figure: Figure, name: str) -> Markup:
    """Return a figure as SVG for a page with ``--ink``, ``--rule``, ``--blue`` and the like.

    Text stays text in the page's own font, and the names of parts are those of this figure alone.

    Args:
        figure: The figure.
        name: Its name on the page, letters only.
    """
    buffer = io.StringIO()
    with text_as_text(name):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = _NOT_DRAWN.sub("", svg[svg.index("<svg") :])
    return Markup(_TAG.sub(lambda tag: _adapted(tag[0], name), svg))  # noqa: S704 - matplotlib escapes text


def _adapted(tag: str, name: str) -> str:
    """Adapt a tag, and never the text between two of them, which may look like anything."""
    if tag.startswith("<svg"):
        width = _WIDTH.search(tag)
        size = f' style="max-width: {_ENLARGED * float(width[1]):.0f}px"' if width else ""
        tag = re.sub(r' (width|height)="[^"]*"', "", tag).replace("<svg", f'<svg role="img"{size}', 1)
    tag = re.sub(r' id="([^"]+)"', rf' id="{name}-\1"', tag)
    tag = re.sub(r'(href="|url\()#', rf"\1#{name}-", tag)
    tag = _FONT.sub("inherit", tag)
    return _COLOUR.sub(lambda colour: _BY_COLOUR[colour[0].lower()], tag)
