"""Dates and times written as text."""

from __future__ import annotations

from typing import Any

from ranvier.tables.arrow import pa, pc

ISO, ISO_ZONED = "ISO 8601", "ISO 8601 with a zone"

_DAYS = (
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%b %d %Y",
    "%d-%b-%Y",
    "%d.%m.%y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d-%b-%y",
)
_TIMES = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
_AMBIGUOUS = {"%m/%d": "%d/%m", "%d-%m": "%m-%d"}

FORMATS = (ISO, ISO_ZONED, *(day + time for day in _DAYS for time in _TIMES))
"""Every form that is recognized; of those that fit all values the first is taken."""

_SHAPE = r"^(\d{1,4}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{1,4}|[A-Za-z]{3,9} \d{1,2},? \d{4})($|[ T])"
_LONG_YEAR, _SHORT_YEAR = r"(^|\D)\d{4}(\D|$)", r"^[^-/. ]+[-/. ][^-/. ]+[-/. ]\d\d( |$)"
_TYPE = pa.timestamp("us")


def shaped_like_dates(texts: Any) -> bool:
    """Tell whether every text has roughly the form of a date."""
    return bool(pc.all(pc.match_substring_regex(texts, _SHAPE), min_count=0).as_py())


def as_dates(texts: Any, form: str) -> Any:
    """Return texts as timestamps in microseconds, null where one is not a date of that form.

    Times with a zone are brought to UTC.
    """
    if form in (ISO, ISO_ZONED):
        return _iso(texts, pa.timestamp("us", "UTC") if form == ISO_ZONED else _TYPE)
    # Without this a year of two digits would be read as one of the first century.
    years = pc.match_substring_regex(texts, _LONG_YEAR if "%Y" in form else _SHORT_YEAR)
    kept = pc.if_else(years, texts, pa.scalar(None, pa.string()))
    return pc.strptime(kept, format=form, unit="us", error_is_null=True)


def fitting_forms(texts: Any, forms: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the forms that every text has."""
    given = pc.drop_null(texts)
    return tuple(form for form in forms if not as_dates(given, form).null_count)


def likeliest_form(texts: Any, forms: tuple[str, ...]) -> str:
    """Return the form that most of the texts have."""
    return min(forms, key=lambda form: as_dates(texts, form).null_count)


def is_ambiguous(forms: tuple[str, ...]) -> bool:
    """Tell whether nothing in the values decides between day and month."""
    return bool(forms) and any(
        first in forms[0] and forms[0].replace(first, second) in forms for first, second in _AMBIGUOUS.items()
    )


def _iso(texts: Any, wanted: Any) -> Any:
    shortened = pc.replace_substring_regex(texts, r"(\.\d{6})\d+", r"\1")
    try:
        return pc.cast(pc.cast(shortened, wanted), _TYPE)
    except pa.ArrowInvalid:
        zone = "(Z|[+-]\\d{2}(:?\\d{2})?)"
        pattern = (
            r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
            + (zone if wanted.tz else "")
            + (")$" if wanted.tz else ")?$")
        )
        kept = pc.if_else(
            pc.match_substring_regex(shortened, pattern), shortened, pa.scalar(None, pa.string())
        )
        try:
            return pc.cast(pc.cast(kept, wanted), _TYPE)
        except pa.ArrowInvalid:  # the form is right and the day does not exist
            return pa.array([_one(text, wanted) for text in kept], _TYPE)


def _one(text: Any, wanted: Any) -> Any:
    try:
        return pc.cast(pc.cast(text, wanted), _TYPE)
    except pa.ArrowInvalid:
        return pa.scalar(None, _TYPE)
