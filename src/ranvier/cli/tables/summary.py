"""``ranvier summary RUN`` of a run on a table: what was trained on what, and how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ranvier.cli.listing import cut, plain, wrapped
from ranvier.cli.tables.overview import LONGEST_NAME
from ranvier.cli.tables.scoring import score_lines
from ranvier.errors import RunFolderError
from ranvier.report.page.results import duration_text
from ranvier.report.run_folder import RunFolder
from ranvier.report.scores import SCORES
from ranvier.report.table_files import PAGE
from ranvier.report.table_results import MODEL_NAME

_MOST_NAMES = 12


def show_table_summary(run: RunFolder) -> None:
    """Print the settings and the results of a run on a table.

    Args:
        run: The run.

    Raises:
        RunFolderError: If it holds no model.
    """
    _ = run.model_path
    rows = {**_settings(run), **_training(run)}
    width = max(map(len, rows))
    lines = [wrapped(value, f"{name:<{width}}  ", " " * (width + 2)) for name, value in rows.items()]
    scores = _scores(run)
    if scores:
        lines += [
            "",
            click.style(f"On {run.table.split.test_rows:,} test rows", bold=True),
            *score_lines(scores),
        ]
    click.echo("\n".join(lines))


def _settings(run: RunFolder) -> dict[str, str]:
    settings, table, split = run.table, run.table.table, run.table.split
    names = [column.name for column in table.columns]
    shown = ", ".join(cut(plain(name), LONGEST_NAME) for name in names[:_MOST_NAMES]) + (
        f" and {len(names) - _MOST_NAMES:,} more" * (len(names) > _MOST_NAMES)
    )
    by = f", the latest by {split.time_column!r}" if split.time_column else ""
    told = ", ".join(f"{name} {value}" for name, value in settings.model.items())
    return {
        "Run": str(run.path),
        "Begun": settings.created,
        "Table": f"{table.path}, {table.rows:,} rows",
        "Predicts": f"{table.target} ({settings.task})",
        "From": f"{len(names):,} columns: {shown}",
        "Left out": ", ".join(
            f"{cut(plain(name), LONGEST_NAME)} ({reason})" for name, reason in table.left_out.items()
        )
        or "nothing",
        "Rows": f"{split.training_rows:,} to train on, {split.test_rows:,} to test on{by}; seed {settings.seed}",
        "Model": told or "the recipe's defaults",
        "Versions": ", ".join(f"{name} {version}" for name, version in settings.versions.items()),
    }


def _training(run: RunFolder) -> dict[str, str]:
    metrics = _metrics(run)
    if not metrics:
        return {"Results": "not recorded"}
    seconds = metrics.get("training_seconds")
    took = f" in {duration_text(seconds)}" if isinstance(seconds, int | float) else ""
    ended = ", stopped by Ctrl-C" if metrics.get("interrupted") else ""
    best, last = (_part(metrics, name).get("epoch", "–") for name in ("best_epoch", "last_epoch"))
    page = run.path / PAGE
    report = {"Report": str(page)} if page.is_file() else {}
    return {"Epochs": f"{last}{took}{ended}; best {best}", **report}


def _scores(run: RunFolder) -> dict[str, dict[str, float]]:
    metrics = _metrics(run)
    own = _known(_part(metrics, "test"))
    if not own:
        return {}
    baselines = {plain(name): _known(scores) for name, scores in _part(metrics, "baselines").items()}
    return {MODEL_NAME: own, **baselines}


def _metrics(run: RunFolder) -> dict[str, Any]:
    try:
        return run.metrics()
    except RunFolderError:
        return {}


def _part(metrics: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = metrics.get(name)
    return part if isinstance(part, Mapping) else {}


def _known(scores: Any) -> dict[str, float]:
    if not isinstance(scores, Mapping):
        return {}
    return {
        name: value for name, value in scores.items() if name in SCORES and isinstance(value, int | float)
    }
