"""Weights alone in a ``.weights.h5`` file, in the layout of Keras 3."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ranvier.storage.keras.hdf5.reader import Hdf5File, read_hdf5
from ranvier.storage.keras.hdf5.source import Source
from ranvier.storage.keras.hdf5_writer import put_hdf5, write_groups
from ranvier.storage.keras.metadata import own_table, write_own
from ranvier.storage.keras.weights import weight_groups


def write_weight_file(model: Any, path: str, metadata: Mapping[str, Any]) -> None:
    """Write the weights of a model as Keras' ``save_weights`` does.

    Args:
        model: The model.
        path: The file.
        metadata: What to keep beside the weights, as JSON types.

    Raises:
        FileWriteError: If the system refuses.
    """
    groups, arrays = weight_groups(model)

    def write(opened: Any) -> None:
        write_own(opened, own_table(model, metadata))
        write_groups(opened, groups, arrays)

    put_hdf5(path, write)


@contextmanager
def open_hdf5(path: str) -> Iterator[Hdf5File]:
    """Open an HDF5 file and check it as a whole.

    Raises:
        FileFormatError: If it is damaged or refers to anything outside of itself.
        OSError: If the system cannot read it.
    """
    with Path(path).open("rb") as file:
        yield read_hdf5(Source(file, path, 0, os.fstat(file.fileno()).st_size))
