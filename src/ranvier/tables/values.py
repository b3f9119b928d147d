"""Numbers and truth values written as text."""

from __future__ import annotations

import re
from typing import Any

from ranvier.tables.arrow import pa, pc
from ranvier.tables.reading import ReadingOptions

TRUE_WORDS = ("true", "yes", "t", "y", "on")
FALSE_WORDS = ("false", "no", "f", "n", "off")
_DIGITS = ("1", "0")
_ALL_TRUE, _ALL_FALSE = (*TRUE_WORDS, _DIGITS[0]), (*FALSE_WORDS, _DIGITS[1])

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?(?i:inf|infinity)$"
_CODE = r"^[+-]?0[0-9xX]"
_NO_NUMBER = "!"
_LONG = r"^[+-]?\d{19,}$"

_MOST = 0.9  # of the values, that have the same marks

COMMAS = r"^[+-]?\d*,\d+$"
MARKS = {
    r"^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$": (
        "points between thousands",
        "--decimal , --thousands .",
    ),
    r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$": ("commas between thousands", "--thousands ,"),
    r"^[+-]?\d{1,3}( \d{3})+(\.\d+)?$": ("spaces between thousands", "--thousands ' '"),
    r"^[+-]?\d{1,3}('\d{3})+(\.\d+)?$": ("apostrophes between thousands", '--thousands "\'"'),
    COMMAS: ("decimal commas", "--decimal ,"),
    r"^[+-]?\d[\d.,]*\s*%$": ("percent signs", ""),
    r"^[+-]?\s*[$€£¥]\s*\d[\d.,]*$|^[+-]?\d[\d.,]*\s*[$€£¥]$": ("signs of currency", ""),
}
"""Patterns of numbers that are none for a program: what makes them so, and the options that read them."""


def clean(texts: Any, options: ReadingOptions) -> Any:
    """Return text without surrounding blanks, null where it stands for a missing value."""
    trimmed = pc.utf8_trim_whitespace(texts)
    missing = pc.is_in(trimmed, value_set=pa.array([*options.missing, ""], pa.string()))
    return pc.if_else(missing, pa.scalar(None, pa.string()), trimmed)


def plain_numbers(texts: Any, options: ReadingOptions) -> Any:
    """Bring numbers with other marks into the form ``-1234.5``; nothing else comes out as a number."""
    if options.thousands is None and options.point == ".":
        return texts
    decimal, mark, whole = re.escape(options.point), "", r"\d+"
    if options.thousands is not None:
        mark = r"[ \x{00A0}\x{202F}]" if options.thousands == " " else re.escape(options.thousands)
        whole = rf"(\d{{1,3}}({mark}\d{{3}})+|\d+)"
    pattern = rf"^[+-]?({whole}({decimal}\d*)?|{decimal}\d+)([eE][+-]?\d+)?$|^[+-]?(?i:inf|infinity)$"
    plain = pc.replace_substring_regex(texts, mark, "") if mark else texts
    if options.point != ".":
        plain = pc.replace_substring(plain, options.point, ".")
    fits = pc.match_substring_regex(texts, pattern)
    return pc.if_else(fits, plain, pc.binary_join_element_wise(_NO_NUMBER, texts, ""))


def are_numbers(texts: Any) -> Any:
    """Tell for each text whether it is a number in plain form; null stays null."""
    return pc.and_(pc.match_substring_regex(texts, _PLAIN), pc.invert(are_codes(texts)))


def marks_of(texts: Any, plain: Any) -> str | None:
    """Return the pattern of :data:`MARKS` that nearly all texts have whose plain form is no number."""
    others = texts.filter(pc.invert(are_numbers(plain)))
    if not len(others):
        return None
    for pattern in MARKS:
        if (pc.sum(pc.match_substring_regex(others, pattern)).as_py() or 0) >= _MOST * len(others):
            return pattern
    return None


def are_codes(texts: Any) -> Any:
    """Tell for each text whether its digits are a name rather than a quantity: leading zeros, 19 or more."""
    return pc.or_(pc.match_substring_regex(texts, _CODE), pc.match_substring_regex(texts, _LONG))


def as_integers(texts: Any) -> Any:
    """Return whole numbers as int64, or None if there are others among them."""
    try:
        return pc.cast(texts, pa.int64())
    except pa.ArrowInvalid:
        return None


def as_numbers(texts: Any) -> Any:
    """Return numbers as float64, or None if there is something else among them."""
    try:
        return pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return None


def are_truth_values(words: set[str]) -> bool:
    """Tell whether lower-case words are yes and no, true and false or the like, of one pair of words."""
    pairs = [{true, false} for true, false in zip(TRUE_WORDS, FALSE_WORDS, strict=True)]
    spelled = words - set(_DIGITS)
    long = {"true", "false", "yes", "no"}
    return bool(spelled) and (spelled <= long or any(spelled <= pair for pair in pairs))


def as_truth_values(texts: Any) -> Any:
    """Return words as booleans; null where a word is neither true nor false."""
    words = pc.utf8_lower(texts)
    true = pc.is_in(words, value_set=pa.array(_ALL_TRUE))
    known = pc.or_(true, pc.is_in(words, value_set=pa.array(_ALL_FALSE)))
    return pc.if_else(known, true, pa.scalar(None, pa.bool_()))
