"""From raw columns to the arrays a network takes, by rules that were learned from the training rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from ranvier.errors import DataError
from ranvier.estimators.tables.dates import date_parts
from ranvier.estimators.tables.frames import RawTable
from ranvier.estimators.tables.inference import as_dates, as_numbers, as_texts, infer_schema, require_kind
from ranvier.estimators.tables.scaling import RobustScaling
from ranvier.estimators.tables.schema import ColumnSchema, Schema
from ranvier.estimators.tables.texts import Texts
from ranvier.estimators.tables.values import Values, read_values

HostArray: TypeAlias = "np.ndarray[Any, Any]"

GIVEN, ABSENT = 1, 2
"""The codes of the indicator that tells whether a number was there."""

_BLOCK = 2**17


@dataclass(frozen=True)
class Encoded:
    """Rows as the network takes them.

    Attributes:
        numbers: float32 of shape (rows, numbers), scaled.
        indicators: Codes of categories that become indicators, uint8 or wider, shape (rows, columns).
        embedded: Codes of categories that become vectors, unsigned, shape (rows, columns).
    """

    numbers: HostArray
    indicators: HostArray
    embedded: HostArray

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.numbers)

    def parts(self) -> dict[str, HostArray]:
        """Return the arrays that have columns, by name."""
        found = {"numbers": self.numbers, "indicators": self.indicators, "embedded": self.embedded}
        return {name: array for name, array in found.items() if array.shape[1]}

    def take(self, indices: Any) -> Encoded:
        """Return some of the rows."""
        return Encoded(self.numbers[indices], self.indicators[indices], self.embedded[indices])


@dataclass
class NumberRule:
    """How a column of numbers, or a part of a date, becomes a number of the network.

    Attributes:
        column: The column.
        part: The part of a date, or None.
        fill: What stands for a missing value: the mean.
    """

    column: str
    part: str | None
    fill: float


@dataclass
class CategoryRule:
    """How a column becomes codes.

    Attributes:
        column: The column.
        levels: The texts of codes 1, 2, ...; None for the indicator of a missing number.
    """

    column: str
    levels: tuple[str, ...] | None

    @property
    def count(self) -> int:
        """The number of codes, that of the missing and unknown included."""
        return 1 + (2 if self.levels is None else len(self.levels))


@dataclass
class Encoder:
    """What was learned from the training rows.

    Attributes:
        schema: What each column is taken for.
        numbers: The rules of the numbers, in order.
        indicators: The rules of categories that become indicators.
        embedded: The rules of categories that become vectors.
        scaling: How the numbers are scaled.
    """

    schema: Schema
    numbers: list[NumberRule] = field(default_factory=list)
    indicators: list[CategoryRule] = field(default_factory=list)
    embedded: list[CategoryRule] = field(default_factory=list)
    scaling: RobustScaling = field(default_factory=lambda: RobustScaling(np.zeros(0), np.zeros(0)))

    @staticmethod
    def learn(table: RawTable, given: Schema | None, largest_one_hot: int | None) -> tuple[Encoder, Encoded]:
        """Look at the training rows.

        Args:
            table: The rows.
            given: What the user has laid down about columns.
            largest_one_hot: The number of codes up to which a category becomes indicators; None for all.

        Returns:
            The encoder, and the training rows encoded.

        Raises:
            DataError: If no column is left.
        """
        values = [read_values(column, name) for name, column in zip(table.names, table.columns, strict=True)]
        schema = infer_schema(table.names, values, given, named=table.named)
        if not schema.used:
            reasons = "; ".join(f"{column.name!r} {column.reason}" for column in schema.columns[:6])
            raise DataError(f"No column is left to learn from: {reasons}.")
        encoder = Encoder(schema)
        for column, found in zip(schema.columns, values, strict=True):
            encoder._learn_column(column, found, largest_one_hot)
        by_name = dict(zip(table.names, values, strict=True))
        numbers = encoder._raw_numbers(by_name, table.rows)
        encoder.scaling = RobustScaling.learn(numbers)
        return encoder, encoder._encoded(by_name, table.rows, numbers)

    def encode(self, table: RawTable) -> Encoded:
        """Encode rows of a table whose columns are those of the schema, in order.

        Raises:
            DataTypeError: If a column of numbers or dates holds something else.
        """
        used = {column.name for column in self.schema.used}
        pieces = []
        for start in range(0, table.rows, _BLOCK):
            block = table.slice(start, start + _BLOCK) if table.rows > _BLOCK else table
            values = {
                name: read_values(column, name)
                for name, column in zip(block.names, block.columns, strict=True)
                if name in used
            }
            for name, found in values.items():
                require_kind(self.schema[name], found)
            pieces.append(self._encoded(values, block.rows, self._raw_numbers(values, block.rows)))
        if len(pieces) == 1:
            return pieces[0]
        return Encoded(
            np.concatenate([piece.numbers for piece in pieces]),
            np.concatenate([piece.indicators for piece in pieces]),
            np.concatenate([piece.embedded for piece in pieces]),
        )

    def sources(self) -> dict[str, list[tuple[str, int]]]:
        """Return for each used column which inputs of the network come from it: part and position."""
        found: dict[str, list[tuple[str, int]]] = {column.name: [] for column in self.schema.used}
        listed: tuple[tuple[str, Sequence[NumberRule | CategoryRule]], ...] = (
            ("numbers", self.numbers),
            ("indicators", self.indicators),
            ("embedded", self.embedded),
        )
        for part, rules in listed:
            for position, rule in enumerate(rules):
                found[rule.column].append((part, position))
        return found

    # -- learning --------------------------------------------------------------------------------

    def _learn_column(self, column: ColumnSchema, values: Values, largest_one_hot: int | None) -> None:
        if column.kind == "number":
            found = as_numbers(values)
            self.numbers.append(NumberRule(column.name, None, _mean(found)))
            if np.isnan(found).any():
                self.indicators.append(CategoryRule(column.name, None))
        elif column.kind == "date":
            found = as_dates(values)
            for part, numbers in date_parts(found).items():
                if part == "elapsed" or len(np.unique(numbers[np.isfinite(numbers)])) > 1:
                    self.numbers.append(NumberRule(column.name, part, _mean(numbers)))
            if np.isnan(found).any():
                self.indicators.append(CategoryRule(column.name, None))
        elif column.kind == "category":
            rule = CategoryRule(column.name, tuple(column.levels or ()))
            small = largest_one_hot is None or rule.count <= largest_one_hot
            (self.indicators if small else self.embedded).append(rule)

    # -- encoding --------------------------------------------------------------------------------

    def _raw_numbers(self, values: Mapping[str, Values], rows: int) -> HostArray:
        numbers = np.empty((rows, len(self.numbers)), np.float64)
        parts: dict[str, dict[str, HostArray]] = {}
        for position, rule in enumerate(self.numbers):
            if rule.part is None:
                found = as_numbers(values[rule.column])
            else:
                if rule.column not in parts:
                    parts[rule.column] = date_parts(as_dates(values[rule.column]))
                found = parts[rule.column][rule.part]
            numbers[:, position] = np.where(np.isnan(found), rule.fill, found)
        return numbers

    def _encoded(self, values: Mapping[str, Values], rows: int, numbers: HostArray) -> Encoded:
        return Encoded(
            self.scaling.scaled(numbers),
            _codes(self.indicators, self.schema, values, rows),
            _codes(self.embedded, self.schema, values, rows),
        )


def _codes(
    rules: Sequence[CategoryRule], schema: Schema, values: Mapping[str, Values], rows: int
) -> HostArray:
    widest = max((rule.count for rule in rules), default=1)
    dtype = np.uint8 if widest <= 2**8 else np.uint16 if widest <= 2**16 else np.uint32
    codes = np.zeros((rows, len(rules)), dtype)
    for position, rule in enumerate(rules):
        found = values[rule.column]
        if rule.levels is None:
            kind = schema[rule.column].kind
            absent = np.isnan(as_numbers(found) if kind == "number" else as_dates(found))
            codes[:, position] = np.where(absent, ABSENT, GIVEN)
        else:
            codes[:, position] = _codes_of(as_texts(found), rule.levels)
    return codes


def _codes_of(texts: Texts, levels: Sequence[str]) -> HostArray:
    known = {level: code for code, level in enumerate(levels, 1)}
    if set(levels) <= {"False", "True"}:  # truth values may come as 0 and 1 where some are missing
        known |= {number: known[level] for number, level in (("0", "False"), ("1", "True")) if level in known}
    table = np.array([*(known.get(level, 0) for level in texts.levels), 0], np.int64)
    return table[texts.codes]


def _mean(numbers: HostArray) -> float:
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        return 0.0
    with np.errstate(over="ignore"):
        mean = float(finite.mean())
    return mean if np.isfinite(mean) else float(np.median(finite))
