"""Writing HDF5 files in the layouts of Keras."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import h5py
import numpy as np

from ranvier.storage.atomic import replacing

_LONGEST_ATTRIBUTE = 64_000
"""The most bytes that HDF5 keeps of an attribute beside an object."""


def written_hdf5(folder: str | os.PathLike[str], write: Callable[[Any], None]) -> BinaryIO:
    """Write HDF5 content into a file without a name, since HDF5 goes back and forth in a file.

    Args:
        folder: Where there is room for it: beside the file that it becomes a part of.
        write: Fills the HDF5 file it is given.

    Returns:
        The file, at its beginning; it is gone once it is closed.
    """
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (the caller closes it)
    try:
        with h5py.File(file, "w") as opened:
            write(opened)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return cast("BinaryIO", file)


def put_hdf5(path: str, write: Callable[[Any], None]) -> None:
    """Write an HDF5 file as a whole, or leave what is there.

    Args:
        path: The file.
        write: Fills the HDF5 file it is given.

    Raises:
        FileWriteError: If the system refuses.
    """
    with replacing(path) as file, written_hdf5(Path(path).parent, write) as content:
        shutil.copyfileobj(content, file, 2**20)


def write_groups(opened: Any, groups: Mapping[str, str], arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
    """Write weights where Keras looks for them.

    Args:
        opened: The HDF5 file.
        groups: The names of the layers by group.
        arrays: The arrays by path.
    """
    for path, name in groups.items():
        opened.create_group(path).attrs["name"] = name
    for path, array in arrays.items():
        dataset = opened.create_dataset(path, data=array)
        if str(array.dtype) == "bfloat16":
            dataset.attrs["dtype"] = "bfloat16"


def write_names(group: Any, attribute: str, names: list[str]) -> None:
    """Write a list of names beside a group, in several attributes where one cannot hold it.

    Args:
        group: The group.
        attribute: The name of the attribute.
        names: The names.
    """
    data = [name.encode() for name in names]
    pieces = 1
    while any(
        np.asarray(piece).nbytes > _LONGEST_ATTRIBUTE for piece in np.array_split(np.asarray(data), pieces)
    ):
        pieces += 1
    if pieces == 1:
        group.attrs[attribute] = data
        return
    for number, piece in enumerate(np.array_split(np.asarray(data), pieces)):
        group.attrs[f"{attribute}{number}"] = piece
