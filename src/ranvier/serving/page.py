"""The page for people: what the model takes, and a place to try it."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib import resources

_INLINE = re.compile(r"<(?P<tag>style|script)>(?P<text>.*?)</(?P=tag)>", re.DOTALL)


@cache
def page() -> tuple[str, dict[str, str]]:
    """Return the page, and the headers that keep it from running or fetching anything else.

    It holds nothing of the model; what it shows it asks of the server, with the token where one is needed.
    """
    html = resources.files("ranvier.serving").joinpath("page.html").read_text(encoding="utf-8")
    hashes = {match["tag"]: _hash(match["text"]) for match in _INLINE.finditer(html)}
    policy = (
        f"default-src 'none'; script-src {hashes['script']}; style-src {hashes['style']}; connect-src 'self'; "
        "img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html, {"content-security-policy": policy, "referrer-policy": "no-referrer"}


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
