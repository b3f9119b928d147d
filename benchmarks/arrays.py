"""The rows that every peer trains on, written once and read by each process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

CLASSES = 10
NAMES = ("x_train", "y_train", "x_test", "y_test")


@dataclass(frozen=True)
class Arrays:
    """Inputs, float32, and integer labels of shape (rows,), for training and for testing."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray

    def flat(self) -> Arrays:
        """Return the same with each input as one row of numbers."""
        x_train, x_test = (x.reshape(len(x), -1) for x in (self.x_train, self.x_test))
        return Arrays(x_train, self.y_train, x_test, self.y_test)

    def write(self, folder: Path) -> None:
        """Write one file per array."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            np.save(folder / f"{name}.npy", getattr(self, name))


def read_arrays(folder: str | Path) -> Arrays:
    """Read what :meth:`Arrays.write` wrote."""
    return Arrays(*(np.load(Path(folder) / f"{name}.npy") for name in NAMES))


def one_hot(labels: np.ndarray) -> np.ndarray:
    """Return float32 rows with a one at each label's place."""
    rows: np.ndarray = np.eye(CLASSES, dtype=np.float32)[labels]
    return rows
