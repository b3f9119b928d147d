"""The encoder of a table as steps of an exported file: columns as they come in, the network's inputs out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ranvier.estimators.tables.encoding import ABSENT, GIVEN, CategoryRule, Encoder
from ranvier.estimators.tables.scaling import LARGEST
from ranvier.estimators.tables.schema import ColumnSchema
from ranvier.exports.builder import Builder
from ranvier.exports.program import TEXT, Tensor

NUMBER, DATE, TEXTS = "number", "date", "text"
"""What a column of an exported file is: numbers, seconds since 1970, or texts."""

_DAY, _FIRST_MONDAY = 86_400.0, 4.0
_YEAR_ZERO, _LAST_YEAR = -62_135_596_800.0, 253_402_300_799.0
_DAYS_TO_1970, _DAYS_OF_A_YEAR = 719_162.0, 365.2425


def column_form(column: ColumnSchema) -> str:
    """Return what a column is in an exported file.

    A category whose levels are numbers is one of numbers, so that 2 and 2.0 are the same; truth values are texts,
    since a number cannot be missing in them.
    """
    if column.kind == "date":
        return DATE
    if column.kind == "number":
        return TEXTS if column.source == "boolean" else NUMBER
    numeric = column.source in ("number", "integer", "date") and _are_numbers(column.levels or [])
    return NUMBER if numeric else TEXTS


def encoded_steps(build: Builder, encoder: Encoder, columns: Mapping[str, Tensor]) -> list[Tensor]:
    """Return the inputs of a member's network.

    Args:
        build: Where the steps go.
        encoder: What was learned.
        columns: The columns by name, each of shape (rows, 1).
    """
    steps = _Encoding(build, encoder, columns)
    with build.layer("encoder", "columns as the network takes them"):
        categories = [
            build.concatenate([steps.codes(rule) for rule in rules], 1)
            for rules in (encoder.indicators, encoder.embedded)
            if rules
        ]
        return [steps.numbers(), *categories] if encoder.numbers else categories


class _Encoding:
    def __init__(self, build: Builder, encoder: Encoder, columns: Mapping[str, Tensor]) -> None:
        self.build = build
        self.encoder = encoder
        self.columns = columns
        self._numeric: dict[str, Tensor] = {}
        self._parts: dict[str, dict[str, Tensor]] = {}

    def numbers(self) -> Tensor:
        """Return all numbers, filled and scaled."""
        build, filled = self.build, []
        for rule in self.encoder.numbers:
            with build.layer(rule.column, "a number" if rule.part is None else f"{rule.part} of a date"):
                found = self._number(rule.column) if rule.part is None else self._part(rule.column, rule.part)
                # The column is asked, since not every runtime hands NaN on through a minimum or maximum.
                absent = build.unary("is_nan", self._number(rule.column), "bool")
                filled.append(build.where(absent, rule.fill, found))
        joined = build.concatenate(filled, 1)
        scaling = self.encoder.scaling
        medians = build.constant(scaling.medians[None], name="encoder/medians")
        factors = build.constant(scaling.factors[None], name="encoder/factors")
        distances = build.multiply(build.subtract(joined, medians), factors)
        share = build.divide(distances, LARGEST)
        root = build.unary("sqrt", build.add(build.unary("square", share), 1.0))
        scaled = build.divide(distances, root)
        # What overflows is as far away as can be; of an infinite number times 0 nothing is known.
        unknown = build.unary("is_nan", distances, "bool")
        far = build.multiply(build.unary("sign", build.where(unknown, 0.0, distances)), LARGEST)
        lost = build.binary(
            "or", build.unary("is_nan", scaled, "bool"), build.unary("is_infinite", distances, "bool")
        )
        return build.cast(build.where(lost, far, scaled), "float32")

    def codes(self, rule: CategoryRule) -> Tensor:
        """Return the codes of a column."""
        with self.build.layer(rule.column, "a category" if rule.levels else "whether it is there"):
            return self._codes(rule)

    def _codes(self, rule: CategoryRule) -> Tensor:
        build = self.build
        if rule.levels is None:
            absent = build.unary("is_nan", self._number(rule.column), "bool")
            given = build.constant(GIVEN, "int32")
            return build.where(absent, build.constant(ABSENT, "int32"), given)
        x, levels = self.columns[rule.column], rule.levels
        if x.dtype == TEXT:
            found = _text_codes(build, x, levels)
        else:
            known = build.constant(
                np.array([[float(level) for level in levels]]), "float64", f"{rule.column}/levels"
            )
            same = build.cast(build.binary("equal", self._number(rule.column), known), "int64")
            codes = build.constant(np.arange(1, len(levels) + 1)[None], "int64", f"{rule.column}/codes")
            found = build.reduce("sum", build.multiply(same, codes), [1], keep=True)
        return build.cast(found, "int32")

    def _number(self, name: str) -> Tensor:
        """Return a column as numbers in double precision, NaN where there is none."""
        if name not in self._numeric:
            build, x = self.build, self.columns[name]
            if x.dtype == TEXT:  # truth values
                codes = _text_codes(build, x, ("False", "True"))
                truth = build.cast(build.subtract(codes, 1), "float64")
                x = build.where(build.binary("equal", codes, 0), float("nan"), truth)
            self._numeric[name] = build.cast(x, "float64")
        return self._numeric[name]

    def _part(self, name: str, part: str) -> Tensor:
        if name not in self._parts:
            self._parts[name] = _date_parts(self.build, self._number(name))
        return self._parts[name][part]


def _text_codes(build: Builder, x: Tensor, levels: Sequence[str]) -> Tensor:
    known = {level: code for code, level in enumerate(levels, 1)}
    if set(levels) <= {"False", "True"}:  # truth values may come as 0 and 1
        known |= {number: known[level] for number, level in (("0", "False"), ("1", "True")) if level in known}
    keys = build.constant(np.array(list(known)), name=f"{x.name}/levels")
    codes = build.constant(np.array(list(known.values()), np.int64), name=f"{x.name}/codes")
    return build.step("text_codes", [x, keys, codes], x.shape, "int64")


def _date_parts(build: Builder, seconds: Tensor) -> dict[str, Tensor]:
    """Return the numbers that stand for dates; see :func:`ranvier.estimators.tables.dates.date_parts`."""
    inside = build.clip(seconds, _YEAR_ZERO, _LAST_YEAR)
    day = build.divide(inside, _DAY)
    days = build.unary("floor", day)
    since_monday = build.subtract(days, _FIRST_MONDAY)
    weeks = build.unary("floor", build.divide(since_monday, 7.0))
    weekday = build.subtract(since_monday, build.multiply(weeks, 7.0))
    parts = {"elapsed": build.divide(seconds, _DAY)}
    for name, share in (
        ("year", _share_of_year(build, inside)),
        ("week", build.divide(weekday, 7.0)),
        ("day", build.subtract(day, days)),
    ):
        angle = build.multiply(share, 2.0 * np.pi)
        parts[f"{name}_sine"] = build.unary("sin", angle)
        parts[f"{name}_cosine"] = build.unary("cos", angle)
    return parts


def _share_of_year(build: Builder, seconds: Tensor) -> Tensor:
    """Return how much of its year has passed, to whole seconds."""
    # Towards zero, as a conversion to whole numbers goes.
    whole = build.multiply(
        build.unary("sign", seconds), build.unary("floor", build.unary("absolute", seconds))
    )
    days = build.unary("floor", build.divide(whole, _DAY))
    passed = build.add(days, _DAYS_TO_1970)
    year = build.unary("floor", build.divide(build.add(passed, 0.5), _DAYS_OF_A_YEAR))
    # The mean length of a year misses by a day or two at the turn of a year.
    early = build.cast(build.binary("greater", _first_day(build, year), days), "float64")
    year = build.subtract(year, early)
    late = build.cast(build.binary("less_equal", _first_day(build, build.add(year, 1.0)), days), "float64")
    year = build.add(year, late)
    first = _first_day(build, year)
    length = build.subtract(_first_day(build, build.add(year, 1.0)), first)
    since = build.subtract(whole, build.multiply(first, _DAY))
    return build.divide(since, build.multiply(length, _DAY))


def _first_day(build: Builder, years: Tensor) -> Tensor:
    """Return the days from 1970 to the first day of the year after so many whole years of our era."""
    total = build.multiply(years, 365.0)
    for divisor, combine in ((4.0, build.add), (100.0, build.subtract), (400.0, build.add)):
        total = combine(total, build.unary("floor", build.divide(years, divisor)))
    return build.subtract(total, _DAYS_TO_1970)


def _are_numbers(levels: Sequence[str]) -> bool:
    try:
        return all(np.isfinite(float(level)) for level in levels)
    except ValueError:
        return False
