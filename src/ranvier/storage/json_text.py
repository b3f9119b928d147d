"""Reading JSON of unknown origin: what it would take in memory is estimated before it is read."""

from __future__ import annotations

import json
from typing import Any

LARGEST_OBJECTS = 64 * 1024 * 1024
"""The most bytes that the objects of a text may take beside the text itself, as an estimate from above."""

_TABLE, _LIST, _VALUE = 360, 90, 48
"""Bytes in memory for each opening brace, opening bracket and comma."""


def read_json(text: str | bytes) -> Any:
    """Read a text in JSON that may have been made to do harm.

    Args:
        text: The text.

    Raises:
        ValueError: If it is no JSON, names a thing twice in a table, holds characters that no encoding has, is nested
            too deeply, or would take too much memory. The message is part of a sentence.
    """
    if isinstance(text, bytes):
        text = text.decode()
    estimate = estimated_bytes(text)
    if estimate > LARGEST_OBJECTS:
        raise ValueError(f"it would take about {estimate:,} bytes, where {LARGEST_OBJECTS:,} are allowed")
    try:
        content = json.loads(text, object_pairs_hook=_table)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if "\\u" in text or "\\U" in text:
        _refuse_half_characters(content)
    return content


def estimated_bytes(text: str) -> int:
    """Estimate from above what the objects of a text would take in memory beside the text itself."""
    return _TABLE * text.count("{") + _LIST * text.count("[") + _VALUE * text.count(",")


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse_half_characters(content: Any) -> None:
    """Refuse escapes that stand for half of a character: no file name, message or terminal takes them."""
    remaining = [content]
    while remaining:
        value = remaining.pop()
        if isinstance(value, dict):
            remaining += [*value, *value.values()]
        elif isinstance(value, list):
            remaining += value
        elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError("it holds half a character")
