"""Arguments of losses: what is taken and what it becomes."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError
from ranvier.losses.options import axes, flag, number, spares_batch, whole


def test_numpy_values_become_python_values() -> None:
    assert type(number("delta", np.float64(0.5))) is float
    assert type(number("delta", 2)) is float
    assert type(flag("from_logits", np.bool_(True))) is bool
    assert type(whole("axis", np.int64(1))) is int


def test_axes() -> None:
    assert axes("axis", None) is None
    assert axes("axis", [1, np.int32(2)]) == (1, 2)
    assert axes("axis", -1) == -1


@pytest.mark.parametrize("value", [True, None, "1", float("inf"), [1.0]])
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(ConfigurationError, match="`delta` must be a number; received"):
        number("delta", value)


def test_spares_batch() -> None:
    assert spares_batch(-1)
    assert spares_batch((1, 2))
    assert not spares_batch(0)
    assert not spares_batch((0, 1))
    assert not spares_batch(None)
