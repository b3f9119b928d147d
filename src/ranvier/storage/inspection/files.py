"""Which reader tells what a file holds."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ranvier.storage.inspection.native import inspect_native
from ranvier.storage.inspection.report import FileReport


def inspect_file(path: str | os.PathLike[str]) -> FileReport:
    """Tell what a file of a model, of weights or of a training holds, without building anything.

    The content decides what the file is, not its name.

    Args:
        path: The file.

    Returns:
        Its layers, arrays, training, versions, size and digest.

    Raises:
        FileFormatError: If it is damaged, was written by a newer version, or is no such file.
        OSError: If the system cannot read it.
    """
    name = os.fspath(path)
    with Path(name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    return inspect_native(name, size, digest)
