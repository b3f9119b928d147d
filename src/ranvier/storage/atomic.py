"""Writing a file so that whoever looks finds the old one or the new one, never a half."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ranvier.errors import FileWriteError, RanvierError


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing that takes the place of ``path`` once it is complete and on the disk.

    Args:
        path: The file to replace or to make; its folder must exist.

    Yields:
        A binary file under a temporary name in the same folder.

    Raises:
        FileWriteError: If the disk is full, the folder is missing or read-only, or the like.
    """
    # The target of a link is replaced, not the link.
    target = Path(os.path.realpath(path))
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        try:
            with partial.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        except BaseException:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        _synchronize_folder(target.parent)
    except RanvierError:
        raise
    except OSError as error:
        raise FileWriteError(
            error.errno,
            f"The file {os.fspath(path)!r} could not be written: {(error.strerror or str(error)).lower()}. "
            "What stood there before is untouched, and the model in memory stays usable. Free some space, or "
            "choose a folder that exists and may be written to",
        ) from error


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
