"""Every check that scikit-learn has for estimators of others; none is expected to fail."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from ranvier.estimators import MLPClassifier, MLPRegressor


@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks([MLPClassifier(), MLPRegressor()])
def test_check(estimator: Any, check: Any) -> None:
    check(estimator)
