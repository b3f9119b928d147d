"""The checks that scikit-learn has for estimators of others; none is expected to fail."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from ranvier import TabularClassifier, TabularRegressor

SMALL: dict[str, Any] = {"hidden_layer_sizes": (32,), "epochs": 40, "n_members": 2}
"""A fraction of the work of the defaults, which pass as well."""

NUMERICAL = (
    *("check_classifiers_train", "check_regressors_train", "check_methods_sample_order_invariance"),
    *("check_methods_subset_invariance", "check_sample_weight_equivalence_on_dense_data"),
)
"""What depends on how the numbers are computed; the other checks are about the face, which is one."""


@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(
    [TabularClassifier(**SMALL, recipe="td-s"), TabularRegressor(**SMALL, recipe="td-s")]
)
def test_check(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", [TabularClassifier(**SMALL), TabularRegressor(**SMALL)], ids=repr)
def test_numerical_checks_of_the_full_recipe(estimator: Any) -> None:
    ran = 0
    for each, check in estimator_checks_generator(estimator):
        if check.func.__name__ in NUMERICAL:
            check(each)
            ran += 1
    assert ran == 6
