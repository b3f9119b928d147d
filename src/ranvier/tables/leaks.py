"""Columns that give the target away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ranvier.errors import missing_extra
from ranvier.tables.arrow import pa, pc

try:
    from sklearn.model_selection import KFold
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
except ImportError as error:  # pragma: no cover
    raise missing_extra("Looking for columns that give the target away", "scikit-learn", "data") from error

_MOST_ROWS = 4000
_LEAST_ROWS = 50
_FOLDS = 2
_NEARLY_PERFECT = 0.99
_LEAF = 3


def leak_scores(frame: Any, target: np.ndarray[Any, Any], *, classes: bool, seed: int) -> dict[str, float]:
    """Find columns of which one alone predicts the target nearly perfectly.

    A decision tree on that single column is fitted to half of the rows and judged on the other half,
    and the other way round: by the mean share of right answers of each class, or by how much of the
    variance of the target's ranks it explains.

    Args:
        frame: The columns, an Arrow table.
        target: Classes or numbers, shape (rows,).
        classes: Whether they are classes.
        seed: The seed of the sample and its halves.

    Returns:
        The score of each column that gives the target away, 1 for a perfect one.
    """
    rows = len(target)
    if rows < _LEAST_ROWS:
        return {}
    generator = np.random.default_rng(seed)
    sample = np.sort(generator.permutation(rows)[:_MOST_ROWS])
    chosen = target[sample]
    y = np.unique(chosen, return_inverse=True)[1]
    if not classes:
        y = _ranks(y)
    halves = list(KFold(_FOLDS, shuffle=True, random_state=seed).split(sample))
    part = frame.take(pa.array(sample))
    scores = {}
    for name in part.column_names:
        score = _score(_places(_as_numbers(part.column(name))), y, halves, classes=classes)
        if score >= _NEARLY_PERFECT:
            scores[name] = score
    return scores


def _ranks(codes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the mean rank of each value, so that a few far ones do not decide."""
    counts = np.bincount(codes)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[codes], np.float64)


def _as_numbers(column: Any) -> np.ndarray[Any, Any]:
    """Return any column as numbers, missing values as NaN, text by its place in the alphabet."""
    array = column.combine_chunks()
    if pa.types.is_string(array.type):
        codes = np.unique(
            array.fill_null("").to_numpy(zero_copy_only=False).astype(str), return_inverse=True
        )[1]
        return np.asarray(codes, np.float64)
    if pa.types.is_timestamp(array.type):
        array = pc.cast(array, pa.int64())
    numbers = pc.cast(array, pa.float64(), safe=False)
    return np.asarray(numbers.to_numpy(zero_copy_only=False), np.float64)


def _places(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the place of each number in their order: trees see no more, and read single precision only."""
    places = np.full(len(numbers), np.nan)
    given = ~np.isnan(numbers)
    places[given] = np.unique(numbers[given], return_inverse=True)[1]
    return places


def _score(
    x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], halves: Sequence[Any], *, classes: bool
) -> float:
    tree = DecisionTreeClassifier if classes else DecisionTreeRegressor
    predicted = np.empty(len(y), y.dtype)
    for fit, rest in halves:
        model = tree(min_samples_leaf=_LEAF, random_state=0).fit(x[fit, None], y[fit])
        predicted[rest] = model.predict(x[rest, None])
    if classes:
        return float(np.mean([(predicted[y == code] == code).mean() for code in np.unique(y)]))
    return float(1 - np.square(predicted - y).mean() / max(y.var(), 1e-12))
