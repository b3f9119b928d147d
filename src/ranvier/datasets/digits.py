"""Digits: 1,797 handwritten digits, 8 by 8 pixels (Alpaydin, Kaynak, 1998)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ranvier.datasets.bundled import bundled_table
from ranvier.datasets.splits import split_in_sklearns_order

if TYPE_CHECKING:
    from ranvier.datasets.splits import Split

__all__ = ["CLASS_NAMES", "load_data"]

CLASS_NAMES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
"""The name of each class."""


def load_data(test_split: float = 0.2, seed: int = 42) -> Split:
    """Load the digits, always divided in the same way.

    The defaults give the rows of ``train_test_split(x, y, test_size=0.2, random_state=42)``, the
    split that tutorials use; so accuracies compare with theirs.

    Args:
        test_split: Fraction of the images for testing, in [0, 1).
        seed: Seed of the shuffling.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images of shape (1437, 8, 8) and (360, 8, 8), uint8
        from 0 (paper) to 16 (ink); labels of shape (1437,) and (360,), uint8 from 0 to 9.

    Raises:
        MissingExtraError: If scikit-learn, which holds the images, is not installed.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape, int(x_train.max())
        ((1437, 8, 8), 16)
    """
    table = bundled_table("load_digits", "digits.csv.gz").astype(np.uint8)
    return split_in_sklearns_order(table[:, :-1].reshape(-1, 8, 8), table[:, -1], test_split, seed)
