"""Writing a file so that whoever looks finds the old one or the new one, never a half."""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from ranvier.appending import explained_writing

if sys.platform != "win32":
    import fcntl

_LONGEST_NAME = 60
"""Characters of a name that its temporary one keeps: systems take names of 255 bytes, four for a character."""


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing that takes the place of ``path`` once it is complete and on the disk.

    What an earlier writer of the same name left behind when it was killed is removed.

    Args:
        path: The file to replace or to make; its folder must exist.

    Yields:
        A binary file under a temporary name in the same folder.

    Raises:
        FileWriteError: If the disk is full, the folder is missing or read-only, or the like.
    """
    # The target of a link is replaced, not the link.
    target = Path(os.path.realpath(path))
    with explained_writing(path):
        _remove_leftovers(target)
        file, partial = _opened(target)
        try:
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        except BaseException:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        _synchronize_folder(target.parent)


def put_in_place(partial: Path, target: str | os.PathLike[str]) -> None:
    """Give a file that is complete its final name, once it is on the disk.

    Args:
        partial: The file under a temporary name, in the folder of the other.
        target: The name to replace or to make.

    Raises:
        OSError: If the system refuses.
    """
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    _synchronize_folder(partial.parent)


def _beginning(target: Path) -> str:
    return f".{target.name[:_LONGEST_NAME]}."


def _opened(target: Path) -> tuple[BinaryIO, Path]:
    """Open a temporary file beside the target, with its permissions, and mark it as being written."""
    while True:
        partial = target.with_name(f"{_beginning(target)}{secrets.token_hex(4)}.part")
        file = partial.open("xb")
        try:
            _lock(file, wait=True)
            # Between the two lines above another writer may have taken it for a leftover.
            if partial.exists():
                with suppress(OSError):
                    partial.chmod(stat.S_IMODE(target.stat().st_mode))
                return file, partial
        except BaseException:
            file.close()
            raise
        file.close()


def _remove_leftovers(target: Path) -> None:
    pattern = re.compile(re.escape(_beginning(target)) + r"[0-9a-f]{8}\.part")
    with suppress(OSError):
        for each in target.parent.iterdir():
            if pattern.fullmatch(each.name):
                _remove_unless_written(each)


def _remove_unless_written(partial: Path) -> None:
    """Remove a temporary file whose writer is gone: the system has taken its lock away."""
    with suppress(OSError), partial.open("rb") as file:
        if _lock(file, wait=False):
            partial.unlink(missing_ok=True)


def _lock(file: IO[bytes], *, wait: bool) -> bool:
    """Lock a file as long as it is open; tell whether it was free."""
    if sys.platform == "win32":  # pragma: no cover  (where an open file cannot be removed)
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # in use, or a file system without locks
        return False
    return True


def _synchronize_folder(folder: Path) -> None:
    """Make the renaming itself durable, where the system can."""
    if os.name != "posix":
        return
    with suppress(OSError):  # some network file systems refuse; the file itself is safe
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
