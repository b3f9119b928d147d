"""The checks that scikit-learn has for estimators of others; none is expected to fail."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from ranvier.estimators import MLPClassifier, MLPRegressor

NUMERICAL = (
    *("check_classifiers_train", "check_regressors_train", "check_classifiers_one_label"),
    *("check_methods_subset_invariance", "check_methods_sample_order_invariance", "check_fit_idempotent"),
    *("check_sample_weight_equivalence_on_dense_data", "check_sample_weight_equivalence_on_sparse_data"),
    *("check_classifiers_multilabel_output_format_predict_proba", "check_fit2d_1sample"),
)
"""What depends on how the numbers are computed; the other checks are about the face, which is one."""


@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks([MLPClassifier(), MLPRegressor()])
def test_check(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "estimator",
    [
        MLPClassifier(solver="lbfgs"),
        MLPRegressor(solver="lbfgs"),
        MLPRegressor("huber"),
        MLPClassifier(class_weight="balanced"),
    ],
    ids=repr,
)
def test_numerical_checks_of_other_settings(estimator: Any) -> None:
    ran = 0
    for each, check in estimator_checks_generator(estimator):
        if check.func.__name__ in NUMERICAL:
            check(each)
            ran += 1
    assert ran >= 5
