from __future__ import annotations

import numpy as np
import pytest

from ranvier import metrics
from ranvier.errors import ConfigurationError, ShapeError


def test_by_hand() -> None:
    assert metrics.IoU(2, [0])([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(1 / 3)
    assert metrics.BinaryIoU(threshold=0.3)([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]) == pytest.approx(1 / 3)
    one_hot = np.eye(3)[[2, 0, 1, 0]]
    scores = [[0.2, 0.3, 0.5], [0.1, 0.2, 0.7], [0.5, 0.3, 0.1], [0.1, 0.4, 0.5]]
    assert metrics.OneHotIoU(3, [0, 2])(one_hot, scores) == pytest.approx(1 / 6)


def test_fractional_weights_count_as_they_are_unless_dtype_is_an_integer() -> None:
    data = [0, 0, 1, 1], [0, 1, 0, 1], [0.3, 0.3, 0.3, 1.1]
    assert metrics.MeanIoU(2)(*data) == pytest.approx((0.3 / 0.9 + 1.1 / 1.7) / 2)
    assert metrics.MeanIoU(2, dtype="int")(*data) == pytest.approx(1.0)


def test_axis() -> None:
    labels = np.array([[0, 1], [2, 2]])
    first = np.moveaxis(np.eye(3)[labels], -1, 1)
    assert metrics.OneHotMeanIoU(3, axis=1)(first, first) == pytest.approx(1.0)


def test_weights_of_rows_spread_over_their_pixels() -> None:
    targets, predictions = np.array([[0, 1], [1, 0]]), np.array([[0, 1], [0, 0]])
    assert metrics.MeanIoU(2)(targets, predictions, sample_weight=[1, 0]) == pytest.approx(1.0)


@pytest.mark.parametrize("classes", [0, -2, 2.5, True])
def test_wrong_number_of_classes(classes) -> None:
    for kind in (metrics.MeanIoU, lambda number: metrics.IoU(number, [0])):
        with pytest.raises(ConfigurationError, match="`num_classes` must be a positive integer"):
            kind(classes)


@pytest.mark.parametrize("ids", [[2], [-1], []])
def test_wrong_classes(ids) -> None:
    with pytest.raises(ConfigurationError, match=r"must name classes in \[0, 2\)"):
        metrics.BinaryIoU(ids)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError):
        metrics.MeanIoU(2).update_state([0, 1], [0, 1, 1])
