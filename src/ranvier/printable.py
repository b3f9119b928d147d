"""Text of unknown origin for a terminal."""

from __future__ import annotations


def printable(text: object, longest: int | None = None) -> str:
    """Return a text without what would move the cursor, change colours or turn the direction of writing.

    Args:
        text: The text.
        longest: Where to cut it; nowhere when None.
    """
    whole = str(text)
    shown = whole if longest is None else whole[: longest + 1]
    plain = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in shown)
    return plain if longest is None or len(plain) <= longest else f"{plain[: longest - 1]}…"
