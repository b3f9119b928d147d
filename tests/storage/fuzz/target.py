"""What is tried on every file: all that reads one, and all that is done with what was read."""

from __future__ import annotations

import signal
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ranvier.errors import FileFormatError, UnsupportedError
from ranvier.models import load_model
from ranvier.storage.backup import read_backup
from ranvier.storage.inspection import inspect_file
from tests.storage.golden.make import FOLDER, stack

SECONDS = 20
LONGEST_MESSAGE = 4000
SEEDS = {
    path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix not in (".py", ".json")
}


class TooLongError(Exception):
    """A message is longer than anyone reads."""


class TooSlowError(BaseException):
    """Reading a file took longer than anyone waits."""


def _load_and_save(path: Path) -> None:
    model = load_model(path)
    model.summary(print_fn=lambda text: None)
    for suffix in (".safetensors", ".keras"):
        again = path.with_name(f"again{suffix}")
        model.save(again)
        load_model(again)


READERS: dict[str, Callable[[Path], Any]] = {
    "load_model": _load_and_save,
    "load_weights": lambda path: stack().load_weights(path),
    "backup": lambda path: read_backup(str(path)).restore(stack()),
    "inspect": lambda path: inspect_file(path).as_dict(),
}


def attempt(content: bytes, name: str, folder: Path, counts: Counter[str] | None = None) -> None:
    """Let every reader have a file; whatever is raised but Ranvier's own errors goes through.

    Args:
        content: The file.
        name: What it is called; the ending belongs to the format.
        folder: Where it may be written.
        counts: Gets how many were read and refused by each reader.
    """
    path = folder / f"fuzz-{name}"
    path.write_bytes(content)
    for reader, read in READERS.items():
        with warnings.catch_warnings(), in_time(SECONDS):
            warnings.simplefilter("ignore", UserWarning)
            try:
                read(path)
                outcome = "read"
            except (FileFormatError, UnsupportedError) as error:
                outcome = type(error).__name__
                if len(str(error)) > LONGEST_MESSAGE:
                    raise TooLongError(str(error)[:1000]) from error
        if counts is not None:
            counts[f"{reader}: {outcome}"] += 1


@contextmanager
def in_time(seconds: int) -> Iterator[None]:
    """Raise :class:`TooSlowError` where a block takes longer."""

    def late(*_: Any) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
