"""Numbers from users."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers.checks import number, optional_number, whole_number


@pytest.mark.parametrize("received", [1, 1.0, np.float32(1), np.int64(1), np.array(1.0)])
def test_every_kind_of_number_is_taken(received: object) -> None:
    assert number("rate", received) == 1.0
    assert whole_number("steps", received) == 1


@pytest.mark.parametrize(
    "received", ["1", b"1", True, None, [1.0], np.ones(1), math.nan, math.inf, 1j, object()]
)
def test_everything_else_is_refused(received: object) -> None:
    with pytest.raises(ConfigurationError, match="`rate` must be a number of at least 0; received: "):
        number("rate", received)
    with pytest.raises(ConfigurationError, match="`steps` must be a whole number from 1 upwards; received: "):
        whole_number("steps", received)


def test_bounds() -> None:
    assert number("rate", 1.0, high=1.0) == 1.0
    with pytest.raises(ConfigurationError, match=r"of at least 0 and less than 1; received: 1\.0"):
        number("rate", 1.0, high=1.0, high_open=True)
    with pytest.raises(ConfigurationError, match="greater than 0; received: 0"):
        number("rate", 0, low_open=True)
    with pytest.raises(ConfigurationError, match="from 2 upwards; received: 1"):
        whole_number("steps", 1, low=2)
    assert optional_number("rate", None) is None
    assert optional_number("rate", 2) == 2.0
