"""Data sets to arrays; done once per run, in the harness' own process."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from benchmarks.arrays import Arrays

if TYPE_CHECKING:
    from benchmarks.programs import Program

MNIST_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def prepare(program: Program) -> Arrays:
    """Make the arrays of a program from its data set.

    Raises:
        FileNotFoundError: If MNIST is wanted and ``RANVIER_DATA_HOME`` does not hold it.
    """
    if program.data == "digits":
        return _digits()
    arrays = _mnist(mnist_folder())
    return arrays if program.input_shape == (28, 28) else arrays.flat()


def mnist_folder() -> Path:
    """Return the folder of the four MNIST files."""
    home = os.environ.get("RANVIER_DATA_HOME", "../shared/data")
    for folder in (Path(home) / "mnist", Path(home)):
        if all((folder / name).is_file() for name in MNIST_FILES):
            return folder
    raise FileNotFoundError(
        f"MNIST is measured from its four files; set RANVIER_DATA_HOME to their folder. Received: {home!r}."
    )


def _digits() -> Arrays:
    x, y = load_digits(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=42)
    mean, spread = x_train.mean(axis=0), x_train.std(axis=0)
    spread[spread == 0] = 1
    scaled = [((part - mean) / spread).astype(np.float32) for part in (x_train, x_test)]
    return Arrays(scaled[0], y_train.astype(np.int64), scaled[1], y_test.astype(np.int64))


def _mnist(folder: Path) -> Arrays:
    x_train, y_train, x_test, y_test = (_read_idx(folder / name) for name in MNIST_FILES)
    images = [(x.astype(np.float32) / 255) for x in (x_train, x_test)]
    return Arrays(images[0], y_train.astype(np.int64), images[1], y_test.astype(np.int64))


def _read_idx(path: Path) -> np.ndarray:
    """Read an IDX file: two zero bytes, a type, the number of axes, their lengths, the values."""
    with gzip.open(path) as file:
        content = file.read()
    axes = content[3]
    lengths = np.frombuffer(content, dtype=">u4", count=axes, offset=4)
    return np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * axes).reshape(lengths.astype(int))
