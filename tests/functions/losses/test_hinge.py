"""Margin losses: numbers worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.functions.losses import categorical_hinge, hinge, squared_hinge

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("labels", [[[1.0, -1.0]], [[1, 0]], [[True, False]]])
def test_by_hand(labels: list, run: Callable[..., Any]) -> None:
    scores = [[0.4, 0.4]]
    np.testing.assert_allclose(run(hinge, labels, scores), [(0.6 + 1.4) / 2], rtol=1e-6)
    np.testing.assert_allclose(run(squared_hinge, labels, scores), [(0.36 + 1.96) / 2], rtol=1e-6)


def test_nothing_to_pay_beyond_the_margin(run: Callable[..., Any]) -> None:
    np.testing.assert_array_equal(run(hinge, [[1.0, -1.0]], [[1.5, -1.0]]), [0.0])


def test_categorical_hinge_by_hand(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(
        run(categorical_hinge, [[0, 1, 0], [1, 0, 0]], [[0.5, 0.2, 0.1], [2.0, 0.5, 0.1]]),
        [1.3, 0.0],
        rtol=1e-6,
    )


def test_a_row_does_not_depend_on_the_rows_beside_it(run: Callable[..., Any]) -> None:
    zero_and_one, minus_one = [[0.0], [1.0]], [[-1.0], [1.0]]
    scores = [[0.3], [0.3]]
    together = run(hinge, zero_and_one + minus_one, scores + scores)
    np.testing.assert_allclose(together, np.tile(run(hinge, zero_and_one, scores), 2))


def test_integer_labels_with_categorical_hinge() -> None:
    with pytest.raises(ShapeError, match="to_categorical"):
        categorical_hinge([0, 2], np.zeros((2, 3)))
