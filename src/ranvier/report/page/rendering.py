"""The page of a run as HTML: one file that loads nothing and runs nothing."""

from __future__ import annotations

import re
from importlib import resources

from ranvier.errors import missing_extra
from ranvier.report.page.content import Page

try:
    import jinja2
    from markupsafe import Markup, escape
except ImportError as error:  # pragma: no cover
    raise missing_extra("The page of a run", "jinja2", "cli") from error

_HERE = resources.files(__package__ or "ranvier.report.page")


def render(page: Page) -> str:
    """Return the page; every text of the table and the settings is escaped.

    Args:
        page: What it says.
    """
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters["code"] = _with_code
    template = environment.from_string((_HERE / "page.html.j2").read_text(encoding="utf-8"))
    style = Markup((_HERE / "style.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return template.render(page=page, style=style)


def _with_code(text: str) -> Markup:
    """Return text in which what stands between backticks is code."""
    pieces = re.split(r"`([^`]*)`", text)
    return Markup().join(
        Markup("<code>{}</code>").format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )
