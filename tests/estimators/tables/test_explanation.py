from __future__ import annotations

import json

import numpy as np
import pytest

from ranvier import TabularClassifier, TabularRegressor
from ranvier.errors import ConfigurationError
from tests.estimators.tables.tables import awkward, labels_of

FRAME = awkward(240)
SMALL = {"hidden_layer_sizes": (16, 8), "epochs": 40, "n_members": 2, "random_state": 0}


@pytest.fixture(scope="module")
def classifier() -> TabularClassifier:
    return TabularClassifier(**SMALL).fit(FRAME, labels_of(FRAME))


def test_columns_that_matter_come_first(classifier: TabularClassifier) -> None:
    found = classifier.explain(FRAME, labels_of(FRAME), random_state=0)
    ranked = [column["name"] for column in found.as_dict()["columns"]]
    assert set(ranked[:2]) == {"size", "colour"}
    assert "same" not in ranked
    assert found.metric == "log_loss"
    assert json.dumps(found.as_dict())
    assert str(found).splitlines()[1].startswith(ranked[0])


def test_attributions_add_up_to_the_probability(classifier: TabularClassifier) -> None:
    found = classifier.explain(FRAME, n_repeats=1)
    np.testing.assert_allclose(found.outputs - found.baseline, found.attributions.sum(axis=1))
    means = np.mean(
        [
            np.exp(each - each.max(axis=1, keepdims=True))
            / np.exp(each - each.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
            for each in classifier._member_outputs(FRAME)
        ],
        axis=0,
    )
    np.testing.assert_allclose(found.outputs, means[:, 1])


def test_attributions_add_up_to_the_prediction_of_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranvier.estimators.tables.explanation.MOST_ATTRIBUTED", 50)
    y = 100.0 * FRAME["count"].to_numpy() + 7.0
    regressor = TabularRegressor(**SMALL).fit(FRAME, y)
    found = regressor.explain(FRAME, y)
    assert len(found.rows) == 50
    scale = np.abs(found.outputs - found.baseline).max()
    np.testing.assert_allclose(found.outputs - found.baseline, found.attributions.sum(axis=1))
    inside = np.abs(found.outputs - regressor.predict(FRAME.iloc[found.rows])) < 1e-6 * scale
    assert inside.mean() > 0.5  # the others are clipped to the targets seen
    assert found.as_dict()["columns"][0]["name"] == "count"
    assert found.metric == "rmse"
    assert found.importances[list(found.columns).index("count")] > 50.0


def test_three_classes_are_explained_by_the_most_probable() -> None:
    labels = np.array(["a", "b", "c"])[FRAME["count"].to_numpy() // 3]
    classifier = TabularClassifier(**SMALL).fit(FRAME, labels)
    found = classifier.explain(FRAME, labels, n_repeats=2, random_state=1)
    np.testing.assert_allclose(found.outputs - found.baseline, found.attributions.sum(axis=1))
    assert found.mean_attributions.argmax() == list(found.columns).index("count")


def test_repeats_are_a_number(classifier: TabularClassifier) -> None:
    with pytest.raises(ConfigurationError, match="`n_repeats`"):
        classifier.explain(FRAME, n_repeats=0)
