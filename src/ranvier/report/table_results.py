"""What came out of a training on a table: the one value that files, figures and the page are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ranvier.report.classification import ClassificationReport, classification_report
from ranvier.report.table_settings import TableRunSettings
from ranvier.tables.statistics import ColumnStatistics

MODEL_NAME = "Ranvier"
"""What the trained model is called beside the baselines."""


class Importance(NamedTuple):
    """How much a column matters.

    Attributes:
        permutation: How much the error rises when the column is shuffled.
        spread: The standard deviation of that over several shufflings.
        gradients: Mean size of the column's integrated gradients.
    """

    permutation: float
    spread: float
    gradients: float


@dataclass(frozen=True)
class TableResults:
    """What came out of a training on a table.

    Attributes:
        settings: What the training was told.
        kinds: What the model takes each column for, by name.
        statistics: What the values of each column of the table are like, those left out as well.
        remarks: What was noticed on the way, a sentence each.
        class_names: The classes in the order of the probabilities; None where numbers are predicted.
        y_true: Test rows' class numbers, -1 for a class that was never trained on; or numbers. Shape (rows,).
        predicted: Their probabilities, shape (rows, classes); or numbers, shape (rows,).
        scores: The measures on the test rows, by model.
        history: One value an epoch for each name.
        best_epoch: The epoch, from 1, whose weights the model has; None where that is not told.
        seconds: How long the training took.
        interrupted: Whether Ctrl-C ended it.
        importances: How much each column matters, by name; None where it was not asked for.
        test_frame: The test rows, an Arrow table.
        test_rows: Their places in the file, from 1, shape (rows,).
        command: The command that does it again.
        plan: The settings as TOML.
    """

    settings: TableRunSettings
    kinds: Mapping[str, str]
    statistics: Sequence[ColumnStatistics]
    remarks: Sequence[str]
    class_names: tuple[str, ...] | None
    y_true: np.ndarray[Any, Any]
    predicted: np.ndarray[Any, Any]
    scores: Mapping[str, Mapping[str, float]]
    history: Mapping[str, Sequence[float]]
    best_epoch: int | None
    seconds: float
    interrupted: bool
    importances: Mapping[str, Importance] | None
    test_frame: Any
    test_rows: np.ndarray[Any, Any]
    command: str
    plan: str

    def classes(self) -> ClassificationReport | None:
        """Compare predictions with the true classes; None where numbers are predicted or no class is known."""
        if self.class_names is None:
            return None
        known = self.y_true >= 0
        if not known.any():
            return None
        return classification_report(self.y_true[known], self.predicted[known], self.class_names)

    def metrics(self) -> dict[str, Any]:
        """Return what ``metrics.json`` holds."""
        report = self.classes()
        detail = (
            {}
            if report is None
            else {"classes": report.as_dict()["classes"], "confusion": report.confusion.tolist()}
        )
        baselines = {name: dict(scores) for name, scores in self.scores.items() if name != MODEL_NAME}
        epochs = max((len(values) for values in self.history.values()), default=0)
        metrics: dict[str, Any] = {
            "task": self.settings.task,
            "test": {**self.scores[MODEL_NAME], "rows": len(self.y_true), **detail},
            "baselines": baselines,
            "best_epoch": self._epoch(self.best_epoch),
            "last_epoch": self._epoch(epochs or None),
            "training_seconds": round(self.seconds, 3),
            "interrupted": self.interrupted,
        }
        if self.class_names is not None:
            metrics["class_names"] = list(self.class_names)
        if self.importances is not None:
            metrics["importances"] = {name: value._asdict() for name, value in self.importances.items()}
        return metrics

    def _epoch(self, number: int | None) -> dict[str, Any]:
        if number is None:
            return {}
        values = {
            name: float(series[number - 1]) for name, series in self.history.items() if len(series) >= number
        }
        return {"epoch": number, **values}
