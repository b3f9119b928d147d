"""Losses of the estimators against scikit-learn's metrics, formulas written out, and what their optimum must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import QuantileRegressor
from sklearn.metrics import (
    brier_score_loss,
    log_loss,
    mean_absolute_error,
    mean_pinball_loss,
    mean_poisson_deviance,
    mean_squared_error,
)

from ranvier.estimators import MLPClassifier, MLPRegressor
from tests.estimators.data import Array, diabetes, iris

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = diabetes()
FEATURES, LABELS = iris()
WEIGHTS = np.random.RandomState(0).uniform(0.2, 2.0, len(Y))
STILL: dict[str, Any] = {"alpha": 0.0, "learning_rate_init": 1e-12, "max_iter": 1, "random_state": 0}
"""One step of no size: the reported loss is that of the first weights, which predict."""


def huber(y: Array, predicted: Array, delta: float, weights: Array) -> float:
    size = np.abs(y - predicted)
    losses = np.where(size <= delta, 0.5 * size**2, delta * size - 0.5 * delta**2)
    return float(np.average(losses, weights=weights))


REGRESSION: dict[str, tuple[dict[str, Any], Callable[[Array, Array, Array], float]]] = {
    "squared_error": ({}, lambda y, p, w: mean_squared_error(y, p, sample_weight=w) / 2),
    "absolute_error": ({}, lambda y, p, w: mean_absolute_error(y, p, sample_weight=w)),
    "huber": ({"huber_delta": 0.7}, lambda y, p, w: huber(y, p, 0.7, w)),
    "quantile": ({"quantile": 0.2}, lambda y, p, w: mean_pinball_loss(y, p, sample_weight=w, alpha=0.2)),
    "poisson": ({}, lambda y, p, w: mean_poisson_deviance(y, p, sample_weight=w) / 2),
}


@pytest.mark.parametrize("loss", REGRESSION)
def test_values_of_regression(loss: str) -> None:
    options, expected = REGRESSION[loss]
    y = np.exp(Y) if loss == "poisson" else Y
    model = MLPRegressor(loss, (4,), batch_size=len(Y), **options, **STILL).fit(X, y, sample_weight=WEIGHTS)
    assert model.loss_ == pytest.approx(expected(y, model.predict(X), WEIGHTS), rel=1e-5)


def focal(chances: Array, right: Array, gamma: float) -> float:
    """The mean over rows of the sum over labels of ``-(1 - p)**gamma * log(p)``, p of what is right."""
    p = np.where(right, chances, 1.0 - chances)
    return float(np.mean(np.sum(-((1.0 - p) ** gamma) * np.log(p), axis=1)))


def test_values_of_classification() -> None:
    two, sets = LABELS == "setosa", np.c_[LABELS == "setosa", LABELS != "virginica"].astype(int)
    one_hot = LABELS[:, None] == np.unique(LABELS)
    for gamma in (0.0, 2.0):
        options: dict[str, Any] = {"loss": "focal", "focal_gamma": gamma} | STILL
        model = MLPClassifier((4,), **options).fit(FEATURES, two)
        assert model.loss_ == pytest.approx(
            focal(model.predict_proba(FEATURES)[:, 1:], two[:, None], gamma), rel=1e-5
        )
        model = MLPClassifier((4,), **options).fit(FEATURES, sets)
        assert model.loss_ == pytest.approx(focal(model.predict_proba(FEATURES), sets == 1, gamma), rel=1e-5)
    model = MLPClassifier((4,), **STILL).fit(FEATURES, LABELS)
    assert model.loss_ == pytest.approx(log_loss(LABELS, model.predict_proba(FEATURES)), rel=1e-5)
    model = MLPClassifier((4,), loss="squared_error", **STILL).fit(FEATURES, LABELS)
    squares = np.sum((one_hot - model.predict_proba(FEATURES)) ** 2, axis=1)
    assert model.loss_ == pytest.approx(squares.mean() / 2, rel=1e-5)
    model = MLPClassifier((4,), loss="squared_error", **STILL).fit(FEATURES, two)
    brier = brier_score_loss(two, model.predict_proba(FEATURES)[:, 1])
    assert model.loss_ == pytest.approx(brier / 2, rel=1e-5)


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_a_network_without_hidden_layers_is_quantile_regression(quantile: float) -> None:
    theirs = QuantileRegressor(quantile=quantile, alpha=0.0).fit(X, Y)
    ours = MLPRegressor(
        "quantile", (), quantile=quantile, alpha=0.0, learning_rate_init=0.01, max_iter=400, n_iter_no_change=400,
        batch_size=len(Y), random_state=0, solver="adam",
    ).fit(X, Y)  # fmt: skip
    losses = [mean_pinball_loss(Y, each.predict(X), alpha=quantile) for each in (theirs, ours)]
    assert losses[0] <= losses[1] < 1.01 * losses[0]
    assert np.mean(ours.predict(X) >= Y) == pytest.approx(quantile, abs=0.02)


def test_quantiles_of_a_spread_that_grows() -> None:
    """On y = x * noise the quantile q is x times the normal distribution's, a curve for each q."""
    random = np.random.RandomState(0)
    x = random.uniform(0.5, 3.0, (3000, 1))
    y = x[:, 0] * random.normal(size=3000)
    for quantile, normal in ((0.1, -1.2816), (0.9, 1.2816)):
        model = MLPRegressor(
            "quantile", (16,), quantile=quantile, learning_rate_init=0.01, max_iter=60, random_state=0
        ).fit(x, y)
        grid = np.array([[0.8], [1.6], [2.6]])
        np.testing.assert_allclose(model.predict(grid), normal * grid[:, 0], rtol=0.15)


def test_huber_between_squares_and_absolute_values() -> None:
    options: dict[str, Any] = {"hidden_layer_sizes": (5,), "max_iter": 30, "random_state": 0, "tol": 0.0}
    wide = MLPRegressor("huber", huber_delta=1e6, **options).fit(X, Y)
    squares = MLPRegressor("squared_error", **options).fit(X, Y)
    np.testing.assert_allclose(wide.predict(X), squares.predict(X), atol=1e-4)
    # Adam's steps do not depend on the size of the loss, which here is delta times the absolute error.
    narrow = MLPRegressor("huber", huber_delta=1e-3, **options | {"alpha": 0.0, "epsilon": 1e-12}).fit(X, Y)
    absolute = MLPRegressor("absolute_error", **options | {"alpha": 0.0, "epsilon": 1e-12}).fit(X, Y)
    np.testing.assert_allclose(narrow.predict(X), absolute.predict(X), atol=0.02)


def test_outliers_move_squares_and_leave_medians() -> None:
    wild = Y.copy()
    wild[::20] += 100.0
    options: dict[str, Any] = {
        "hidden_layer_sizes": (),
        "learning_rate_init": 0.05,
        "max_iter": 150,
        "random_state": 0,
    }
    errors = {
        loss: mean_absolute_error(Y, MLPRegressor(loss, **options).fit(X, wild).predict(X))
        for loss in ("squared_error", "absolute_error", "huber")
    }
    assert errors["squared_error"] > 3.0
    assert max(errors["absolute_error"], errors["huber"]) < 1.0
