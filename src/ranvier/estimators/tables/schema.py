"""What each column of a table is taken for: a record that people can read, change and give back."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ranvier.errors import ConfigurationError, unknown_name
from ranvier.tables.kinds import KINDS


@dataclass
class ColumnSchema:
    """What a column is taken for.

    Attributes:
        name: Its name.
        kind: ``"number"``, ``"category"``, ``"date"`` or ``"dropped"``.
        source: What its values were: ``"number"``, ``"integer"``, ``"boolean"``, ``"text"``, ``"date"``, ``"empty"``.
        reason: Why it was dropped, a clause; None for others.
        missing: How many rows had no value.
        distinct: How many different values there were.
        levels: The texts of the levels of a category, in the order of their codes 1, 2, ...; None for others, and
            where they are to be learned.
    """

    name: str
    kind: str
    source: str | None = None
    reason: str | None = None
    missing: int = 0
    distinct: int | None = None
    levels: list[str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the record as JSON types, without what is None."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in found.items() if value is not None}

    @staticmethod
    def from_dict(described: Mapping[str, Any]) -> ColumnSchema:
        """Build the record that :meth:`as_dict` described.

        Raises:
            ConfigurationError: If it is no such record.
        """
        known = [each.name for each in fields(ColumnSchema)]
        if not isinstance(described, Mapping) or not {"name", "kind"} <= set(described):
            raise ConfigurationError(
                f"A column of a schema is a dict with at least `name` and `kind`; received: {described!r:.200}."
            )
        for name in described:
            if name not in known:
                raise unknown_name("entry of a column of a schema", name, known)
        column = ColumnSchema(**described)
        column.check()
        return column

    def check(self) -> None:
        """Refuse values that have no meaning.

        Raises:
            ConfigurationError: Naming the column.
        """
        if not isinstance(self.name, str):
            raise ConfigurationError(f"The name of a column must be a text; received: {self.name!r:.100}.")
        if self.kind not in KINDS:
            raise unknown_name(f"kind of the column {self.name!r}", self.kind, KINDS)
        levels = self.levels
        if levels is not None and not (
            isinstance(levels, list)
            and all(isinstance(level, str) for level in levels)
            and len(set(levels)) == len(levels)
        ):
            raise ConfigurationError(
                f"`levels` of the column {self.name!r} must be a list of different texts, or None; "
                f"received: {levels!r:.200}."
            )
        for name, wanted in (("source", str), ("reason", str), ("missing", int), ("distinct", int)):
            value = getattr(self, name)
            if not isinstance(value, wanted) and not (value is None and name != "missing"):
                raise ConfigurationError(
                    f"`{name}` of the column {self.name!r} must be of the type {wanted.__name__}; "
                    f"received: {value!r:.100}."
                )


@dataclass
class Schema:
    """What the columns of a table are taken for.

    A fitted estimator has it as ``schema_``. Change it and give it back as ``schema=``; columns that it does not
    name are looked at as usual.

    Attributes:
        columns: One record for each column, in the order of the table.

    Example:
        >>> schema = Schema([ColumnSchema("zip", "number"), ColumnSchema("age", "number")])
        >>> schema["zip"].kind = "category"
        >>> Schema.from_dict(schema.as_dict())["zip"].kind
        'category'
    """

    columns: list[ColumnSchema] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    @property
    def used(self) -> list[ColumnSchema]:
        """The columns that are not dropped."""
        return [column for column in self.columns if column.kind != "dropped"]

    def __getitem__(self, name: str) -> ColumnSchema:
        found = self.get(name)
        if found is None:
            raise unknown_name("column", name, self.names)
        return found

    def get(self, name: str) -> ColumnSchema | None:
        """Return the record of a column, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def __iter__(self) -> Iterator[ColumnSchema]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def copy(self) -> Schema:
        """Return a copy that shares nothing."""
        return copy.deepcopy(self)

    def check(self) -> None:
        """Refuse records that have no meaning, and names that stand twice.

        Raises:
            ConfigurationError: Naming the column.
        """
        for column in self.columns:
            column.check()
        twice = _repeated(self.names)
        if twice is not None:
            raise ConfigurationError(f"A schema names each column once; received {twice!r} twice.")

    def as_dict(self) -> dict[str, Any]:
        """Return the schema as JSON types."""
        return {"columns": [column.as_dict() for column in self.columns]}

    @staticmethod
    def from_dict(described: Mapping[str, Any]) -> Schema:
        """Build the schema that :meth:`as_dict` described.

        Raises:
            ConfigurationError: If it is no such description.
        """
        columns = described.get("columns") if isinstance(described, Mapping) else None
        if not isinstance(columns, list):
            raise ConfigurationError(
                f"A schema is described by a dict with the list `columns`; received: {described!r:.200}."
            )
        schema = Schema([ColumnSchema.from_dict(each) for each in columns])
        schema.check()
        return schema

    def __str__(self) -> str:
        rows = [("column", "kind", "values", "missing", "note")]
        rows += [
            (
                column.name,
                column.kind,
                "" if column.distinct is None else f"{column.distinct:,}",
                f"{column.missing:,}" if column.missing else "",
                column.reason or "",
            )
            for column in self.columns
        ]
        widths = [max(len(row[place]) for row in rows) for place in range(5)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
        ]
        return "\n".join(line.rstrip() for line in lines)


def resolved_schema(given: Any) -> Schema | None:
    """Return the schema that a user gave as a :class:`Schema` or its dict; None for none.

    Raises:
        ConfigurationError: If it is something else, or has no meaning.
    """
    if given is None:
        return None
    if isinstance(given, Schema):
        schema = given.copy()
        schema.check()
        return schema
    if isinstance(given, Mapping):
        return Schema.from_dict(given)
    raise ConfigurationError(
        "`schema` must be a Schema, such as `schema_` of a fitted estimator, its dict, or None; "
        f"received: {type(given).__name__}."
    )


def _repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
