"""Adam and AdamW by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import Adam, AdamW
from ranvier.optimizers.adam import correction
from tests.optimizers.by_hand import weights


def test_first_step_is_the_learning_rate_whatever_the_gradient() -> None:
    for gradient in (0.01, 100.0):
        assert weights(Adam(0.1, epsilon=0.0), 1.0, [gradient]) == pytest.approx([0.9], abs=1e-5)


def test_second_step_by_hand() -> None:
    # beta_1 = 0.5, beta_2 = 0.75: m = 1 then 1; v = 1 then 1; the corrections are 1 and
    # sqrt(1 - 0.5625) / (1 - 0.25) = 0.8819171.
    optimizer = Adam(0.1, beta_1=0.5, beta_2=0.75, epsilon=0.0)
    assert weights(optimizer, 1.0, [2.0, 1.0]) == pytest.approx([0.9, 0.9 - 0.08819171], abs=1e-6)


def test_epsilon_stands_beside_the_root() -> None:
    # m = 1, v = 1, the corrected rate 0.1 * 0.5 / 0.5: the step is 0.1 * 1 / (1 + 1).
    optimizer = Adam(0.1, beta_1=0.5, beta_2=0.75, epsilon=1.0)
    assert weights(optimizer, 1.0, [2.0]) == pytest.approx([0.95], abs=1e-6)


def test_amsgrad_keeps_the_largest_square() -> None:
    # v = 1, then 0.75: the second step still divides by 1. m = 1, then 0.5.
    optimizer = Adam(0.1, beta_1=0.5, beta_2=0.75, epsilon=0.0, amsgrad=True)
    assert weights(optimizer, 1.0, [2.0, 0.0])[1] == pytest.approx(0.9 - 0.5 * 0.08819171, abs=1e-6)


def test_decoupled_weight_decay_by_hand() -> None:
    assert weights(AdamW(0.1, weight_decay=0.5), 1.0, [3.0]) == pytest.approx([1 - 0.05 - 0.1], abs=1e-5)


def test_small_weight_decay_is_not_lost_in_rounding() -> None:
    optimizer = AdamW(0.001, weight_decay=0.004)
    end = weights(optimizer, 1000.0, [0.0] * 50)[-1]
    assert 1000.0 - end == pytest.approx(1000.0 * 50 * 4e-6, rel=0.01)


def test_correction_by_hand_and_late() -> None:
    np.testing.assert_allclose(correction(0.5, 0.75, np.array([0, 1])), [1.0, 0.8819171], rtol=1e-6)
    np.testing.assert_allclose(correction(0.9, 0.999, np.array([10**7])), [1.0])


@pytest.mark.parametrize("argument", ["beta_1", "beta_2"])
@pytest.mark.parametrize("value", [1.0, -0.1, "0.9", None])
def test_betas_lie_below_1(argument: str, value: object) -> None:
    with pytest.raises(
        ConfigurationError, match=f"`{argument}` must be a number of at least 0 and less than 1"
    ):
        Adam(**{argument: value})  # type: ignore[arg-type]


def test_adamw_without_decay_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="Use Adam"):
        AdamW(weight_decay=None)  # type: ignore[arg-type]
