"""scikit-learn's face: ``MLPClassifier`` and ``MLPRegressor``, drop-in for those of ``sklearn.neural_network``.

``TabularClassifier`` and ``TabularRegressor`` take tables as they come.

Example:
    >>> from ranvier.estimators import MLPClassifier
    >>> MLPClassifier(hidden_layer_sizes=(32,), dropout=0.1)
    MLPClassifier(dropout=0.1, hidden_layer_sizes=(32,))
"""

from __future__ import annotations

from ranvier.errors import missing_extra

try:
    import sklearn  # noqa: F401
except ImportError as error:
    raise missing_extra("scikit-learn's face", "scikit-learn", "data") from error

from ranvier.estimators.classifier import MLPClassifier
from ranvier.estimators.regressor import MLPRegressor
from ranvier.estimators.tables import (
    ColumnSchema,
    Schema,
    TabularClassifier,
    TabularRegressor,
    load_estimator,
)

__all__ = [
    "ColumnSchema",
    "MLPClassifier",
    "MLPRegressor",
    "Schema",
    "TabularClassifier",
    "TabularRegressor",
    "load_estimator",
]
