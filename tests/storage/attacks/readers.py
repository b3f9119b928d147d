"""Everything that reads a file from a stranger, and what it may answer."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ranvier.errors import FileFormatError
from ranvier.models import load_model
from ranvier.storage.backup import read_backup
from ranvier.storage.inspection import inspect_file
from tests.storage.files import small_model

Reader = Callable[[Path], Any]

READERS: dict[str, Reader] = {
    "load_model": load_model,
    "load_weights": lambda path: small_model().load_weights(path),
    "inspect": inspect_file,
    "backup": lambda path: read_backup(str(path)).restore(small_model()),
}
LONGEST_MESSAGE = 1500


def refused(path: Path, sentence: str | None = None, *readers: str, **options: Any) -> None:
    """Demand that readers answer with one clear error, and that all others answer or refuse likewise.

    Args:
        path: The file.
        sentence: A pattern that the message matches.
        readers: Who has to refuse it; ``load_model`` alone when none is given.
        options: Further arguments of ``load_model``.
    """
    for name, read in READERS.items():
        if name not in (readers or ("load_model",)):
            survived(path, read)
            continue
        with pytest.raises(FileFormatError, match=sentence) as caught:
            read(path, **options) if name == "load_model" else read(path)
        assert len(str(caught.value)) < LONGEST_MESSAGE
        assert "\x1b" not in str(caught.value)


def survived(path: Path, read: Reader) -> bool:
    """Tell whether a file could be read; anything but an answer and a :class:`FileFormatError` fails the test."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # NaN weights
            read(path)
    except FileFormatError:
        return False
    return True
