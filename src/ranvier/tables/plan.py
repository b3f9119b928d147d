"""Every setting of a training on a table: one place for its name, default, range and meaning.

The command line's options, the settings file and its comments are made from these classes.
Nothing heavy is imported here, because ``ranvier train --help`` reads it.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field
from typing import Any, Literal, TypeVar

from ranvier.tables.markers import MISSING_MARKERS

T = TypeVar("T")


@dataclass(frozen=True)
class About:
    """What is known of a setting besides its type and default.

    Attributes:
        help: What it is, a sentence.
        low: The smallest value; None for none.
        high: The largest value; None for none.
        open: Whether the bounds themselves are out.
        unset: What happens where it is not set, for settings whose default is None.
        metavar: What stands for a value in a help text.
        example: What a value could look like, in TOML.
        flag: The option's name without dashes, where it is not the setting's.
    """

    help: str
    low: float | None = None
    high: float | None = None
    open: bool = False
    unset: str = ""
    metavar: str = ""
    example: str = ""
    flag: str = ""


def setting(default: T, help: str, **about: Any) -> T:
    """Declare a setting of one of the classes below."""
    value: T = field(default=default, metadata={"about": About(help, **about)})
    return value


@dataclass(frozen=True)
class DataPlan:
    """The table, and how it is read."""

    path: str | None = setting(
        None, "The table: CSV, TSV, Parquet or Arrow, also compressed.", metavar="FILE", example='"table.csv"'
    )
    target: str | None = setting(None, "The column to predict.", metavar="COLUMN", example='"price"')
    task: Literal["classification", "regression"] | None = setting(
        None, "What the target holds.", unset="inferred, and said"
    )
    delimiter: str | None = setting(
        None,
        "The character between columns; 'tab' for a tabulator.",
        unset="found",
        metavar="CHARACTER",
        example='";"',
    )
    encoding: str | None = setting(
        None, "The encoding of the text.", unset="found", metavar="NAME", example='"cp1252"'
    )
    header: bool | None = setting(
        None, "Whether the first line holds the names of the columns.", unset="found"
    )
    decimal: Literal[".", ","] | None = setting(None, "The decimal mark of numbers.", unset="found")
    thousands: str | None = setting(
        None,
        "The mark between thousands: , . ' _ or a space.",
        unset="none",
        metavar="CHARACTER",
        example='","',
    )
    missing: tuple[str, ...] = setting(
        MISSING_MARKERS,
        "Entries that stand for a missing value, in place of the default ones; an empty one always does.",
        unset="NA, NaN, null, None, ?, - and the like",
        metavar="ENTRY",
    )
    drop: tuple[str, ...] = setting((), "Columns to leave out.", metavar="COLUMN")
    keep: tuple[str, ...] = setting((), "Columns to keep although they would be left out.", metavar="COLUMN")


@dataclass(frozen=True)
class SplitPlan:
    """The division into rows to train on and rows to test on."""

    test_fraction: float = setting(
        0.2, "Fraction of the rows to test on.", low=0.0, high=1.0, open=True, metavar="FRACTION"
    )
    time_column: str | None = setting(
        None,
        "Test on the latest rows by this column.",
        unset="rows drawn by chance",
        metavar="COLUMN",
        example='"date"',
    )
    seed: int = setting(
        0, "Seed of the division, weights, shuffling and dropout.", low=0, high=2**32 - 1, metavar="N"
    )


@dataclass(frozen=True)
class ModelPlan:
    """The model; what is not set is the recipe's, or chosen by the number of rows."""

    recipe: Literal["td", "td-s"] = setting(
        "td", "Published defaults: 'td', or the simple form 'td-s', which is faster."
    )
    members: int | None = setting(
        None, "How many networks are trained and averaged.", low=1, unset="1 to 8, by the rows", metavar="N"
    )
    epochs: int | None = setting(None, "The passes over the rows.", low=1, unset="by the rows", metavar="N")
    batch_size: int | None = setting(None, "Rows of a step.", low=1, unset="by the rows", metavar="N")
    hidden: tuple[int, ...] = setting((256, 256, 256), "Units of the hidden layers.", low=1, metavar="UNITS")
    learning_rate: float | None = setting(
        None,
        "The highest learning rate.",
        low=0,
        open=True,
        unset="the recipe's",
        metavar="RATE",
        example="0.04",
    )
    dropout: float | None = setting(
        None,
        "Fraction of hidden units dropped at first.",
        low=0,
        high=0.99,
        unset="the recipe's",
        metavar="RATE",
    )
    weight_decay: float | None = setting(
        None,
        "The strength of weight decay at first.",
        low=0,
        unset="the recipe's",
        metavar="STRENGTH",
        example="0.02",
    )
    validation_fraction: float | None = setting(
        None,
        "Fraction of the training rows that a network sets aside to choose its epoch.",
        low=0,
        high=0.9,
        unset="a fifth or less",
        metavar="FRACTION",
        example="0.2",
    )
    validation_metric: Literal["error", "log_loss", "rmse", "mae"] | None = setting(
        None, "What chooses the epoch.", unset="error for classes, rmse for numbers"
    )
    label_smoothing: float | None = setting(
        None,
        "Share of each label that is spread over all classes.",
        low=0,
        high=0.99,
        unset="the recipe's",
        metavar="SHARE",
    )
    class_weight: Literal["balanced"] | None = setting(
        None, "Whether rare classes count more.", unset="every row counts the same"
    )
    calibrate: bool | None = setting(
        None, "Whether probabilities are calibrated on the rows set aside.", unset="yes, for classes"
    )


@dataclass(frozen=True)
class ColumnPlan:
    """A column whose kind is laid down.

    Attributes:
        name: The column.
        kind: What it is taken for.
    """

    name: str
    kind: str


@dataclass(frozen=True)
class OutputPlan:
    """What the run leaves behind."""

    folder: str | None = setting(
        None,
        "Folder of the run, new or empty.",
        unset="runs/<date>-<table>",
        metavar="FOLDER",
        example='"runs/first"',
        flag="output",
    )
    plots: bool = setting(True, "Draw the figures, or do without.")
    importances: bool | None = setting(
        None, "Find out how much each column matters, or do without.", unset="yes, for up to 1,000 columns"
    )


@dataclass(frozen=True)
class Plan:
    """Everything a training on a table is told.

    Attributes:
        data: The table.
        split: The division of its rows.
        model: The model.
        output: What is left behind.
        columns: Columns whose kind is laid down.
    """

    data: DataPlan = field(default_factory=DataPlan)
    split: SplitPlan = field(default_factory=SplitPlan)
    model: ModelPlan = field(default_factory=ModelPlan)
    output: OutputPlan = field(default_factory=OutputPlan)
    columns: tuple[ColumnPlan, ...] = ()


def about(each: Field[Any]) -> About:
    """Return what is known of a setting."""
    found: About = each.metadata["about"]
    return found
