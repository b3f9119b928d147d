"""Images and labels in the IDX format of MNIST.

Layout (big-endian): two zero bytes, the type (0x08 for bytes), the number of axes, the length of
each axis as four bytes, then the values. Source: Y. LeCun, C. Cortes, C. Burges, the MNIST database,
"File formats".
"""

from __future__ import annotations

import functools
import gzip
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ranvier.datasets.sources import Source, check_content, obtain
from ranvier.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

    from ranvier.datasets.splits import Split

_GZIP_MARK = b"\x1f\x8b"
_UNSIGNED_BYTE = 0x08


class IdxFile(NamedTuple):
    """One file: its name without ``.gz``, the shape of its array, the digest of its decompressed bytes."""

    name: str
    shape: tuple[int, ...]
    digest: str


def load_image_set(dataset: str, mirrors: tuple[str, ...], files: tuple[IdxFile, ...]) -> Split:
    """Obtain the four files of a data set.

    Args:
        dataset: The data set.
        mirrors: Base addresses, each ending in a slash.
        files: Training images, training labels, test images, test labels.

    Returns:
        The four arrays, uint8.

    Raises:
        DownloadError: If a file cannot be had, or its content is not the expected one.
    """
    x_train, y_train, x_test, y_test = (
        obtain(
            Source(
                dataset=dataset,
                name=f"{file.name}.gz",
                addresses=tuple(f"{mirror}{file.name}.gz" for mirror in mirrors),
                read=functools.partial(read_idx, file=file),
                other_names=(file.name,),
            )
        )
        for file in files
    )
    return (x_train, y_train), (x_test, y_test)


def read_idx(path: Path, file: IdxFile) -> np.ndarray[Any, Any]:
    """Read an IDX file of bytes, compressed or not, and check it.

    Args:
        path: The file.
        file: What it should be.

    Returns:
        A uint8 array of shape ``file.shape``.

    Raises:
        FileFormatError: If it is something else.
    """
    content = path.read_bytes()
    if content.startswith(_GZIP_MARK):
        content = gzip.decompress(content)
    rank = len(file.shape)
    start = 4 + 4 * rank
    if content[:4] != bytes((0, 0, _UNSIGNED_BYTE, rank)):
        raise FileFormatError(
            f"Expected an IDX file of bytes with {rank} axes; received: one that starts with {content[:4]!r}."
        )
    shape = tuple(int(length) for length in np.frombuffer(content[4:start], ">u4"))
    if shape != file.shape or len(content) - start != np.prod(shape):
        raise FileFormatError(
            f"Expected an array of shape {file.shape}; its header says {shape} and {len(content) - start:,} "
            "bytes follow."
        )
    check_content(content, file.digest)
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape).copy()
