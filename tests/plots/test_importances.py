from __future__ import annotations

import itertools

import pytest

from ranvier.errors import ConfigurationError, DataError, ShapeError
from ranvier.plots import importances


def test_the_most_important_is_on_top(drawn):
    figure = importances(
        ["a", "$b$", "c" * 60], [0.1, 0.3, 0.2], errors=[0.01, 0.0, 0.02], label="rise", title="All"
    )
    drawn(figure)
    (axes,) = figure.axes
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[:2] == ["$b$", "c" * 27 + "…"]
    assert axes.yaxis_inverted()


def test_numbers_below_the_bars_do_not_touch(drawn):
    figure = importances(["a", "b"], [6e-5, -1e-4])
    drawn(figure)
    boxes = [label.get_window_extent() for label in figure.axes[0].get_xticklabels() if label.get_visible()]
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))


def test_letters_that_the_font_lacks_are_not_warned_of(drawn):
    drawn(importances(["日本"], [1.0]))


def test_only_some_are_drawn():
    figure = importances([f"c{number}" for number in range(50)], range(50), most=5)
    assert figure.axes[0].get_yticklabels()[0].get_text() == "c49"
    assert len(figure.axes[0].patches) == 5


@pytest.mark.parametrize(
    ("names", "values", "options", "error"),
    [
        ([], [], {}, DataError),
        (["a"], [1, 2], {}, ShapeError),
        (["a"], [1], {"errors": [1, 2]}, ShapeError),
        (["a"], [1], {"most": 0}, ConfigurationError),
    ],
)
def test_refused(names, values, options, error):
    with pytest.raises(error):
        importances(names, values, **options)
