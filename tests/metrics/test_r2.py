from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import r2_score

from ranvier import metrics
from ranvier.errors import ConfigurationError, ShapeError

RANDOM = np.random.default_rng(6)
TARGETS = RANDOM.normal(1000.0, 1.0, (30, 2)).astype(np.float32)
PREDICTIONS = TARGETS + RANDOM.normal(size=(30, 2)).astype(np.float32)


def test_by_hand() -> None:
    assert metrics.R2Score()([[1], [4], [3]], [[2], [4], [4]]) == np.float32(4 / 7)
    assert metrics.R2Score()([1, 4, 3], [2, 4, 4]) == np.float32(4 / 7)
    assert metrics.R2Score()([1, 4, 3], [[2], [4], [4]]) == np.float32(4 / 7)


@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        (None, "raw_values"),
        ("uniform_average", "uniform_average"),
        ("variance_weighted_average", "variance_weighted"),
    ],
)
def test_against_sklearn_far_from_zero(own: str | None, theirs: str) -> None:
    metric, weights = metrics.R2Score(own), RANDOM.random(30)
    for part in np.split(np.arange(30), 3):
        metric.update_state(TARGETS[part], PREDICTIONS[part], weights[part])
    expected = r2_score(TARGETS, PREDICTIONS, sample_weight=weights, multioutput=theirs)
    np.testing.assert_allclose(metric.result(), expected, rtol=1e-5)


def test_adjusted() -> None:
    plain = metrics.R2Score()([1, 4, 3, 2], [2, 4, 4, 2])
    adjusted = metrics.R2Score(num_regressors=1)([1, 4, 3, 2], [2, 4, 4, 2])
    assert adjusted == pytest.approx(1 - (1 - plain) * 3 / 2)
    with pytest.warns(UserWarning, match="needs more than 4 samples for 3 regressors; received: 4"):
        assert metrics.R2Score(num_regressors=3)([1, 4, 3, 2], [2, 4, 4, 2]) == plain


@pytest.mark.parametrize(
    "options", [{"class_aggregation": "mean"}, {"num_regressors": -1}, {"num_regressors": 0.5}]
)
def test_options_that_cannot_be_used(options) -> None:
    with pytest.raises(ConfigurationError, match=f"`{next(iter(options))}` must be"):
        metrics.R2Score(**options)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match="R2Score needs"):
        metrics.R2Score().build((4, 2, 2), (4, 2, 2))
    metric = metrics.R2Score()
    metric.update_state(TARGETS, PREDICTIONS)
    with pytest.raises(ShapeError, match="scores 2 outputs; received: y_pred with 1"):
        metric.update_state(TARGETS[:, 0], PREDICTIONS[:, 0])
