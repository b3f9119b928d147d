"""What a training on a table was told, and how the table was read."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal

from ranvier.report.versions import FORMAT, installed_versions

Task = Literal["classification", "regression"]


@dataclass(frozen=True)
class ColumnSettings:
    """A column that the model is given, or its target.

    Attributes:
        name: Its name.
        type: How its values are read.
        form: The form of its dates as text; None for others.
    """

    name: str
    type: Literal["integer", "number", "boolean", "date", "text", "empty"]
    form: str | None


@dataclass(frozen=True)
class TableSettings:
    """The table, and how it was read.

    Attributes:
        path: The file, as it was given.
        rows: How many rows it had.
        target: The column to predict.
        target_type: How its values are read.
        columns: The columns that the model is given, in order.
        left_out: The other columns, each with why it was left out.
        delimiter: The character between columns; None for a Parquet or Arrow file.
        encoding: The encoding of the text; None for those.
        header: Whether the first line held the names; None for those.
        decimal: The decimal mark.
        thousands: The mark between groups of three digits; None for none.
        missing: Entries that stand for a missing value.
        digest: The SHA-256 of the file; None for standard input, and where an older version did not note it.
    """

    path: str
    rows: int
    target: str
    target_type: Literal["integer", "number", "boolean", "date", "text", "empty"]
    columns: tuple[ColumnSettings, ...]
    left_out: dict[str, str]
    delimiter: str | None
    encoding: str | None
    header: bool | None
    decimal: str
    thousands: str | None
    missing: tuple[str, ...]
    digest: str | None = None


@dataclass(frozen=True)
class SplitSettings:
    """How the rows were divided.

    Attributes:
        test_fraction: Fraction of the rows that were kept for testing.
        time_column: The column by whose order they were divided, the latest for testing; None: by chance.
        training_rows: How many rows were trained and validated on.
        test_rows: How many were tested on.
    """

    test_fraction: float
    time_column: str | None
    training_rows: int
    test_rows: int


@dataclass(frozen=True)
class TableRunSettings:
    """Everything a run on a table was told.

    Attributes:
        data_set: The name of the file without its endings.
        task: What is predicted: classes or numbers.
        seed: The seed of the division, the weights, shuffling and dropout.
        created: When the run began, ISO 8601.
        table: The table.
        split: The division of its rows.
        model: The parameters of the estimator that were given; the rest are its defaults.
        versions: The versions of what decides the numbers.
        format: The version of the settings file.
        kind: What sort of run it is.
    """

    data_set: str
    task: Task
    seed: int
    created: str
    table: TableSettings
    split: SplitSettings
    model: dict[str, Any]
    versions: dict[str, str] = field(default_factory=installed_versions)
    format: int = FORMAT
    kind: Literal["table"] = "table"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON types, the version of the format first."""
        values = dataclasses.asdict(self)
        return {"format": values.pop("format"), "kind": values.pop("kind"), **values}
