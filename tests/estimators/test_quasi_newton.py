from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge

from ranvier.errors import ConfigurationError, DataError, NonFiniteLossError
from ranvier.estimators import MLPClassifier, MLPRegressor, rows
from tests.estimators.data import diabetes, iris

X, Y = diabetes()


def test_without_hidden_layers_it_is_ridge_regression() -> None:
    weights = np.random.RandomState(0).uniform(0.5, 2.0, len(Y))
    ours = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=5.0, tol=1e-6, random_state=0)
    ours.fit(X, Y, sample_weight=weights)
    theirs = Ridge(alpha=5.0).fit(X, Y, sample_weight=weights)
    np.testing.assert_allclose(ours.coefs_[0][:, 0], theirs.coef_, atol=1e-3)
    np.testing.assert_allclose(ours.intercepts_[0][0], theirs.intercept_, atol=1e-3)
    assert ours.loss_curve_[-1] == ours.loss_ == min(ours.loss_curve_)
    assert len(ours.loss_curve_) == ours.n_iter_


def test_without_hidden_layers_it_is_logistic_regression() -> None:
    features, labels = iris()
    ours = MLPClassifier((), solver="lbfgs", alpha=1.0, tol=1e-6, random_state=0).fit(features, labels)
    theirs = LogisticRegression(C=1.0, tol=1e-6).fit(features, labels)
    np.testing.assert_allclose(ours.predict_proba(features), theirs.predict_proba(features), atol=5e-3)


def test_own_validation_rows_and_limits() -> None:
    with pytest.warns(ConvergenceWarning, match="lbfgs failed to converge after 40"):
        model = MLPRegressor(solver="lbfgs", max_iter=40, random_state=0, progress_bar=True).fit(
            X[:300], Y[:300], eval_set=(X[300:], Y[300:])
        )
    assert model.score(X[300:], Y[300:]) == pytest.approx(model.best_validation_score_, abs=1e-5)
    assert model.n_iter_ == len(model.validation_scores_) == 40
    with pytest.warns(ConvergenceWarning, match="max_fun"):
        MLPRegressor(solver="lbfgs", max_fun=3, random_state=0).fit(X, Y)


def test_what_needs_mini_batches_is_refused() -> None:
    for option in ({"dropout": 0.5}, {"batch_normalization": True}, {"callbacks": [object()]}):
        with pytest.raises(ConfigurationError, match="no mini-batches"):
            MLPRegressor(solver="lbfgs", **option).fit(X, Y)  # type: ignore[arg-type]


def test_a_loss_that_is_infinite_from_the_start() -> None:
    with pytest.raises(NonFiniteLossError, match="Scale the inputs"):
        MLPRegressor(solver="lbfgs", random_state=0).fit(X * 1e30, Y)


def test_sparse_rows_too_large_to_be_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_MERGED", 0)
    monkeypatch.setattr("ranvier.training.data.table.default_budget", lambda: 0)
    with pytest.raises(DataError, match="needs all rows in memory"):
        MLPRegressor(solver="lbfgs").fit(sparse.csr_matrix(X), Y)
