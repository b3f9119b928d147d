"""Small tables for the tests of the estimators."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.datasets import load_diabetes, load_digits, load_iris

Array = np.ndarray[Any, Any]


def digits(rows: int = 400) -> tuple[Array, Array]:
    """The first digits, between 0 and 1."""
    X, y = load_digits(return_X_y=True)
    return X[:rows] / 16.0, y[:rows]


def iris() -> tuple[Array, Array]:
    """Iris, standardised, with names as labels."""
    loaded = load_iris()
    X = (loaded.data - loaded.data.mean(0)) / loaded.data.std(0)
    return X, loaded.target_names[loaded.target]


def diabetes() -> tuple[Array, Array]:
    """Diabetes, standardised."""
    X, y = load_diabetes(return_X_y=True)
    return X / X.std(0), (y - y.mean()) / y.std()
