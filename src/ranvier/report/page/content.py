"""What the page of a run says, ready to be written: words and numbers as text, figures as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup


class Card(NamedTuple):
    """A number at the top of the page."""

    label: str
    value: str
    note: str


class ScoreRow(NamedTuple):
    """A measure, one value for each model; the places of the best ones."""

    name: str
    values: list[str]
    best: set[int]
    better: str


class ColumnRow(NamedTuple):
    """A column of the table; ``left_out`` says why it was, or is empty."""

    name: str
    kind: str
    left_out: str
    missing: str
    distinct: str
    values: str
    histogram: tuple[int, ...]


class Cell(NamedTuple):
    """How often a class was taken for another; ``strength`` is the share, in percent."""

    text: str
    right: bool
    strength: int
    title: str


class ConfusionRow(NamedTuple):
    """A true class."""

    name: str
    cells: list[Cell]


class Confusion(NamedTuple):
    """Which class is taken for which."""

    names: list[str]
    rows: list[ConfusionRow]


class ClassRow(NamedTuple):
    """How good the predictions of a class are."""

    name: str
    precision: str
    recall: str
    f1: str
    support: str


class WorstRow(NamedTuple):
    """A row of the table that was predicted badly; its number in the file."""

    number: str
    cells: list[str]


class Worst(NamedTuple):
    """The rows that were predicted worst."""

    title: str
    names: list[str]
    rows: list[WorstRow]
    words: str


class Bar(NamedTuple):
    """A length between 0 and 1, and what it stands for."""

    share: float
    text: str


class ImportanceRow(NamedTuple):
    """How much a column matters, by each measure."""

    name: str
    cells: list[Bar]


class Importances(NamedTuple):
    """How much the columns matter."""

    measures: list[str]
    rows: list[ImportanceRow]
    more: str


@dataclass(frozen=True)
class Page:
    """Everything on the page; what is None or empty is left out of it."""

    version: str
    created: str
    target: str
    data_set: str
    task: str
    subtitle: str
    cards: list[Card]
    verdict: str
    test_rows: str
    models: list[str]
    scores: list[ScoreRow]
    interrupted: bool
    data: list[tuple[str, str]]
    remarks: list[str]
    columns: list[ColumnRow]
    more_columns: str
    training: str
    curves: Markup | None
    confusion: Confusion | None
    classes: list[ClassRow]
    more_classes: str
    residuals: Markup | None
    residuals_words: str
    calibration: Markup | None
    calibration_words: str
    worst: Worst | None
    importances: Importances | None
    importances_words: str
    command: str
    settings: str
    versions: list[tuple[str, str]]

    @property
    def sections(self) -> list[tuple[str, str]]:
        """The sections of the page, each by its anchor and title."""
        all_of_them = [
            ("results", "Results", True),
            ("data", "Data", True),
            ("training", "Training", self.curves is not None),
            ("errors", "Errors", True),
            ("importances", "Importances", self.importances is not None),
            ("repeat", "Repeat it", True),
        ]
        return [(anchor, title) for anchor, title, there in all_of_them if there]
