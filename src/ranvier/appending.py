"""Files that grow line by line, folders to put files in, and the one sentence for what cannot be written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ranvier.errors import FileWriteError, RanvierError


@contextmanager
def explained_writing(path: str | os.PathLike[str], *, untouched: bool = True) -> Iterator[None]:
    """Turn what the system says while a file or folder is written into an error of ours.

    Args:
        path: The file or folder, for the message.
        untouched: Whether what stood there before still stands there.

    Raises:
        FileWriteError: In place of any OSError.
    """
    try:
        yield
    except RanvierError:
        raise
    except OSError as error:
        before = "What stood there before is untouched, and the" if untouched else "The"
        raise FileWriteError(
            error.errno,
            f"The file {os.fspath(path)!r} could not be written: {(error.strerror or str(error)).lower()}. {before} "
            "model in memory stays usable. Free some space, or choose a folder that exists and may be written to",
        ) from error


def make_folder(folder: str | os.PathLike[str]) -> None:
    """Make a folder and those above it, where they are missing.

    Raises:
        FileWriteError: If the system refuses.
    """
    with explained_writing(folder):
        Path(folder).mkdir(parents=True, exist_ok=True)


def append_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Add bytes at the end of a file, all of them or none.

    They are handed to the system in one piece: a process that is killed leaves them out or in, and where the disk
    is full the file is cut back to its old length. They are not forced onto the disk: a machine that loses its power
    may lose the last ones.

    Args:
        path: The file; it is made if it is missing.
        data: What to add.

    Raises:
        FileWriteError: If the system refuses.
    """
    with explained_writing(path), Path(path).open("ab", buffering=0) as file:
        before = os.fstat(file.fileno()).st_size
        try:
            if file.write(data) != len(data):
                # The rest tells why: no space is left, or the like.
                file.write(data[os.fstat(file.fileno()).st_size - before :])
        except OSError:
            with suppress(OSError):
                file.truncate(before)
            raise


def cut(path: str | os.PathLike[str], size: int) -> int:
    """Cut a file down to a size, where it is longer.

    Args:
        path: The file; a missing one stays missing.
        size: Its length in bytes.

    Returns:
        The length it has then.

    Raises:
        FileWriteError: If the system refuses.
    """
    with explained_writing(path):
        try:
            found = Path(path).stat().st_size
        except FileNotFoundError:
            return 0
        if found > size:
            os.truncate(path, size)
        return min(found, size)


def settle(path: str | os.PathLike[str]) -> int:
    """Force a file onto the disk and return its length; 0 for a missing one."""
    try:
        with Path(path).open("rb") as file:
            os.fsync(file.fileno())
            return os.fstat(file.fileno()).st_size
    except OSError:
        return 0
