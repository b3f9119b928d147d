"""A fresh process that predicts with many different row counts and reports memory and time."""

from __future__ import annotations

import importlib
import json
import sys
import time

import numpy as np
import psutil

from benchmarks.worker import Job

STEP = 5


def main() -> None:
    """Predict ``count`` times, with 5, 10, 15, ... rows, each call with a row count of its own."""
    name, arrays, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    peer = importlib.import_module(f"benchmarks.peers.{name}")
    job = Job(name, "p000", arrays, epochs=1, steady_epochs=1, seconds_of_predictions=0, started=0)
    face = peer.KerasFace(peer.LIBRARY, job)
    model = face.build()
    rows = np.resize(face.arrays.x_test, (STEP * count, face.arrays.x_test.shape[1]))
    model.predict(rows[:STEP], verbose=0)
    process = psutil.Process()
    memory, before = process.memory_info().rss, time.perf_counter()
    for number in range(1, count + 1):
        size = STEP * number
        # One batch of all rows, so that every call brings a new shape.
        model.predict(rows[:size], batch_size=size, verbose=0)
    seconds = time.perf_counter() - before
    megabytes = (process.memory_info().rss - memory) / 1e6
    print(json.dumps({"row_counts_seconds": seconds, "row_counts_megabytes": megabytes}))


if __name__ == "__main__":
    main()
