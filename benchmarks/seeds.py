"""``python -m benchmarks.seeds``: the test accuracy of each program over ten seeds, ours beside Keras'.

Speed means nothing where the results differ: the means should agree within their spread.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.preparation import prepare
from benchmarks.programs import PROGRAMS

PEERS = ("ranvier", "keras_jax")


def accuracies(peer: str, name: str, folder: str, seeds: int) -> list[float]:
    """Train a program once for each seed and return the test accuracies.

    Args:
        peer: ``"ranvier"`` or ``"keras_jax"``.
        name: The program.
        folder: Where its arrays lie.
        seeds: How many seeds, from 0.
    """
    from benchmarks.peers.keras_face import KerasFace
    from benchmarks.worker import Job

    library = library_of(peer)
    face = KerasFace(library, Job(peer, name, folder, 1, 1, 0.0, 0.0))
    found = []
    for seed in range(seeds):
        library.set_random_seed(seed)
        model = face.build()
        face.fit(model, face.program.epochs, validate=face.program.validation == "tail")
        found.append(face.evaluate(model))
    return found


def library_of(peer: str) -> Any:
    """Return the names that a program uses, from one of the two libraries."""
    root = importlib.import_module("ranvier" if peer == "ranvier" else "keras")

    class Library:
        Sequential = root.Sequential
        Input = root.layers.Input
        Dense = root.layers.Dense
        Flatten = root.layers.Flatten
        set_random_seed = staticmethod(root.utils.set_random_seed)

    return Library


def main() -> None:
    """Measure in a fresh process per peer and program, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeds", description=__doc__)
    parser.add_argument("--programs", nargs="+", choices=PROGRAMS, default=list(PROGRAMS))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--worker", nargs=3, metavar=("PEER", "PROGRAM", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        peer, name, folder = options.worker
        print(json.dumps(accuracies(peer, name, folder, options.seeds)))
        return
    print(f"| program | {' | '.join(PEERS)} | difference of the means |")
    print("| --- | --- | --- | --- |")
    for name in options.programs:
        with tempfile.TemporaryDirectory() as folder:
            prepare(PROGRAMS[name]).write(Path(folder))
            results = {
                peer: json.loads(
                    subprocess.run(
                        [
                            *(sys.executable, "-m", "benchmarks.seeds", "--seeds", str(options.seeds)),
                            *("--worker", peer, name, folder),
                        ],
                        capture_output=True,
                        text=True,
                        check=True,
                    ).stdout.splitlines()[-1]
                )
                for peer in PEERS
            }
        shown = [f"{statistics.mean(each):.4f} ± {statistics.stdev(each):.4f}" for each in results.values()]
        difference = statistics.mean(results["ranvier"]) - statistics.mean(results["keras_jax"])
        print(f"| {name} | {' | '.join(shown)} | {difference:+.4f} |", flush=True)


if __name__ == "__main__":
    main()
