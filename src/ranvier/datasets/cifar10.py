"""CIFAR-10: 60,000 colour pictures of ten kinds of things (Krizhevsky, 2009)."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.datasets.sources import Source, check_content, check_digest, obtain
from ranvier.errors import FileFormatError
from ranvier.utils.files import file_digest

if TYPE_CHECKING:
    from pathlib import Path

    from ranvier.datasets.splits import Split

__all__ = ["CLASS_NAMES", "load_data"]

CLASS_NAMES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
"""The name of each class."""

ADDRESSES = ("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",)
ARCHIVE_DIGEST = "md5:c32a1d4ab5d03f1284b67883e8d87530"  # as published on the data set's page
FOLDER = "cifar-10-batches-bin"
FILES = {
    "data_batch_1.bin": "sha256:cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
    "data_batch_2.bin": "sha256:a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
    "data_batch_3.bin": "sha256:bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
    "data_batch_4.bin": "sha256:014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
    "data_batch_5.bin": "sha256:755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
    "test_batch.bin": "sha256:8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
}
IMAGES_PER_FILE = 10_000
_SIDE = 32
_RECORD_BYTES = 1 + 3 * _SIDE * _SIDE


def load_data() -> Split:
    """Load CIFAR-10.

    The archive is looked for in ``RANVIER_DATA_HOME`` (``cifar10/cifar-10-binary.tar.gz``, or the
    extracted folder ``cifar10/cifar-10-batches-bin``) and in the cache, and else downloaded (162 MB).
    It is the version in plain bytes: the one for Python holds pickles, which could run code.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images of shape (50000, 32, 32, 3) and
        (10000, 32, 32, 3), uint8; labels of shape (50000, 1) and (10000, 1), uint8, an index of
        ``CLASS_NAMES``.

    Raises:
        DownloadError: If the archive cannot be had, or its content is not the expected one.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
    """
    *train, (x_test, y_test) = obtain(
        Source("cifar10", "cifar-10-binary.tar.gz", ADDRESSES, read=_read, other_names=(FOLDER,))
    )
    x_train = np.concatenate([x for x, _ in train])
    y_train = np.concatenate([y for _, y in train])
    return (x_train, y_train), (x_test, y_test)


def _read(path: Path) -> list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """Return the checked images and labels of each file, training first."""
    files = _of_folder(path) if path.is_dir() else _of_archive(path)
    return [_images_and_labels(name, files[name]) for name in FILES]


def _of_folder(folder: Path) -> dict[str, bytes]:
    files = {name: (folder / name).read_bytes() for name in FILES}
    for name, content in files.items():
        check_content(content, FILES[name])
    return files


def _of_archive(path: Path) -> dict[str, bytes]:
    check_digest(file_digest(path, ARCHIVE_DIGEST.partition(":")[0]), ARCHIVE_DIGEST)
    found: dict[str, bytes] = {}
    with tarfile.open(path) as archive:
        for member in archive:  # read in passing: nothing is written anywhere
            name = member.name.rpartition("/")[2]
            content = archive.extractfile(member) if name in FILES else None
            if content is not None:
                found[name] = content.read()
    missing = sorted(FILES.keys() - found.keys())
    if missing:
        raise FileFormatError(f"The archive lacks {', '.join(missing)}.")
    return found


def _images_and_labels(name: str, content: bytes) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Take a file apart: each record is a label, then a red, a green and a blue plane in rows."""
    if len(content) != IMAGES_PER_FILE * _RECORD_BYTES:
        raise FileFormatError(
            f"{name} should have {IMAGES_PER_FILE * _RECORD_BYTES:,} bytes; received: {len(content):,}."
        )
    records = np.frombuffer(content, np.uint8).reshape(IMAGES_PER_FILE, _RECORD_BYTES)
    planes = records[:, 1:].reshape(-1, 3, _SIDE, _SIDE)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), records[:, :1].copy()
