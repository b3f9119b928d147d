from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.errors import DataError, ShapeError
from ranvier.estimators import MLPRegressor
from tests.estimators.data import diabetes

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = diabetes()
QUICK: dict[str, Any] = {
    "hidden_layer_sizes": (10,),
    "max_iter": 60,
    "learning_rate_init": 0.01,
    "random_state": 0,
}


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber", "quantile", "poisson"])
def test_losses_learn_and_report_themselves(loss: str) -> None:
    y = np.exp(Y) if loss == "poisson" else Y
    options = QUICK | {"learning_rate_init": 1e-12, "max_iter": 1}
    first = MLPRegressor(loss, quantile=0.9, huber_delta=0.7, alpha=0.0, **options).fit(X, y, eval_set=(X, y))
    p, error = first.predict(X).astype(float), y - first.predict(X).astype(float)
    by_hand = {
        "squared_error": lambda: error**2 / 2,
        "absolute_error": lambda: np.abs(error),
        "huber": lambda: np.where(np.abs(error) <= 0.7, error**2 / 2, 0.7 * np.abs(error) - 0.245),
        "quantile": lambda: np.where(error > 0, 0.9 * error, -0.1 * error),
        "poisson": lambda: y * np.log(y / p) - y + p,
    }[loss]()
    assert first.loss_ == pytest.approx(by_hand.mean(), rel=1e-4)
    assert first.validation_loss_curve_ == pytest.approx([by_hand.mean()], rel=1e-4)
    trained = MLPRegressor(loss, quantile=0.9, **QUICK).fit(X, y)
    assert trained.loss_ < 0.8 * first.loss_


def test_quantile_covers_its_share() -> None:
    model = MLPRegressor("quantile", quantile=0.8, **QUICK | {"max_iter": 200}).fit(X, Y)
    assert np.mean(model.predict(X) > Y) == pytest.approx(0.8, abs=0.05)


def test_own_validation_rows_keep_the_best_weights() -> None:
    model = MLPRegressor(
        **QUICK | {"hidden_layer_sizes": (60,), "max_iter": 200, "tol": 0.0, "n_iter_no_change": 200}
    )
    model.fit(X[:200], Y[:200], eval_set=(X[200:], Y[200:]))
    assert int(np.argmax(model.validation_scores_)) < model.n_iter_ - 1
    assert model.score(X[200:], Y[200:]) == pytest.approx(model.best_validation_score_, abs=1e-5)
    assert len(model.validation_loss_curve_) == model.n_iter_


def test_bad_targets() -> None:
    with pytest.raises(DataError, match="at least 0"):
        MLPRegressor("poisson").fit(X, Y)
    with pytest.raises(DataError, match="fit float32"):
        MLPRegressor().fit(X, Y * 1e300)
    model = MLPRegressor(**QUICK).partial_fit(X, Y)
    with pytest.raises(ShapeError, match="1 outputs"):
        model.partial_fit(X, np.c_[Y, Y])
    with pytest.warns(match="column-vector"):
        model.partial_fit(X, Y[:, None])


def test_large_targets_are_scored_exactly() -> None:
    model = MLPRegressor(**QUICK | {"max_iter": 5}).fit(X, Y + 3000.0, eval_set=(X, Y + 3000.0))
    assert model.validation_scores_ is not None
    assert model.validation_scores_[-1] == pytest.approx(model.score(X, Y + 3000.0), rel=0.05)
