"""Columns that tell nothing, or only the row they stand in: what they look like, and the words for it."""

from __future__ import annotations

import re

LEAST_ROWS = 20
"""The number of rows from which on a column can be recognized as one of identifiers."""

NEARLY_ALL = 0.95
"""The share of values that differ, from which on texts are names rather than categories."""

NO_VALUE = "holds no value"
OTHER_THINGS = "holds lists, bytes or the like, which no model takes"
ONE_VALUE = "has the same value in every row"
TEXTS = "is different in nearly every row, like a name"
NUMBERS = "is different in every row, like the number of the row"

_IDENTIFIER = re.compile(
    r"(^|[_\W])(id|ids|uuid|guid|key|index|idx|rowid|row|row_?n(o|r|um|umber)?|serial|unnamed)($|[_\W\d])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"[a-z](Id|ID|Key|Index)$")


def named_like_one(name: str) -> bool:
    """Tell whether a column is named like one of identifiers."""
    return bool(_IDENTIFIER.search(name) or _CAMEL.search(name))
