"""Nadam by hand, and the product of its momenta from any start."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier.optimizers import Nadam
from ranvier.optimizers.nadam import momentum_product
from tests.optimizers.by_hand import weights


def test_first_step_by_hand() -> None:
    # beta_1 = beta_2 = 0.5: u_1 = 0.26, u_2 = 0.2696, m = 1, v = 2 and v / (1 - 0.5) = 4.
    u_1, u_2 = 0.5 * (1 - 0.48), 0.5 * (1 - 0.5 * 0.96**2)
    ahead = u_2 * 1.0 / (1 - u_1 * u_2) + (1 - u_1) * 2.0 / (1 - u_1)
    optimizer = Nadam(0.1, beta_1=0.5, beta_2=0.5, epsilon=0.0)
    assert weights(optimizer, 1.0, [2.0]) == pytest.approx([1.0 - 0.1 * ahead / 2.0], abs=1e-6)


@pytest.mark.parametrize("beta_1", [0.9, 0.5, 0.0, 0.9999])
def test_product_equals_multiplying_step_by_step(beta_1: float) -> None:
    wanted = np.cumprod([beta_1 * (1 - 0.5 * 0.96**i) for i in range(1, 2001)])
    for first, count in ((1, 30), (700, 20), (1015, 20), (1900, 100)):
        got = momentum_product(beta_1, np.arange(first, first + count))
        np.testing.assert_allclose(got, wanted[first - 1 : first - 1 + count], rtol=1e-10, atol=1e-300)


def test_product_after_very_many_steps_is_zero() -> None:
    assert momentum_product(0.9, np.array([10**8])) == 0.0
