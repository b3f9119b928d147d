from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import DataError, ShapeError
from ranvier.plots import prediction_errors


def test_dots_and_histogram(drawn):
    figure = prediction_errors([1.0, 2.0, 4.0], [1.5, 2.0, 3.0], title="Houses")
    drawn(figure)
    left, right = figure.axes
    np.testing.assert_allclose(left.collections[0].get_offsets(), [[1, 1.5], [2, 2], [4, 3]])
    assert sum(patch.get_height() for patch in right.patches) == 1  # the outermost errors are cut off


def test_many_samples_are_thinned():
    figure = prediction_errors(np.arange(10_000.0), np.arange(10_000.0))
    assert len(figure.axes[0].collections[0].get_offsets()) == 1429


def test_perfect_predictions(drawn):
    drawn(prediction_errors([5.0, 5.0], [5.0, 5.0]))


@pytest.mark.parametrize(
    ("y", "predicted", "error"),
    [([], [], DataError), ([1.0], [1.0, 2.0], ShapeError), ([1.0], [float("nan")], DataError)],
)
def test_refused(y, predicted, error):
    with pytest.raises(error):
        prediction_errors(y, predicted)
