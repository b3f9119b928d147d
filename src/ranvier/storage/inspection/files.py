"""Which reader tells what a file holds."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from ranvier.errors import FileFormatError, missing_extra
from ranvier.storage.inspection.native import inspect_native
from ranvier.storage.inspection.report import FileReport
from ranvier.storage.keras.archive import SIGNATURE as ARCHIVE
from ranvier.storage.keras.hdf5.reader import SIGNATURE as HDF5
from ranvier.storage.tensor_reader import require_file

_LONGEST_DESCRIPTION = 64 * 1024


def inspect_file(path: str | os.PathLike[str]) -> FileReport:
    """Tell what a file of a model, of weights or of a training holds, without building anything.

    The content decides what the file is; the ending of the name where that has no mark of its own.

    Args:
        path: The file.

    Returns:
        Its layers, arrays, training, versions, size and digest.

    Raises:
        FileFormatError: If it is damaged, was written by a newer version, or is no such file.
        MissingExtraError: If it is an ONNX file and the package that reads them is missing.
        OSError: If the system cannot read it.
    """
    name = os.fspath(path)
    require_file(name)
    with Path(name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
        file.seek(0)
        beginning = file.read(_LONGEST_DESCRIPTION)
    if name.endswith(".py"):
        return _inspect_program(name, beginning, size, digest)
    if name.endswith(".onnx"):
        return _inspect_onnx(name, size, digest)
    if beginning.startswith(ARCHIVE):
        return _of_keras().inspect_archive(name, size, digest)  # type: ignore[no-any-return]
    if beginning.startswith(HDF5):
        return _of_keras().inspect_hdf5(name, size, digest)  # type: ignore[no-any-return]
    return inspect_native(name, size, digest)


def _of_keras() -> Any:
    """Import what reads Keras' files only for them: it brings the engine along."""
    from ranvier.storage.inspection import keras_files

    return keras_files


def _inspect_onnx(path: str, size: int, digest: str) -> FileReport:
    try:
        from ranvier.storage.inspection.onnx_file import inspect_onnx
    except ModuleNotFoundError as error:
        if error.name not in ("onnx", "google"):
            raise
        raise missing_extra("Looking into ONNX files", "onnx", "onnx") from error
    return inspect_onnx(path, size, digest)


def _inspect_program(path: str, beginning: bytes, size: int, digest: str) -> FileReport:
    """Tell what a program that was exported says of itself; it is text, and not run."""
    text = beginning.decode(errors="replace")
    description = text.split('"""')[1] if text.count('"""') > 1 and text.startswith('"""') else ""
    writer = next((line for line in description.splitlines() if line.startswith("Written by Ranvier")), None)
    if writer is None:
        raise FileFormatError(
            f"The file {path!r} is a program, but none that `model.export` wrote. Open it in an editor."
        )
    return FileReport(
        path=path,
        format="Python, for NumPy alone",
        holds="program",
        writer=writer.removeprefix("Written by ").rstrip("."),
        size=size,
        sha256=digest,
        name=description.partition(":")[0],
        metadata={"description": " ".join(description.split())},
    )
