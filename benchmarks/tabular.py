"""``python -m benchmarks.tabular``: our defaults for tables beside other people's, error and time of the fit.

Three splits of each table, a quarter of the rows for the test, everybody with defaults. The error is the share of wrong
labels; 1 − the area under the ROC curve where a class is rare; for numbers the root mean squared error in units of the
target's standard deviation in the test rows. ``--files`` adds tables of one's own.
"""

from __future__ import annotations

import argparse
import json
import shlex
import statistics
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import mean_squared_error, roc_auc_score
from sklearn.model_selection import train_test_split

from benchmarks.processes import describe
from benchmarks.tables import header, seconds, table
from benchmarks.tabular_data import TABLES, Table, from_file
from benchmarks.tabular_models import MODELS, OURS, PEER, installed

Results = dict[str, dict[str, dict[str, list[float]]]]
"""By table and contestant: ``error`` and ``seconds``, one for each split."""

MEASURES = {"classification": "wrong", "regression": "RMSE / σ"}


def error(task: Table, model: Any, frame: Any, target: Any) -> float:
    """Return how wrong a fitted model is on test rows.

    Args:
        task: Where the rows come from.
        model: The fitted model.
        frame: Features.
        target: What is right.
    """
    if task.task == "regression":
        return float(np.sqrt(mean_squared_error(target, model.predict(frame))) / np.std(target))
    if task.rare:
        chances = model.predict_proba(frame)[:, 1]
        return 1.0 - float(roc_auc_score(target == model.classes_[1], chances))
    return float(np.mean(model.predict(frame) != target))


def compete(task: Table, names: list[str], splits: int) -> dict[str, dict[str, list[float]]]:
    """Let everybody learn a table.

    Args:
        task: The table.
        names: Who takes part.
        splits: How many splits, each with a seed of its own.

    Returns:
        Errors and seconds of the fit by contestant, one per split.
    """
    found: dict[str, dict[str, list[float]]] = {name: {"error": [], "seconds": []} for name in names}
    for seed in range(splits):
        strata = task.target if task.task == "classification" else None
        kept, apart = train_test_split(
            np.arange(len(task.frame)), test_size=0.25, random_state=seed, stratify=strata
        )
        for name in [*names[seed % len(names) :], *names[: seed % len(names)]]:
            model = MODELS[name](task.task, seed)
            begun = time.perf_counter()
            model.fit(task.frame.iloc[kept], task.target[kept])
            found[name]["seconds"].append(time.perf_counter() - begun)
            found[name]["error"].append(error(task, model, task.frame.iloc[apart], task.target[apart]))
    return found


def means(results: Results, names: list[str]) -> Any:
    """Return the mean error over the splits, shape (tables, contestants)."""
    return np.array([[statistics.mean(found[name]["error"]) for name in names] for found in results.values()])


def report(results: Results, names: list[str], measures: dict[str, str]) -> str:
    """Write the tables of errors, of times, and the summary.

    Args:
        results: What was measured.
        names: Who took part.
        measures: What the error of each table is.
    """
    errors = means(results, names)
    rows = []
    for (title, found), line in zip(results.items(), errors, strict=True):
        cells = [f"**{value:.4f}**" if value == line.min() else f"{value:.4f}" for value in line]
        times = [seconds(statistics.median(found[name]["seconds"])) for name in names]
        rows.append([title, measures[title], *cells, *times])
    heading = ["table", "error", *names, *(f"{name}, fit" for name in names)]
    return f"{table(heading, rows)}\n\n{summary(errors, names)}"


def summary(errors: Any, names: list[str]) -> str:
    """Write mean ranks, errors relative to the reference and to the best, and how often ours is better.

    Args:
        errors: Mean errors, shape (tables, contestants).
        names: Who took part.
    """
    # A table that somebody learns without any error would make every ratio infinite.
    floored = np.maximum(errors, 1e-3)
    ranks = np.apply_along_axis(rankdata, 1, errors).mean(axis=0)
    reference = names.index(PEER) if PEER in names else 0
    to_peer = np.exp(np.log(floored / floored[:, [reference]]).mean(axis=0))
    to_best = np.exp(np.log(floored / floored.min(axis=1, keepdims=True)).mean(axis=0))
    rows = []
    for place, name in enumerate(names):
        line = [name, f"{ranks[place]:.2f}", f"{to_peer[place]:.3f}", f"{to_best[place]:.3f}"]
        if OURS in names:
            ours = errors[:, names.index(OURS)]
            better, even = (ours < errors[:, place]).sum(), (ours == errors[:, place]).sum()
            line.append("" if name == OURS else f"{better} of {len(errors)}, {even} even")
        rows.append(line)
    heading = ["", "mean rank", f"error / {names[reference]}'s", "error / the best", f"{OURS} is better on"]
    return table(heading[: len(rows[0])], rows)


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tabular", description=__doc__)
    parser.add_argument("--tables", nargs="*", choices=TABLES, default=list(TABLES), metavar="TABLE")
    parser.add_argument("--files", nargs="+", type=Path, default=[], help="CSV files, the target last")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=installed())
    parser.add_argument("--splits", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write every single figure here, too")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    tasks = [TABLES[name]() for name in options.tables] + [from_file(path) for path in options.files]
    results: Results = {}
    for task in tasks:
        results[task.name] = compete(task, options.models, options.splits)
        if options.json:
            options.json.write_text(json.dumps(results), encoding="utf-8")
        errors = means({task.name: results[task.name]}, options.models)[0]
        line = ", ".join(f"{name} {value:.4f}" for name, value in zip(options.models, errors, strict=True))
        print(f"{task.name}: {line}", file=sys.stderr, flush=True)
    measures = {task.name: "1 − AUC" if task.rare else MEASURES[task.task] for task in tasks}
    command = shlex.join(
        ["python", "-m", "benchmarks.tabular", *(sys.argv[1:] if arguments is None else arguments)]
    )
    print(header(describe(sys.executable), command, time.strftime("%Y-%m-%d", time.gmtime())))
    print(f"\n{report(results, options.models, measures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
