"""Diabetes: 442 patients by ten measures, and how far the disease went in a year (Efron et al., 2004)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ranvier.datasets.bundled import bundled_table
from ranvier.datasets.splits import split_in_sklearns_order

if TYPE_CHECKING:
    from ranvier.datasets.splits import Split

__all__ = ["FEATURE_NAMES", "load_data"]

FEATURE_NAMES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
"""The name of each column."""


def load_data(test_split: float = 0.2, seed: int = 42, scaled: bool = True) -> Split:
    """Load the diabetes table, always divided in the same way.

    The defaults give the rows of ``train_test_split(x, y, test_size=0.2, random_state=42)``.

    Args:
        test_split: Fraction of the rows for testing, in [0, 1).
        seed: Seed of the shuffling.
        scaled: Whether each column has mean 0 and sum of squares 1 over all rows, as scikit-learn
            gives it; else years, mm Hg and so on.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: inputs of shape (353, 10) and (89, 10), float32;
        targets of shape (353,) and (89,), float32 from 25 to 346.

    Raises:
        MissingExtraError: If scikit-learn, which holds the table, is not installed.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape
        (353, 10)
    """
    table = bundled_table("load_diabetes", "diabetes_data_raw.csv.gz", delimiter=None, scaled=False)
    x, y = table[:, :-1], table[:, -1]
    if scaled:
        x = x - x.mean(axis=0)
        x = x / np.sqrt(np.square(x).sum(axis=0))
    return split_in_sklearns_order(x.astype(np.float32), y.astype(np.float32), test_split, seed)
