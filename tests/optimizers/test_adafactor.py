"""Adafactor by hand, and what it remembers."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import Adafactor
from tests.optimizers.by_hand import weights


def test_first_step_of_a_vector_by_hand() -> None:
    # beta_2 is 0 at first: u = g / |g| = 1; the step is rms(w) * min(0.1, 1) * 1.
    assert weights(Adafactor(0.1), 3.0, [0.02]) == pytest.approx([2.7], abs=1e-5)


def test_first_step_of_a_matrix_by_hand() -> None:
    # g ** 2 = [[1, 4], [4, 16]]: r = [2.5, 10], c = [2.5, 10], r c' / mean(r) = g ** 2, so u = 1 everywhere.
    optimizer = Adafactor(0.1)
    params = [np.full((2, 2), 2.0, np.float32)]
    scalars = {name: column[0] for name, column in optimizer.scalars(0, 1).items()}
    gradient = np.array([[1.0, 2.0], [2.0, 4.0]], np.float32)
    moved, state = optimizer.update([gradient], optimizer.init(params), params, scalars)
    np.testing.assert_allclose(moved[0], 1.8, atol=1e-6)
    np.testing.assert_allclose(state["row"][0], [2.5, 10.0])


def test_a_matrix_is_remembered_by_a_row_and_a_column() -> None:
    state = Adafactor().init([np.zeros((2, 3, 4), np.float32), np.zeros(5, np.float32)])
    shapes = {slot: [array.shape for array in arrays] for slot, arrays in state.items()}
    assert shapes == {"row": [(2, 3), ()], "column": [(2, 4), ()], "velocity": [(), (5,)]}


def test_wrong_arguments() -> None:
    with pytest.raises(ConfigurationError, match="`clip_threshold`"):
        Adafactor(clip_threshold=0.0)
    with pytest.raises(ConfigurationError, match="`beta_2_decay`"):
        Adafactor(beta_2_decay=0.1)
