"""Runs side by side: the settings in which they differ, and how good they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ranvier.errors import ConfigurationError, RunFolderError
from ranvier.report.run_folder import RunFolder
from ranvier.report.scores import SCORES, best_of, score_text, value_text

_NOT_SETTINGS = ("format", "created", "table.columns", "table.digest", "table.left_out", "table.missing")
_LOSS = "loss"


@dataclass(frozen=True)
class Line:
    """A setting or measure, with its value for each run.

    Attributes:
        name: What it is.
        texts: Its values as people read them.
        values: Its values.
        best: The places of the best ones; empty for settings.
    """

    name: str
    texts: tuple[str, ...]
    values: tuple[Any, ...]
    best: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Comparison:
    """Runs side by side.

    Attributes:
        runs: Their folders.
        settings: The settings in which they differ.
        results: Measures that at least one of them has.
        remarks: What to mind, a sentence each.
    """

    runs: tuple[str, ...]
    settings: tuple[Line, ...]
    results: tuple[Line, ...]
    remarks: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON types."""
        return {
            "runs": list(self.runs),
            "settings": {line.name: list(line.values) for line in self.settings},
            "results": {line.name: list(line.values) for line in self.results},
            "best": {
                line.name: [self.runs[place] for place in sorted(line.best)]
                for line in self.results
                if line.best
            },
            "remarks": list(self.remarks),
        }


def compare(runs: Sequence[RunFolder]) -> Comparison:
    """Set runs side by side.

    Args:
        runs: At least two.

    Raises:
        ConfigurationError: If there are fewer.
    """
    if len(runs) < 2:
        raise ConfigurationError(f"At least two runs are needed to compare them; received: {len(runs)}.")
    told = [_settings(run) for run in runs]
    names = list(dict.fromkeys(name for each in told for name in each))
    settings = []
    for name in names:
        values = tuple(each.get(name) for each in told)
        if any(value != values[0] for value in values):
            settings.append(Line(name, tuple(map(_setting_text, values)), values))
    metrics = [_metrics(run) for run in runs]
    return Comparison(
        tuple(str(run.path) for run in runs),
        tuple(settings),
        tuple(_results(metrics)),
        tuple(_remarks(runs, metrics)),
    )


def _settings(run: RunFolder) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    values = run.told.as_dict()
    _flatten(values, "", flat)
    if run.told.kind == "table":
        flat["table.columns"] = len(values["table"]["columns"])
    return {
        name: value
        for name, value in flat.items()
        if name == "table.columns" or not name.startswith(_NOT_SETTINGS)
    }


def _flatten(values: Mapping[str, Any], place: str, flat: dict[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, Mapping):
            _flatten(value, f"{place}{name}.", flat)
        else:
            flat[f"{place}{name}"] = list(value) if isinstance(value, tuple) else value


def _metrics(run: RunFolder) -> dict[str, Any]:
    try:
        return run.metrics()
    except RunFolderError:
        return {}


def _results(metrics: Sequence[Mapping[str, Any]]) -> list[Line]:
    tests = [_part(each, "test") for each in metrics]
    lines = []
    titles = {name: score.title for name, score in SCORES.items()} | {_LOSS: "Loss"}
    for name, title in titles.items():
        values = tuple(_number(test.get(name)) for test in tests)
        if all(value is None for value in values):
            continue
        like = name if name in SCORES else "log_loss"
        best = frozenset(best_of(like, list(values)))
        lines.append(Line(title, tuple(score_text(like, value) for value in values), values, best))
    epochs = tuple(_number(_part(each, "last_epoch").get("epoch")) for each in metrics)
    lines.append(Line("Epochs", tuple("–" if value is None else f"{value:,.0f}" for value in epochs), epochs))
    seconds = tuple(_number(each.get("training_seconds")) for each in metrics)
    lines.append(
        Line("Training, s", tuple("–" if value is None else f"{value:,.1f}" for value in seconds), seconds)
    )
    return lines


def _part(metrics: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = metrics.get(name)
    return part if isinstance(part, Mapping) else {}


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _setting_text(value: Any) -> str:
    return ",".join(map(str, value)) or "none" if isinstance(value, list) else value_text(value)


def _remarks(runs: Sequence[RunFolder], metrics: Sequence[Mapping[str, Any]]) -> list[str]:
    remarks = []
    if len({_tested_on(run) for run in runs}) > 1:
        remarks.append("The runs were not tested on the same rows, so their results compare only roughly.")
    for run, each in zip(runs, metrics, strict=True):
        if not each:
            remarks.append(f"{run.path} has no results: its training did not come to an end.")
    return remarks


def _tested_on(run: RunFolder) -> tuple[Any, ...]:
    told = run.told
    if told.kind == "table":
        split = told.split
        return (
            told.data_set,
            told.table.target,
            told.table.rows,
            told.seed,
            split.test_fraction,
            split.time_column,
        )
    return (told.data_set,)
