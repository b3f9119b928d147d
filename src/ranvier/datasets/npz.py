"""Files in NumPy's ``.npz`` format, of numbers only: no object is ever unpickled."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

    from ranvier.datasets.splits import Split

SPLIT_NAMES = ("x_train", "y_train", "x_test", "y_test")
"""The arrays of a data set of Keras."""


def read_members(path: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    """Return the bytes of the named arrays.

    Args:
        path: A ``.npz`` file.
        names: The arrays' names.

    Raises:
        FileFormatError: If the file is none, or lacks an array.
    """
    if not zipfile.is_zipfile(path):
        raise FileFormatError("Expected a .npz file.")
    with zipfile.ZipFile(path) as archive:
        present = {name.removesuffix(".npy") for name in archive.namelist()}
        missing = [name for name in names if name not in present]
        if missing:
            raise FileFormatError(f"Expected the arrays {', '.join(names)}; it lacks: {', '.join(missing)}.")
        return {name: archive.read(f"{name}.npy") for name in names}


def read_array(content: bytes) -> np.ndarray[Any, Any]:
    """Read one array of numbers.

    Raises:
        ValueError: If it holds objects.
    """
    array: np.ndarray[Any, Any] = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    return array


def read_image_npz(path: Path) -> Split:
    """Read images and labels in the layout of Keras' ``mnist.npz``.

    Args:
        path: The file.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``.

    Raises:
        FileFormatError: If the file is something else.
    """
    members = read_members(path, SPLIT_NAMES)
    x_train, y_train, x_test, y_test = (read_array(members[name]) for name in SPLIT_NAMES)
    for x, y in ((x_train, y_train), (x_test, y_test)):
        if y.ndim != 1 or len(x) != len(y):
            raise FileFormatError(f"Expected one label per image; received shapes: {x.shape} and {y.shape}.")
    return (x_train, y_train), (x_test, y_test)
