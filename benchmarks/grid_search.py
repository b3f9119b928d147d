"""``python -m benchmarks.grid_search``: a whole grid search, ours beside scikit-learn's own network.

Five folds of twelve settings of ``alpha`` and ``learning_rate_init`` on the digits, and the fit on all rows after
them: 61 fits. Every figure is taken in a fresh process; the contestants take turns, and the order rotates from round
to round.
"""

from __future__ import annotations

import argparse
import importlib
import json
import shlex
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.contest import rotated
from benchmarks.processes import describe, figures
from benchmarks.tables import header, ratio, spread, table

GRID = {"alpha": [1e-5, 1e-3, 0.1, 1.0], "learning_rate_init": [1e-3, 3e-3, 1e-2]}
FOLDS = 5

CONTESTANTS: dict[str, tuple[str, int | None, bool]] = {
    "ranvier": ("ranvier.estimators", None, True),
    "ranvier, n_jobs=2": ("ranvier.estimators", 2, True),
    "ranvier, empty cache": ("ranvier.estimators", None, False),
    "ranvier, n_jobs=2, empty cache": ("ranvier.estimators", 2, False),
    "sklearn, n_jobs=2": ("sklearn.neural_network", 2, True),
    "sklearn": ("sklearn.neural_network", None, True),
}
"""Module, ``n_jobs``, and whether compiled programs are found on disk, as from the second run of a program on."""

MEASURES = {"import": "import", "search": "search", "again": "search again", "whole": "whole process"}
BASES = ("ranvier", "ranvier, empty cache")
PEER = "sklearn, n_jobs=2"


def search(module: str, jobs: int | None, iterations: int, started: float) -> dict[str, float]:
    """Search twice in this process and return seconds by measure, the best score and the compilations.

    Args:
        module: Where ``MLPClassifier`` is imported from.
        jobs: ``n_jobs`` of the search; None for one process.
        iterations: ``max_iter`` of each fit.
        started: When the process was started, seconds since 1970.
    """
    before = time.perf_counter()
    from sklearn.datasets import load_digits
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import GridSearchCV

    network = importlib.import_module(module).MLPClassifier
    found = {"import": time.perf_counter() - before}
    counted = module.startswith("ranvier") and jobs is None  # other processes count for themselves
    count = importlib.import_module("ranvier.training.programs").compilations if counted else lambda: 0
    compiled = count()
    warnings.simplefilter("ignore", ConvergenceWarning)
    X, y = load_digits(return_X_y=True)
    for measure in ("search", "again"):
        estimator = network(hidden_layer_sizes=(64,), max_iter=iterations, random_state=0)
        begun = time.perf_counter()
        fitted = GridSearchCV(estimator, GRID, cv=FOLDS, n_jobs=jobs).fit(X / 16.0, y)
        found[measure] = time.perf_counter() - begun
        if measure == "search":
            found["whole"] = time.time() - started
    found["score"] = fitted.best_score_
    return found | ({"compilations": count() - compiled} if counted else {})


def measured(name: str, iterations: int, folder: Path) -> dict[str, float]:
    """Return the figures of one contestant, from a fresh process.

    Args:
        name: The contestant.
        iterations: ``max_iter`` of each fit.
        folder: Where compiled programs are kept.
    """
    _, _, cached = CONTESTANTS[name]
    with tempfile.TemporaryDirectory() as empty:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.grid_search", "--worker", name]
        command += ["--iterations", str(iterations), "--started", repr(time.time())]
        changes = {"PYTHONWARNINGS": "ignore", "RANVIER_CACHE_DIR": str(folder) if cached else empty}
        return figures(command, changes)


def report(samples: dict[str, dict[str, list[float]]]) -> str:
    """Write medians with their range, scores, compilations, and how many times longer the peer takes."""
    rows = []
    for name, measures in samples.items():
        counted = measures.get("compilations")
        rows.append(
            [
                name,
                *(spread(measures[key]) for key in MEASURES),
                f"{measures['score'][0]:.4f}",
                f"{counted[0]:.0f}" if counted else "",
            ]
        )
    parts = [table(["", *MEASURES.values(), "best score", "compilations of the step"], rows)]
    ratios = [
        [base, *(f"{value:.3g}" if (value := ratio(samples, key, PEER, base)) else "" for key in MEASURES)]
        for base in samples
        if base != PEER
    ]
    parts += [f"Times of {PEER} over those of:", table(["", *MEASURES.values()], ratios)]
    return "\n\n".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grid_search", description=__doc__)
    parser.add_argument("--contestants", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS))
    parser.add_argument("--rounds", type=int, default=3, help="each with a fresh process per contestant")
    parser.add_argument("--iterations", type=int, default=50, help="max_iter of each fit (default 50)")
    parser.add_argument("--worker", choices=CONTESTANTS, help=argparse.SUPPRESS)
    parser.add_argument("--started", type=float, default=0.0, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker:
        module, jobs, _ = CONTESTANTS[options.worker]
        print(json.dumps(search(module, jobs, options.iterations, options.started)))
        return 0
    samples: dict[str, Any] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory(prefix="ranvier-benchmarks-") as name:
        folder = Path(name)
        for contestant in options.contestants:
            if CONTESTANTS[contestant][0].startswith("ranvier") and CONTESTANTS[contestant][2]:
                measured(contestant, 1, folder)  # fills the cache of compiled programs
        for number in range(options.rounds):
            for contestant in rotated(options.contestants, number):
                for measure, value in measured(contestant, options.iterations, folder).items():
                    samples[contestant][measure].append(value)
                print(f"round {number + 1}: {contestant}", file=sys.stderr, flush=True)
    ordered = {contestant: dict(samples[contestant]) for contestant in options.contestants}
    date = time.strftime("%Y-%m-%d", time.gmtime())
    words = sys.argv[1:] if arguments is None else arguments
    command = shlex.join(["python", "-m", "benchmarks.grid_search", *words])
    print(header(describe(sys.executable), command, date))
    print(f"\n{report(ordered)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
