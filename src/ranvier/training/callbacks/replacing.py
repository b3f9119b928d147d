"""Writing a file so that it is always whole."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def replace_when_complete(path: Path, save: Callable[[str], object], keep: Path | None = None) -> None:
    """Save beside ``path`` and take its place when that has succeeded.

    Args:
        path: The file to write; missing folders are made.
        save: Function that writes a file of the given name.
        keep: Where to move the file that stood at ``path``, or None to replace it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A folder of its own keeps the file's name, whose ending tells the format.
    with TemporaryDirectory(prefix=".", dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        save(str(unfinished))
        if keep is not None and path.exists():
            path.replace(keep)
        unfinished.replace(path)
