"""Reading a safetensors file of unknown origin: every size is checked before memory is taken."""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ranvier.errors import FileFormatError
from ranvier.storage.json_text import read_json
from ranvier.storage.tensor_format import DTYPES, LARGEST_HEADER, Entry

_FOREIGN = {
    b"PK\x03\x04": "a zip archive, as Keras writes under `.keras`",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file, as Keras writes under `.h5`",
    b"\x80\x02": "a pickle, which can run code when it is read",
    b"\x80\x04": "a pickle, which can run code when it is read",
    b"\x80\x05": "a pickle, which can run code when it is read",
}


class TensorFile:
    """The header of a safetensors file, checked; arrays are read one at a time.

    Args:
        path: The file.
        entries: What the header says of each array.
        metadata: The texts of the header.
        beginning: Where the bytes of the arrays begin.
    """

    def __init__(
        self, path: str, entries: Mapping[str, Entry], metadata: Mapping[str, str], beginning: int
    ) -> None:
        self.path = path
        self.entries = dict(entries)
        self.metadata = dict(metadata)
        self.beginning = beginning

    @contextmanager
    def arrays(self) -> Iterator[Mapping[str, np.ndarray[Any, Any]]]:
        """Open the file for reading its arrays by name.

        The library's reader is not used: it maps the file into memory, which then counts twice.

        Yields:
            A mapping that reads an array when it is asked for, and raises :class:`FileFormatError` where
            its bytes are missing.
        """
        with Path(self.path).open("rb") as opened:
            yield _OpenArrays(self, opened)


class _OpenArrays(Mapping[str, np.ndarray[Any, Any]]):
    def __init__(self, file: TensorFile, opened: BinaryIO) -> None:
        self._file = file
        self._opened = opened

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        entry = self._file.entries[name]
        array = np.empty(entry.shape, entry.dtype)
        if array.size:
            content = array.reshape(-1).view(np.uint8)
            self._opened.seek(self._file.beginning + entry.start)
            # It may have been exchanged for another since its header was read.
            if self._opened.readinto(content.data) != content.size:  # type: ignore[attr-defined]
                raise damaged(self._file.path, f"it ends within the array {name!r:.100}")
            if entry.dtype == np.bool_ and content.max() > 1:
                raise damaged(self._file.path, f"the array {name!r:.100} holds neither true nor false")
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self._file.entries)

    def __len__(self) -> int:
        return len(self._file.entries)


def open_tensors(path: str | os.PathLike[str]) -> TensorFile:
    """Read and check the header of a file.

    Args:
        path: The file.

    Raises:
        FileFormatError: If it is of another kind, truncated or damaged.
        OSError: If the system cannot read it.
    """
    name = os.fspath(path)
    require_file(name)
    with Path(name).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        header = _header(file, name, size)
        length = file.tell()
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise damaged(name, "its metadata are not texts")
    entries = {key: _entry(name, key, value) for key, value in header.items()}
    _check_coverage(name, entries, size - length)
    return TensorFile(name, entries, metadata, length)


def require_file(path: str) -> None:
    """Refuse folders, and what would be read without end, such as pipes and devices.

    Args:
        path: The file.

    Raises:
        FileFormatError: If it is no plain file.
        OSError: If there is none.
    """
    kind = Path(path).stat().st_mode
    if stat.S_ISREG(kind):
        return
    if not stat.S_ISDIR(kind):
        raise FileFormatError(f"Expected a file; received a pipe or device: {path!r}.")
    if (Path(path) / "saved_model.pb").exists():
        hint = "It is a SavedModel of TensorFlow, which is a program: save the model there as `.keras`."
    elif (Path(path) / "model.safetensors").exists():
        hint = f"Give the file in it: {os.path.join(path, 'model.safetensors')!r}."  # noqa: PTH118
    else:
        hint = "Give a file that `model.save` has written."
    raise FileFormatError(f"Expected a file; received a folder: {path!r}. {hint}")


def damaged(path: str, why: str) -> FileFormatError:
    """Build the error for a file that cannot be trusted any more."""
    return FileFormatError(
        f"The file {path!r} is damaged: {why}. Copy or download it again, or use an earlier backup."
    )


def _header(file: BinaryIO, path: str, size: int) -> dict[str, Any]:
    beginning = file.read(8)
    # A header of 640 or 1,152 bytes begins as a pickle does, but its length goes on with zeros.
    foreign = beginning[2:] != bytes(6)
    for magic, kind in _FOREIGN.items():
        if foreign and beginning.startswith(magic):
            raise FileFormatError(
                f"The file {path!r} is {kind}; expected a safetensors file that Ranvier wrote."
            )
    if len(beginning) < 8:
        raise damaged(path, f"it ends after {len(beginning)} bytes")
    length = int.from_bytes(beginning, "little")
    if length >> 40:
        raise FileFormatError(f"The file {path!r} {_foreign_words(path)}")
    if length > LARGEST_HEADER:
        raise FileFormatError(
            f"The file {path!r} is no model file: it would have a header of {length:,} bytes, where "
            f"{LARGEST_HEADER:,} are allowed."
        )
    if length > size - 8:
        raise damaged(path, f"it ends within its header; received: {size:,} bytes of at least {length + 8:,}")
    try:
        header = read_json(file.read(length))
    except ValueError as error:
        raise damaged(path, f"its header cannot be read ({error!s:.200})") from error
    if not isinstance(header, dict):
        raise damaged(path, "its header is no table of arrays")
    return header


def _foreign_words(path: str) -> str:
    if path.endswith((".onnx", ".py")):
        return (
            "was exported to predict elsewhere, and no model can be made of it again. Use the one it was exported "
            "from."
        )
    return "is no model file: it begins neither as one of Ranvier's nor as one of Keras'."


def _entry(path: str, name: str, described: Any) -> Entry:
    try:
        dtype = DTYPES[described["dtype"]]
        shape = tuple(described["shape"])
        start, stop = described["data_offsets"]
        numbers = [*shape, start, stop]
        whole = all(type(number) is int and 0 <= number < 2**62 for number in numbers)
        if len(shape) <= 32 and whole:
            entry = Entry(dtype, shape, start, stop)
            # An array without entries takes no bytes, but its other dimensions are multiplied all the same.
            possible = math.prod(size or 1 for size in shape) * dtype.itemsize < 2**62
            if possible and entry.size * dtype.itemsize == stop - start:
                return entry
    except (KeyError, TypeError, ValueError):
        pass
    raise damaged(path, f"the entry of the array {name!r:.100} in its header makes no sense")


def _check_coverage(path: str, entries: Mapping[str, Entry], available: int) -> None:
    position = 0
    for entry in sorted(entries.values(), key=lambda entry: (entry.start, entry.stop)):
        if entry.start != position:
            raise damaged(path, "its arrays overlap, or leave gaps")
        position = entry.stop
    if position != available:
        raise damaged(path, f"its arrays take {position:,} bytes; received: {max(available, 0):,}")
