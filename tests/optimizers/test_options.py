"""Arguments that no optimizer has."""

from __future__ import annotations

import pytest

from ranvier.errors import ConfigurationError, UnknownNameError, UnsupportedError
from ranvier.optimizers import SGD, Adam


def test_a_misspelt_argument_names_the_closest() -> None:
    with pytest.raises(
        UnknownNameError, match=r"Unknown argument of Adam; received: 'beta1'. Did you mean 'beta_1'"
    ):
        Adam(beta1=0.5)  # type: ignore[call-arg]


def test_arguments_of_older_keras_name_their_replacement() -> None:
    with pytest.raises(ConfigurationError, match=r"Write SGD\(learning_rate=0.1\)"):
        SGD(lr=0.1)  # type: ignore[call-arg]
    with pytest.raises(
        UnsupportedError, match=r"InverseTimeDecay\(initial_learning_rate, decay_steps=1, decay_rate=1e-06\)"
    ):
        SGD(decay=1e-6)  # type: ignore[call-arg]
    assert SGD(decay=None).get_config()["weight_decay"] is None  # type: ignore[call-arg]
