"""What a model file holds, as lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ranvier.printable import printable
from ranvier.storage.inspection import FileReport, LayerReport

_MOST_LAYERS = 200
_WIDEST = 120


def overview(report: FileReport) -> str:
    """Return the layers of a file and all else that is known of it, one thing a line."""
    rows = {name: text for name, text in _facts(report) if text}
    width = max(map(len, rows))
    facts = [f" {name:<{width}}  {text}" for name, text in rows.items()]
    return "\n".join([_headline(report), *_table(report.layers), *facts])


def plain(text: object, longest: int = _WIDEST) -> str:
    """Return a text of a file in no more than a line."""
    return printable(text, longest)


def _headline(report: FileReport) -> str:
    kind = f" ({plain(report.kind)})" if report.kind else ""
    name = f" {plain(repr(report.name))}" if report.name else ""
    what = {"model": f"model{name}{kind}", "weights": "weights alone", "backup": "a training to continue"}
    what["estimator"] = f"an estimator for tables{kind}"
    what["program"] = f"a program that predicts{name}"
    return f"{plain(report.path)}: {what.get(report.holds, report.holds)}"


def _table(layers: tuple[LayerReport, ...]) -> list[str]:
    if not layers:
        return []
    shown = layers[:_MOST_LAYERS]
    cells = [("Layer", "Class", "Weights", "Parameters"), *map(_cells, shown)]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    lines = [
        f" {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]:>{widths[3]}}"
        for row in cells
    ]
    more = len(layers) - len(shown)
    return [
        "",
        lines[0],
        " " + "─" * (len(lines[0]) - 1),
        *map(str.rstrip, lines[1:]),
        *([f" … and {more:,} more"] if more else []),
        "",
    ]


def _cells(layer: LayerReport) -> tuple[str, str, str, str]:
    name = f"{'  ' * min(layer.depth, 10)}{plain(layer.name, 40)}"
    weights = ", ".join(
        f"{plain(each.name.rpartition('/')[2], 40)} {_shape(each.shape)}" for each in layer.weights
    )
    if layer.shape is not None:
        weights = f"takes {_shape(layer.shape)}"
    elif layer.shared:
        weights = "shared with the one above"
    return name, plain(layer.kind, 40), plain(weights, 80), f"{layer.parameters:,}" if layer.weights else ""


def _shape(shape: Iterable[int | None]) -> str:
    return f"({', '.join('any' if size is None else str(size) for size in shape)})"


def _facts(report: FileReport) -> Iterable[tuple[str, str]]:
    arrays = [*report.arrays, *report.state]
    dtypes = ", ".join(sorted({array.dtype for array in report.arrays}))
    if report.arrays:
        count = f"{len(report.arrays):,} array{'s' if len(report.arrays) > 1 else ''}"
        yield "Parameters", f"{report.parameters:,} in {count}{dtypes and f', {dtypes}'}"
    if len(arrays) > len(report.arrays):
        yield "State", f"{sum(each.size for each in report.state):,} numbers of the optimizer"
    if report.compiled is not None:
        for title, key in (("Optimizer", "optimizer"), ("Loss", "loss"), ("Metrics", "metrics")):
            yield title, plain(_named(report.compiled.get(key)))
    yield "Training", _training(report.training)
    yield "Classes", plain(", ".join(report.class_names or []))
    columns = report.metadata.get("columns") if report.holds == "estimator" else None
    if isinstance(columns, Mapping):
        yield "Columns", plain(", ".join(f"{str(name)[:40]} ({kind})" for name, kind in columns.items()))
    told = {"class_names", "columns"} if columns else {"class_names"}
    rest = {name: value for name, value in report.metadata.items() if name not in told}
    yield "Metadata", plain(json.dumps(rest, ensure_ascii=False)) if rest else ""
    yield "Format", plain(report.format)
    yield "Written by", plain(report.writer)
    yield "Size", f"{report.size:,} bytes"
    yield "SHA-256", report.sha256


def _training(told: Mapping[str, Any]) -> str:
    words = {
        "iterations": "steps done",
        "learning_rate": "learning rate",
        "epoch": "epochs finished",
        "step": "steps of the next epoch",
    }
    parts = []
    for name, value in told.items():
        number = (
            f"{value:,}" if type(value) is int else f"{value:g}" if type(value) is float else plain(value, 40)
        )
        word = words.get(name, name)
        parts.append(
            f"{word} {number}" if name not in ("iterations", "epoch", "step") else f"{number} {word}"
        )
    return ", ".join(parts)


_WRAPPERS = ("MeanMetricWrapper", "LossFunctionWrapper")
"""Classes of Keras that say no more than that a function is used."""


def _named(part: Any) -> str:
    """Name what ``compile`` was given: by its class where it is a configuration."""
    if isinstance(part, Mapping):
        if "class_name" in part:
            config = part.get("config")
            name = (
                config
                if part["class_name"] == "function"
                else str(part["class_name"]).removeprefix("Custom>")
            )
            if name in _WRAPPERS and isinstance(config, Mapping):
                name = config.get("name")
            rate = config.get("learning_rate") if isinstance(config, Mapping) else None
            return f"{name}, learning rate {_named(rate)}" if rate is not None else str(name)
        return ", ".join(f"{name}: {_named(value)}" for name, value in part.items())
    if isinstance(part, list):
        return ", ".join(map(_named, part))
    return "" if part is None else f"{part:g}" if isinstance(part, float) else str(part)
