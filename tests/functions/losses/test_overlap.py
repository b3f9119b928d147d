"""Dice and Tversky: numbers worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ranvier.errors import ShapeError
from ranvier.functions.losses import dice, tversky

if TYPE_CHECKING:
    from collections.abc import Callable

TARGETS = [[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]]
PREDICTIONS = [[1.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0]]


def test_dice_by_hand(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(run(dice, TARGETS, PREDICTIONS, axis=1), [0.5, 0.0], atol=1e-6)
    np.testing.assert_allclose(run(dice, TARGETS, PREDICTIONS, axis=[1]), [0.5, 0.0], atol=1e-6)
    np.testing.assert_allclose(run(dice, TARGETS, PREDICTIONS), 1 - 4 / 6, atol=1e-6)


def test_tversky_by_hand(run: Callable[..., Any]) -> None:
    # Row 0: one shared, one missed, one invented.
    np.testing.assert_allclose(
        run(tversky, TARGETS, PREDICTIONS, alpha=0.2, beta=0.6, axis=1), [1 - 1 / 1.8, 0.0], atol=1e-6
    )
    np.testing.assert_allclose(run(tversky, TARGETS, PREDICTIONS), run(dice, TARGETS, PREDICTIONS), atol=1e-6)


def test_nothing_on_either_side_is_finite(run: Callable[..., Any]) -> None:
    empty = np.zeros((2, 3))
    assert np.isfinite(run(dice, empty, empty))
    assert np.isfinite(run(tversky, empty, empty))


def test_shapes_must_match() -> None:
    with pytest.raises(ShapeError, match=r"dice .*y_true of shape \(2, 4\), y_pred of shape \(2, 3\)"):
        dice(TARGETS, np.zeros((2, 3)))
