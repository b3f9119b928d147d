from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import DataError, ShapeError
from ranvier.plots import calibration_curve
from ranvier.plots.calibration import calibration_of


def test_by_hand():
    # Bin 0.1-0.2: predicted 0.15, none true. Bin 0.7-0.8: predicted 0.7 and 0.74, one true.
    found = calibration_of([0, 1, 0], [0.15, 0.7, 0.74])
    np.testing.assert_allclose(found.predicted, [0.15, 0.72])
    np.testing.assert_allclose(found.observed, [0, 0.5])
    np.testing.assert_array_equal(found.counts, [1, 2])
    assert found.error == pytest.approx((0.15 + 2 * 0.22) / 3)


def test_of_many_classes_the_predicted_one_is_judged():
    found = calibration_of([0, 2], [[0.5, 0.3, 0.2], [0.5, 0.1, 0.4]])
    assert (found.predicted.tolist(), found.observed.tolist()) == ([0.5], [0.5])


def test_certainty_falls_into_the_last_bin():
    assert calibration_of([1], [1.0]).error == 0


def test_agrees_with_scikit_learn():
    from sklearn.calibration import calibration_curve as reference

    generator = np.random.default_rng(0)
    probabilities = generator.random(500)
    y = (generator.random(500) < probabilities).astype(int)
    observed, predicted = reference(y, probabilities, n_bins=10)
    found = calibration_of(y, probabilities)
    np.testing.assert_allclose(found.observed, observed)
    np.testing.assert_allclose(found.predicted, predicted)


def test_names_that_look_like_mathematics(drawn):
    figure = calibration_curve([0, 1, 1], [[0.9, 0.1], [0.3, 0.7], [0.4, 0.6]], ["$5", r"$\frac$"])
    drawn(figure)
    assert figure.axes[0].get_xlabel() == r"predicted probability of $\frac$"


@pytest.mark.parametrize(
    ("y", "probabilities", "error"), [([], np.zeros((0, 2)), DataError), ([0, 1], [[0.5, 0.5]], ShapeError)]
)
def test_refused(y, probabilities, error):
    with pytest.raises(error):
        calibration_of(np.array(y, int), probabilities)
