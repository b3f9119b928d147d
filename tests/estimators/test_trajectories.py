"""Equal seeds give scikit-learn's own training: first weights, orders, steps, stopping, curves."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn import neural_network

from ranvier import estimators
from tests.estimators.data import diabetes, digits

ATTRIBUTES = (
    *("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"),
    # Names of scikit-learn's own that programs look at.
    *("_no_improvement_count",),
)

X_DIGITS, DIGITS = digits()
X_DIABETES, DIABETES = diabetes()
WEIGHTS = np.random.RandomState(0).uniform(0.1, 3.0, len(DIABETES))

CLASSIFIERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "multiclass": (DIGITS, {}),
    "binary": (DIGITS > 4, {"alpha": 0.5}),
    "multilabel": (np.c_[DIGITS > 4, DIGITS % 2 == 0].astype(int), {}),
    "adaptive": (DIGITS, {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.5, "tol": 0.02,
                          "n_iter_no_change": 2, "activation": "tanh"}),
    "invscaling": (DIGITS, {"solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.3,
                            "power_t": 0.2, "activation": "logistic", "nesterovs_momentum": False}),
    "without momentum": (DIGITS, {"solver": "sgd", "momentum": 0.0, "learning_rate_init": 0.1,
                                  "activation": "identity"}),
    "in order": (DIGITS, {"shuffle": False, "batch_size": 64, "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-6}),
    "small": (DIGITS, {"hidden_layer_sizes": [10, 5], "batch_size": 100}),
}  # fmt: skip

REGRESSORS: dict[str, tuple[Any, dict[str, Any], Any]] = {
    "plain": (DIABETES, {"batch_size": 100, "alpha": 1.0}, None),
    "weighted": (DIABETES, {"batch_size": 100, "alpha": 1.0}, WEIGHTS),
    "poisson": (np.exp(DIABETES), {"loss": "poisson"}, None),
    "early stopping": (DIABETES, {"early_stopping": True, "max_iter": 60}, None),
    "early stopping, weighted": (DIABETES, {"early_stopping": True, "max_iter": 40}, WEIGHTS),
}


def fitted(kind: str, X: Any, y: Any, sample_weight: Any, options: dict[str, Any]) -> tuple[Any, Any]:
    given = {"max_iter": 15, "random_state": 3, "hidden_layer_sizes": (20,)} | options
    pair = [getattr(module, kind)(**given) for module in (neural_network, estimators)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for estimator in pair:
            estimator.fit(X, y, sample_weight=sample_weight)
    return pair[0], pair[1]


def assert_same(theirs: Any, ours: Any) -> None:
    for name in ATTRIBUTES:
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours._optimizer.learning_rate == pytest.approx(theirs._optimizer.learning_rate_init, rel=1e-6) or (
        ours._optimizer.learning_rate == pytest.approx(theirs._optimizer.learning_rate, rel=1e-6)
    )
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-4)
    for name in ("coefs_", "intercepts_"):
        for mine, other in zip(getattr(ours, name), getattr(theirs, name), strict=True):
            np.testing.assert_allclose(mine, other, atol=2e-4)
            assert mine.dtype == np.float32


@pytest.mark.parametrize("case", CLASSIFIERS)
def test_classifier(case: str) -> None:
    y, options = CLASSIFIERS[case]
    theirs, ours = fitted("MLPClassifier", X_DIGITS, y, None, options)
    assert_same(theirs, ours)
    np.testing.assert_array_equal(ours.classes_, theirs.classes_)
    np.testing.assert_allclose(ours.predict_proba(X_DIGITS), theirs.predict_proba(X_DIGITS), atol=1e-4)
    np.testing.assert_array_equal(ours.predict(X_DIGITS), theirs.predict(X_DIGITS))
    assert ours.loss_ == pytest.approx(theirs.loss_, rel=1e-4)
    assert ours.best_loss_ == pytest.approx(theirs.best_loss_, rel=1e-4)
    assert ours.validation_scores_ is theirs.validation_scores_ is None
    assert ours.best_validation_score_ is theirs.best_validation_score_ is None


@pytest.mark.parametrize("case", REGRESSORS)
def test_regressor(case: str) -> None:
    y, options, sample_weight = REGRESSORS[case]
    theirs, ours = fitted("MLPRegressor", X_DIABETES, y, sample_weight, options)
    assert_same(theirs, ours)
    np.testing.assert_allclose(ours.predict(X_DIABETES), theirs.predict(X_DIABETES), atol=1e-3)
    if "early stopping" in case:
        np.testing.assert_allclose(ours.validation_scores_, theirs.validation_scores_, atol=1e-4)
        assert ours.best_validation_score_ == max(ours.validation_scores_)
        assert ours.best_loss_ is theirs.best_loss_ is None


def test_several_outputs_train_as_scikit_learn_and_report_the_loss_that_is_optimized() -> None:
    both = np.c_[DIABETES, -2.0 * DIABETES]
    theirs, ours = fitted("MLPRegressor", X_DIABETES, both, None, {"alpha": 0.0})
    np.testing.assert_allclose(ours.coefs_[0], theirs.coefs_[0], atol=2e-4)
    assert ours.predict(X_DIABETES).shape == both.shape
    # scikit-learn descends on the sum over the outputs, and reports their mean.
    np.testing.assert_allclose(ours.loss_curve_, 2.0 * np.array(theirs.loss_curve_), rtol=1e-3)


def test_partial_fits_and_warm_starts() -> None:
    pair = [module.MLPClassifier((20,), random_state=1) for module in (neural_network, estimators)]
    for estimator in pair:
        for start in range(0, 400, 100):
            rows = slice(start, start + 100)
            estimator.partial_fit(X_DIGITS[rows], DIGITS[rows], classes=np.arange(10))
    assert_same(*pair)
    pair = [
        module.MLPClassifier((20,), max_iter=5, random_state=1) for module in (neural_network, estimators)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for estimator in pair:
            # The means of gradients go on, too.
            estimator.fit(X_DIGITS, DIGITS).partial_fit(X_DIGITS, DIGITS).partial_fit(X_DIGITS, DIGITS)
    assert_same(*pair)
    pair = [
        module.MLPClassifier((20,), random_state=1, warm_start=True, max_iter=3)
        for module in (neural_network, estimators)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for estimator in pair:
            estimator.fit(X_DIGITS, DIGITS).fit(X_DIGITS, DIGITS)
    assert len(pair[1].loss_curve_) == 6
    assert_same(*pair)


def test_signatures_hold_every_parameter_of_scikit_learn() -> None:
    for kind in ("MLPClassifier", "MLPRegressor"):
        theirs = getattr(neural_network, kind)().get_params()
        ours = getattr(estimators, kind)().get_params()
        assert theirs.items() <= ours.items()
    assert estimators.MLPRegressor("huber", (7,), "tanh").hidden_layer_sizes == (7,)
    assert estimators.MLPClassifier((7,), "tanh").activation == "tanh"
