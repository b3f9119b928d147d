"""Breast cancer (Wisconsin, diagnostic): 569 tumours by thirty measures (Street, 1993)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ranvier.datasets.bundled import bundled_table
from ranvier.datasets.splits import split_in_sklearns_order

if TYPE_CHECKING:
    from ranvier.datasets.splits import Split

__all__ = ["CLASS_NAMES", "FEATURE_NAMES", "load_data"]

CLASS_NAMES = (
    "malignant",
    "benign",
)
"""The name of each class."""

FEATURE_NAMES = (
    "mean radius",
    "mean texture",
    "mean perimeter",
    "mean area",
    "mean smoothness",
    "mean compactness",
    "mean concavity",
    "mean concave points",
    "mean symmetry",
    "mean fractal dimension",
    "radius error",
    "texture error",
    "perimeter error",
    "area error",
    "smoothness error",
    "compactness error",
    "concavity error",
    "concave points error",
    "symmetry error",
    "fractal dimension error",
    "worst radius",
    "worst texture",
    "worst perimeter",
    "worst area",
    "worst smoothness",
    "worst compactness",
    "worst concavity",
    "worst concave points",
    "worst symmetry",
    "worst fractal dimension",
)
"""The name of each column."""


def load_data(test_split: float = 0.2, seed: int = 42) -> Split:
    """Load the tumours, always divided in the same way.

    The defaults give the rows of ``train_test_split(x, y, test_size=0.2, random_state=42)``.

    Args:
        test_split: Fraction of the rows for testing, in [0, 1).
        seed: Seed of the shuffling.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: inputs of shape (455, 30) and (114, 30), float32;
        labels of shape (455,) and (114,), int64, 0 for malignant and 1 for benign.

    Raises:
        MissingExtraError: If scikit-learn, which holds the table, is not installed.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape
        (455, 30)
    """
    table = bundled_table("load_breast_cancer", "breast_cancer.csv", header_lines=1)
    return split_in_sklearns_order(
        table[:, :-1].astype(np.float32), table[:, -1].astype(np.int64), test_split, seed
    )
