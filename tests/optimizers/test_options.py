"""Arguments that no optimizer has."""

from __future__ import annotations

import pytest

from ranvier import optimizers
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


def test_a_decay_of_nothing_is_none() -> None:
    assert SGD(decay=0.0, name="rule").get_config() == SGD(name="rule").get_config()  # type: ignore[call-arg]


def test_no_number_where_there_is_a_default() -> None:
    with pytest.raises(ConfigurationError, match=r"`epsilon` must be .*received: None. Leave it out"):
        Adam(epsilon=None)  # type: ignore[arg-type]


def test_names_in_programs_for_older_keras() -> None:
    rule = Adam(0.5)
    assert float(rule.lr) == 0.5
    rule.lr = 0.25
    assert float(rule.learning_rate) == 0.25
    rule.lr.assign(0.125)
    assert float(rule.learning_rate) == 0.125
    assert optimizers.legacy.Adam is Adam
    assert not hasattr(optimizers, "LossScaleOptimizer")
