from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError
from ranvier.layers import Add, Dense, Input
from ranvier.utils import get_source_inputs, is_keras_tensor


def test_sources() -> None:
    one, other = Input((3,)), Input((3,))
    joined = Dense(2)(Add()([Dense(3)(one), Dense(3)(other), one]))
    assert get_source_inputs(joined) == [one, other]
    assert get_source_inputs(one) == [one]
    assert is_keras_tensor(joined)
    assert not is_keras_tensor(np.zeros(3))


def test_an_array_has_no_source() -> None:
    with pytest.raises(ConfigurationError, match="takes a symbolic tensor"):
        get_source_inputs(np.zeros(3))
