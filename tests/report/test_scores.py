from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from ranvier.report.scores import best_of, classification_scores, regression_scores, score_text
from ranvier.tables.wording import number_text

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("classes", [2, 3])
def test_classification_agrees_with_scikit_learn(classes: int) -> None:
    probabilities = RNG.dirichlet(np.ones(classes), 200)
    y = RNG.integers(0, classes, 200)
    predicted = probabilities.argmax(axis=1)
    scores = classification_scores(y, probabilities)
    assert scores["accuracy"] == pytest.approx(metrics.accuracy_score(y, predicted))
    assert scores["balanced_accuracy"] == pytest.approx(metrics.balanced_accuracy_score(y, predicted))
    assert scores["f1_macro"] == pytest.approx(metrics.f1_score(y, predicted, average="macro"))
    assert scores["log_loss"] == pytest.approx(metrics.log_loss(y, probabilities))
    given = probabilities[:, 1] if classes == 2 else probabilities
    assert scores["roc_auc"] == pytest.approx(metrics.roc_auc_score(y, given, multi_class="ovr"))
    if classes == 2:
        assert scores["brier"] == pytest.approx(metrics.brier_score_loss(y, given))


def test_a_class_never_trained_on_is_a_mistake() -> None:
    scores = classification_scores(np.array([0, -1]), np.array([[0.9, 0.1], [0.8, 0.2]]))
    assert scores["accuracy"] == 0.5
    assert scores["log_loss"] == pytest.approx(-np.log(0.9))
    assert "roc_auc" not in scores
    assert set(classification_scores(np.array([-1]), np.array([[0.9, 0.1]]))) == {
        "accuracy",
        "balanced_accuracy",
        "f1_macro",
    }


def test_certain_mistakes_have_a_finite_loss() -> None:
    assert classification_scores(np.array([0]), np.array([[0.0, 1.0]]))["log_loss"] == pytest.approx(
        -np.log(1e-7)
    )


def test_regression_by_hand() -> None:
    scores = regression_scores(np.array([1.0, 2.0, 6.0]), np.array([1.0, 4.0, 5.0]))
    # squared errors 0, 4, 1; squared distances from the mean 4, 1, 9
    expected = {"rmse": (5 / 3) ** 0.5, "mae": 1.0, "median_absolute_error": 1.0, "r2": 1 - 5 / 14}
    assert scores == pytest.approx(expected)
    assert "r2" not in regression_scores(np.ones(2), np.ones(2))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234567, "1,234,567"),
        (0.12345, "0.1235"),
        (12.3456, "12.35"),
        (1e12, "1.000e+12"),
        (-2e-7, "-2.000e-07"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number_text(value) == text


def test_scores_as_text() -> None:
    assert score_text("accuracy", 0.98765) == "98.77%"
    assert score_text("roc_auc", 0.98765) == "0.9877"
    assert score_text("rmse", None) == "–"


def test_the_best() -> None:
    assert best_of("accuracy", [0.5, None, 0.9, 0.9]) == {2, 3}
    assert best_of("rmse", [3.0, 2.0]) == {1}
    assert best_of("rmse", [2.0, 2.0]) == set()
    assert best_of("rmse", [2.0, None]) == set()
