"""What a model has to be better than: always the same answer, and a linear model."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ranvier.errors import missing_extra
from ranvier.estimators.tables.encoding import Encoded

try:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.preprocessing import OneHotEncoder
except ImportError as error:  # pragma: no cover
    raise missing_extra("A linear model to compare with", "scikit-learn", "data") from error

LINEAR, FREQUENT, MEAN = "linear model", "most frequent class", "mean"

_MOST_ROWS = 50_000
_STEPS = 300


def constant_probabilities(training: np.ndarray[Any, Any], classes: int, rows: int) -> np.ndarray[Any, Any]:
    """Return for each row the shares of the classes in the training rows.

    Args:
        training: Class numbers of the training rows.
        classes: How many classes there are.
        rows: How many rows to answer for.
    """
    shares = np.bincount(training, minlength=classes) / len(training)
    return np.tile(shares, (rows, 1))


def linear_predictions(
    training: Encoded, y: np.ndarray[Any, Any], test: Encoded, *, classes: int | None, seed: int
) -> np.ndarray[Any, Any]:
    """Fit a linear model from scikit-learn to what the network is given, categories as indicators, and predict.

    Args:
        training: The training rows as the network takes them; of many an even part.
        y: Their class numbers, or numbers, shape (rows,).
        test: The rows to predict.
        classes: How many classes there are; None for numbers.
        seed: The seed of the part and of the fit.

    Returns:
        Probabilities, shape (rows, classes); or numbers, shape (rows,).
    """
    if len(y) > _MOST_ROWS:
        chosen = np.sort(np.random.default_rng(seed).permutation(len(y))[:_MOST_ROWS])
        training, y = training.take(chosen), y[chosen]
    encoder = OneHotEncoder(handle_unknown="ignore", dtype=np.float32)
    codes = encoder.fit_transform(_codes(training)) if _codes(training).shape[1] else None
    x = _joined(training, codes)
    x_test = _joined(test, None if codes is None else encoder.transform(_codes(test)))
    if classes is None:
        return np.asarray(Ridge(random_state=seed).fit(x, y).predict(x_test))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not quite converged: it is a yardstick
        model = LogisticRegression(max_iter=_STEPS, random_state=seed).fit(x, y)
    probabilities = np.zeros((test.rows, classes))
    probabilities[:, model.classes_] = model.predict_proba(x_test)
    return probabilities


def _codes(rows: Encoded) -> np.ndarray[Any, Any]:
    return np.concatenate([rows.indicators.astype(np.int64), rows.embedded.astype(np.int64)], axis=1)


def _joined(rows: Encoded, codes: Any) -> Any:
    return rows.numbers if codes is None else hstack([csr_matrix(rows.numbers), codes], format="csr")
