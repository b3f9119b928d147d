from __future__ import annotations

import json

import numpy as np
import pytest

from ranvier.errors import DataError, LabelError, ShapeError
from ranvier.report import classification_report

NAMES = ("cat", "dog", "cow")


def _probabilities(predicted: list[int], classes: int = 3, sure: float = 0.8) -> np.ndarray:
    rows = np.full((len(predicted), classes), (1 - sure) / (classes - 1))
    rows[np.arange(len(predicted)), predicted] = sure
    return rows


def test_numbers_by_hand() -> None:
    report = classification_report(np.array([0, 0, 1, 1, 1]), _probabilities([0, 1, 1, 1, 0]), NAMES)
    assert report.accuracy == 0.6
    assert report.loss == pytest.approx(-(3 * np.log(0.8) + 2 * np.log(0.1)) / 5)
    assert report.confusion.tolist() == [[1, 1, 0], [1, 2, 0], [0, 0, 0]]
    cat, dog, cow = report.classes
    assert (cat.precision, cat.recall, cat.f1, cat.support) == (0.5, 0.5, 0.5, 2)
    assert (dog.precision, dog.recall, dog.support) == (pytest.approx(2 / 3), pytest.approx(2 / 3), 3)
    assert (cow.precision, cow.recall, cow.f1, cow.support) == (0.0, 0.0, 0.0, 0)


@pytest.mark.parametrize("seed", range(4))
def test_against_sklearn(seed: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 3, 50)
    probabilities = generator.dirichlet(np.ones(3), 50)
    report = classification_report(truth, probabilities, NAMES)
    expected = metrics.classification_report(
        truth, probabilities.argmax(axis=1), target_names=NAMES, output_dict=True, zero_division=0
    )
    for score in report.classes:
        found = (score.precision, score.recall, score.f1, score.support)
        assert found == pytest.approx(tuple(expected[score.name].values()))
    for average, name in zip(report.averages(), ("macro avg", "weighted avg"), strict=True):
        found = (average.precision, average.recall, average.f1, average.support)
        assert found == pytest.approx(tuple(expected[name].values()))
    assert report.accuracy == pytest.approx(expected["accuracy"])
    assert report.loss == pytest.approx(metrics.log_loss(truth, probabilities))
    np.testing.assert_array_equal(
        report.confusion, metrics.confusion_matrix(truth, probabilities.argmax(axis=1))
    )


def test_text_is_a_table() -> None:
    truth = np.arange(3000) % 3
    text = classification_report(truth, _probabilities(list(truth)), NAMES).as_text()
    assert text.splitlines()[0] == "            class  precision   recall       F1  support"
    assert text.splitlines()[2] == "              cat     1.0000   1.0000   1.0000    1,000"
    assert text.splitlines()[6] == "         accuracy                       1.0000    3,000"
    assert len({len(line) for line in text.splitlines() if line}) == 1


def test_json_holds_everything() -> None:
    values = classification_report(np.array([0, 1]), _probabilities([0, 0]), NAMES).as_dict()
    assert json.loads(json.dumps(values)) == values
    assert values["rows"] == 2
    assert values["classes"]["dog"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1}


def test_probability_of_nought_is_cut_off() -> None:
    report = classification_report(np.array([0]), np.array([[0.0, 1.0]]), ("a", "b"))
    assert report.loss == pytest.approx(-np.log(1e-7))


@pytest.mark.parametrize(
    ("truth", "shape", "error", "words"),
    [
        ([0, 1], (2, 2), ShapeError, r"probabilities of shape \(samples, 3\)"),
        ([0, 1], (3, 3), ShapeError, "received"),
        ([[0, 1]], (1, 3), ShapeError, "received"),
        ([], (0, 3), DataError, "no samples"),
        ([0, 3], (2, 3), LabelError, r"0\.\.2; received labels from 0 to 3"),
        ([-1, 0], (2, 3), LabelError, "received labels from -1 to 0"),
    ],
)
def test_what_does_not_fit(truth: list, shape: tuple[int, int], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        classification_report(np.array(truth, int), np.ones(shape), NAMES)
