"""The checks that scikit-learn has for estimators of others; none is expected to fail."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from ranvier import TabularClassifier, TabularRegressor

SETTINGS: dict[str, Any] = {"hidden_layer_sizes": (64,), "epochs": 40, "n_members": 2}
"""A fraction of the work of the defaults, which pass them as well."""


@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks([TabularClassifier(**SETTINGS), TabularRegressor(**SETTINGS)])
def test_check(estimator: Any, check: Any) -> None:
    check(estimator)
