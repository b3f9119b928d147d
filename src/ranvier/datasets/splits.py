"""Dividing a data set that comes in one piece into training and test rows, always the same."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from ranvier.errors import ConfigurationError

Split: TypeAlias = tuple[
    tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"],
    tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"],
]
"""``(x_train, y_train), (x_test, y_test)``."""


def split_in_sklearns_order(
    x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], test_split: float, seed: int
) -> Split:
    """Divide as ``sklearn.model_selection.train_test_split(x, y, test_size=..., random_state=...)``.

    So results compare with those of tutorials that split this way. The shuffled rows start with the
    test set.

    Args:
        x: Inputs, one row per sample.
        y: Targets.
        test_split: Fraction of the rows for testing, in [0, 1), rounded up.
        seed: Seed of NumPy's legacy generator, which never changes.

    Raises:
        ConfigurationError: If ``test_split`` leaves nothing to train on.
    """
    count = math.ceil(_checked(test_split) * len(x))
    if count >= len(x):
        raise ConfigurationError(f"`test_split` must leave rows to train on; received: {test_split!r}.")
    order = np.random.RandomState(seed).permutation(len(x))
    return (x[order[count:]], y[order[count:]]), (x[order[:count]], y[order[:count]])


def split_in_keras_order(
    x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], test_split: float, seed: int
) -> Split:
    """Divide as Keras' ``california_housing``: the shuffled rows end with the test set.

    Args:
        x: Inputs, one row per sample.
        y: Targets.
        test_split: Fraction of the rows for testing, in [0, 1).
        seed: Seed of NumPy's legacy generator.

    Raises:
        ConfigurationError: If ``test_split`` lies outside [0, 1).
    """
    count = int(len(x) * (1 - _checked(test_split)))
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    return (x[order[:count]], y[order[:count]]), (x[order[count:]], y[order[count:]])


def _checked(test_split: Any) -> float:
    if not isinstance(test_split, int | float) or not 0 <= test_split < 1:
        raise ConfigurationError(f"`test_split` must be a fraction in [0, 1); received: {test_split!r}.")
    return test_split
