from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, make_friedman1

from ranvier import TabularRegressor
from ranvier.errors import ShapeError
from tests.estimators.tables.tables import awkward

FRAME = awkward()


def small(**changes: Any) -> TabularRegressor:
    settings: dict[str, Any] = {
        "hidden_layer_sizes": (16, 8),
        "epochs": 60,
        "n_members": 2,
        "random_state": 0,
    }
    return TabularRegressor(**(settings | changes))


def test_numbers_are_learned_in_their_own_unit() -> None:
    X, y = make_friedman1(400, noise=0.5, random_state=0)
    regressor = small().fit(X[:300], 1e6 + 1e3 * y[:300])
    assert regressor.score(X[300:], 1e6 + 1e3 * y[300:]) > 0.8
    member = regressor.members_[0]
    assert member.score == min(member.history["val_rmse"])
    assert 1e2 < regressor.validation_score_ < 1e4
    assert set(regressor.history_) == {"loss", "val_rmse", "val_mae"}


def test_predictions_stay_between_the_targets() -> None:
    X = np.linspace(-1.0, 1.0, 60)[:, None]
    regressor = small().fit(X, X[:, 0])
    found = regressor.predict(np.array([[-1e9], [1e9], [np.inf], [np.nan]]))
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1.0
    np.testing.assert_array_equal(regressor.target_bounds_, [[-1.0], [1.0]])


def test_several_targets() -> None:
    X, _ = make_friedman1(200, random_state=0)
    y = np.stack([X[:, 0], 100.0 * X[:, 1]], axis=1)
    regressor = small().fit(X, y)
    assert regressor.predict(X).shape == (200, 2)
    assert regressor.score(X, y) > 0.8
    with pytest.raises(ShapeError, match="must hold 2 targets"):
        regressor.fit(X, y, eval_set=(X, y[:, 0]))


def test_raw_frames_and_rows_of_ones_own() -> None:
    y = FRAME["count"].to_numpy() * 2.0
    regressor = small().fit(FRAME, y, eval_set=(FRAME, pd.Series(y)))
    assert regressor.score(FRAME, y) > 0.8
    by_mae = small(validation_metric="mae", epochs=5).fit(FRAME, y)
    assert by_mae.members_[0].score == min(by_mae.members_[0].history["val_mae"])


def test_equal_targets_are_predicted() -> None:
    X, _ = load_diabetes(return_X_y=True)
    assert small(epochs=2).fit(X[:50], np.full(50, 7.0)).predict(X[:3]).tolist() == [7.0] * 3


def test_a_weight_and_repeated_rows_are_the_same() -> None:
    X, y = load_diabetes(return_X_y=True)
    weights = np.arange(60) % 3
    one = small(epochs=5).fit(X[:60], y[:60], weights)
    other = small(epochs=5).fit(np.repeat(X[:60], weights, axis=0), np.repeat(y[:60], weights))
    np.testing.assert_array_equal(one.predict(X), other.predict(X))


@pytest.mark.parametrize(
    ("y", "message"),
    [(["a"] * 90, "could not convert|must be"), ([np.nan] * 90, "NaN"), ([np.inf] * 90, "infinity")],
)
def test_impossible_targets_are_refused(y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small().fit(FRAME, y)
