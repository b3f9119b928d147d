"""A program whose children write files without end and are killed; it looks at what they leave.

Run as a process of its own: it forks, which a process that has computed with the engine must not.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np

from ranvier.appending import append_bytes
from ranvier.layers import Dense, Input
from ranvier.models import Sequential, load_model
from ranvier.random import set_random_seed
from ranvier.storage.atomic import replacing
from ranvier.storage.backup import read_backup, save_backup

ROW = b"1,0.25,0.5,0.125\r\n" * 3


def main(folder: Path, kills: int) -> None:
    """Kill so many writers; print how many died in the middle of a file, and what was there."""
    models = [small_model(seed) for seed in (1, 2)]
    paths = {name: folder / name for name in ("model.safetensors", "backup", "report.json", "rows.csv")}
    delays = np.random.default_rng(7).uniform(0, 0.01, kills)
    halves = 0
    seen = {path.name: set() for path in paths.values()}
    for number, delay in enumerate(delays):
        # Each begins with another model, and another file.
        turned = list(paths)[number % 4 :] + list(paths)[: number % 4]
        kill_one(
            models if number // 4 % 2 else models[::-1], {name: paths[name] for name in turned}, float(delay)
        )
        parts = [path.name for path in folder.glob(".*.part")]
        halves += bool(parts)
        # One writer leaves one, and the next writer of that name removes it.
        assert len(parts) <= len(paths), parts
        for path in paths.values():
            if path.exists():
                seen[path.name].add(state_of(path, models))
    write_all(models[0], paths)
    assert not list(folder.glob(".*.part"))
    print(
        json.dumps(
            {"kills": kills, "halves": halves, "seen": {name: len(each) for name, each in seen.items()}}
        )
    )


def small_model(seed: int) -> Any:
    set_random_seed(seed)
    model = Sequential([Input((40,)), Dense(100, "relu"), Dense(10)])
    model.compile("adam", "mse")
    return model


def kill_one(models: list[Any], paths: dict[str, Path], delay: float) -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, b"!")
        while True:
            for model in models:
                write_all(model, paths)
    os.read(reader, 1)
    os.close(writer)
    select.select([], [], [], delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reader)


def write_all(model: Any, paths: dict[str, Path]) -> None:
    writers = {
        "model.safetensors": model.save,
        "backup": lambda path: save_backup(str(path), model, epoch=1, step=2),
        "report.json": lambda path: write_report(path, str(model.get_weights()[0].sum())),
        "rows.csv": lambda path: append_bytes(path, ROW),
    }
    for name, path in paths.items():
        writers[name](path)


def write_report(path: Path, content: str) -> None:
    with replacing(path) as file:
        for _ in range(50):
            file.write(b" " * 1000)
        file.write(json.dumps({"sum": content}).encode())


def state_of(path: Path, models: list[Any]) -> Any:
    """Return which of the two models a file holds; raise if it holds neither."""
    if path.name == "rows.csv":
        content = path.read_bytes()
        assert content == ROW * (len(content) // len(ROW))
        return 0
    if path.name == "report.json":
        return [str(model.get_weights()[0].sum()) for model in models].index(
            json.loads(path.read_bytes())["sum"]
        )
    if path.name == "backup":
        found = small_model(3)
        read_backup(str(path)).restore(found)
    else:
        found = load_model(path)
    (which,) = [
        number
        for number, model in enumerate(models)
        if all(map(np.array_equal, model.get_weights(), found.get_weights()))
    ]
    return which


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
