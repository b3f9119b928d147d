"""Iris: 150 flowers of three species by four measures in centimetres (Fisher, 1936)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ranvier.datasets.bundled import bundled_table
from ranvier.datasets.splits import split_in_sklearns_order

if TYPE_CHECKING:
    from ranvier.datasets.splits import Split

__all__ = ["CLASS_NAMES", "FEATURE_NAMES", "load_data"]

CLASS_NAMES = (
    "setosa",
    "versicolor",
    "virginica",
)
"""The name of each class."""

FEATURE_NAMES = (
    "sepal length (cm)",
    "sepal width (cm)",
    "petal length (cm)",
    "petal width (cm)",
)
"""The name of each column."""


def load_data(test_split: float = 0.2, seed: int = 42) -> Split:
    """Load the iris flowers, always divided in the same way.

    The defaults give the rows of ``train_test_split(x, y, test_size=0.2, random_state=42)``.

    Args:
        test_split: Fraction of the rows for testing, in [0, 1).
        seed: Seed of the shuffling.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: inputs of shape (120, 4) and (30, 4), float32;
        labels of shape (120,) and (30,), int64, an index of ``CLASS_NAMES``.

    Raises:
        MissingExtraError: If scikit-learn, which holds the table, is not installed.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape
        (120, 4)
    """
    table = bundled_table("load_iris", "iris.csv", header_lines=1)
    return split_in_sklearns_order(
        table[:, :-1].astype(np.float32), table[:, -1].astype(np.int64), test_split, seed
    )
