from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError, DataError, LabelError, ShapeError, UnknownNameError
from ranvier.plots import confusion_matrix
from ranvier.plots.confusion import _colours, class_numbers, count_confusions

RNG = np.random.default_rng(0)
TRUE = np.array([0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 1, 1, 1, 0])


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_counts_by_hand():
    np.testing.assert_array_equal(count_confusions(TRUE, PREDICTED), [[2, 1, 0], [0, 2, 0], [1, 0, 0]])


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_counts_equal_sklearns(classes):
    metrics = pytest.importorskip("sklearn.metrics")
    true, predicted = RNG.integers(0, classes, (2, 200))
    expected = metrics.confusion_matrix(true, predicted)
    np.testing.assert_array_equal(count_confusions(true, predicted), expected)
    one_hot, probabilities = np.eye(classes)[true], np.eye(classes)[predicted] * 0.5 + 0.1
    np.testing.assert_array_equal(count_confusions(one_hot, probabilities), expected)
    np.testing.assert_array_equal(count_confusions(true[:, None], predicted.astype(float)), expected)


def test_probabilities_of_one_neuron():
    np.testing.assert_array_equal(class_numbers([[0.2], [0.7], [0.5]]), [0, 1, 0])
    np.testing.assert_array_equal(class_numbers(np.array([[True], [False]])), [1, 0])
    np.testing.assert_array_equal(class_numbers([[2.0], [0.0]]), [2, 0])


def test_long_names_leave_room_for_the_title(drawn):
    figure = confusion_matrix([0, 1], [0, 1], class_names=np.array(["x" * 300, "a rather long name"]))
    drawn(figure)
    (axes,) = figure.axes
    assert axes.get_yticklabels()[0].get_text() == "x" * 27 + "…"
    assert axes.title.get_window_extent().x1 < figure.bbox.x1
    assert axes._left_title.get_window_extent().x1 < figure.bbox.x1


def test_drawing(drawn):
    figure = confusion_matrix(TRUE, PREDICTED, class_names=["cat", "dog", "giraffe"])
    drawn(figure)
    axes = figure.axes[0]
    assert texts(figure) == ["2", "1", "", "", "2", "", "1", "", ""]
    assert axes.get_title(loc="left") == "66.67% right (4 of 6)"
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "dog", "giraffe"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")
    assert confusion_matrix([0], [0], title="Mine").axes[0].get_title(loc="left") == "Mine"


@pytest.mark.parametrize(
    ("normalize", "expected"),
    [
        ("true", ["66.7%", "33.3%", "", "", "100.0%", "", "100.0%", "", ""]),
        ("pred", ["66.7%", "33.3%", "", "", "66.7%", "", "33.3%", "", ""]),
        ("all", ["33.3%", "16.7%", "", "", "33.3%", "", "16.7%", "", ""]),
    ],
)
def test_shares(normalize, expected):
    assert texts(confusion_matrix(TRUE, PREDICTED, normalize=normalize)) == expected


def test_colours():
    colours = _colours(np.array([[9, 1], [0, 10]]))
    assert colours.shape == (2, 2, 3)
    assert colours[1, 0].tolist() == [0.965] * 3  # nothing there
    assert colours[0, 1, 0] > colours[0, 1, 2]  # a mistake is warm
    assert colours[0, 0, 2] > colours[0, 0, 0]  # right is blue


def test_many_classes(drawn):
    true, predicted = RNG.integers(0, 60, (2, 500))
    figure = confusion_matrix(true, predicted)
    drawn(figure)
    assert texts(figure) == []


@pytest.mark.parametrize(
    ("true", "predicted", "options", "error", "sentence"),
    [
        ([0, 1], [0], {}, ShapeError, "equally many samples; received: 2 and 1"),
        ([], [], {}, DataError, "no samples"),
        ([0, -1], [0, 0], {}, LabelError, "whole numbers from 0"),
        ([0.5, 1.0], [0, 0], {}, LabelError, "whole numbers from 0"),
        (["a"], ["b"], {}, LabelError, "received: shape .1,., dtype <U1"),
        (np.zeros((2, 2, 2)), [0, 1], {}, LabelError, "received: shape"),
        ([0, 2], [0, 1], {"class_names": ["a", "b"]}, ConfigurationError, "received: 2 names and a class 2"),
        ([0], [0], {"normalize": "rows"}, UnknownNameError, "Unknown `normalize`"),
    ],
)
def test_what_is_refused(true, predicted, options, error, sentence):
    with pytest.raises(error, match=sentence):
        confusion_matrix(true, predicted, **options)


def test_class_names_that_look_like_mathematics(drawn):
    drawn(confusion_matrix([0, 1, 1], [0, 1, 0], ["$5", r"$\frac$"]))
