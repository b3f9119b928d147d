"""Entries of a text file that stand for nothing."""

from __future__ import annotations

MISSING_MARKERS = (
    "",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "NaN",
    "nan",
    "-nan",
    "NAN",
    "null",
    "NULL",
    "Null",
    "None",
    "none",
    "<NA>",
    "?",
    "-",
)
"""Entries of a text file that stand for a missing value, unless others are given."""
