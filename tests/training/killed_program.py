"""A program that trains one case after the other with backups, and goes on where it was killed.

Run as ``python -m tests.training.killed_program FOLDER``; it says when the trainings begin, and leaves a digest of what
each has come to.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from ranvier.callbacks import BackupAndRestore
from ranvier.naming import reset_names
from ranvier.random import set_random_seed
from ranvier.storage.atomic import replacing
from tests.training.resuming_cases import CASES, result

FREQUENCIES: list[tuple[str, Any]] = [
    ("everything", "epoch"),
    ("everything", 3),
    ("averages", 1),
    ("by_number", "epoch"),
    ("remembering", 5),
    ("set_rates", 2),
    ("generated", "epoch"),
]


def main(folder: Path) -> None:
    """Train what has not been trained."""
    print("ready", flush=True)
    for name, save_freq in FREQUENCIES:
        place = folder / f"{name}-{save_freq}"
        place.mkdir(exist_ok=True)
        digest = folder / f"{place.name}.json"
        if digest.exists():
            continue
        backup = BackupAndRestore(place / "backup", save_freq, delete_checkpoint=False)
        set_random_seed(99 if backup.find() else 11)
        reset_names()
        found = result(CASES[name][0]([backup], place), place)
        text = repr(found).encode()
        with replacing(digest) as file:
            file.write(json.dumps([len(text), hashlib.sha256(text).hexdigest(), found["history"]]).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
