"""A plain function as a loss."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import losses
from ranvier.errors import ConfigurationError, UnknownNameError
from ranvier.losses import LossFunctionWrapper
from ranvier.registry import custom_object_scope


def cubic(y_true: Any, y_pred: Any, factor: float = 1.0) -> Any:
    return factor * jnp.mean(jnp.abs(y_true - y_pred) ** 3, axis=-1)


class Callable_:  # noqa: N801
    """A callable that cannot be hashed."""

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, y_true: Any, y_pred: Any) -> Any:
        return y_true - y_pred


def test_value_and_squeezing() -> None:
    loss = LossFunctionWrapper(cubic, factor=2.0)
    assert loss([1, 2], [[0.0], [0.0]]) == 2 * (1 + 8) / 2
    assert loss.name == "cubic"
    assert not loss.rowwise


def test_targets_that_are_no_arrays_reach_the_function_as_they_are() -> None:
    loss = LossFunctionWrapper(lambda y_true, y_pred: (y_true["a"] - y_pred["a"]) ** 2)
    assert loss({"a": np.array([1.0, 3.0])}, {"a": np.array([0.0, 0.0])}) == 5


def test_structure_is_the_function_and_its_arguments() -> None:
    one, two, other = (LossFunctionWrapper(cubic, factor=factor) for factor in (1.0, 1.0, 2.0))
    assert one.structure() == two.structure() != other.structure()
    unhashable = LossFunctionWrapper(Callable_())
    assert unhashable.structure() == (unhashable,)
    assert unhashable.name == "callable"
    assert LossFunctionWrapper(partial(cubic, factor=2.0)).name == "partial"


def test_configuration() -> None:
    loss = LossFunctionWrapper(cubic, name="mine", reduction="sum", factor=3.0)
    config = losses.serialize(loss)
    again = losses.deserialize(config, custom_objects={"cubic": cubic})
    assert again.structure() == loss.structure()
    assert again.name == "mine"
    with custom_object_scope({"cubic": cubic}):
        assert losses.get(config).structure() == loss.structure()
    with pytest.raises(UnknownNameError, match="Unknown loss; received: 'cubic'"):
        losses.deserialize(config)
    ours = LossFunctionWrapper(losses.huber, delta=2.0)
    assert losses.deserialize(losses.serialize(ours)).structure() == ours.structure()


def test_a_lambda_has_no_configuration() -> None:
    with pytest.raises(ConfigurationError, match="has no name"):
        losses.serialize(LossFunctionWrapper(lambda y_true, y_pred: y_pred))


def test_what_cannot_be_called() -> None:
    with pytest.raises(
        ConfigurationError, match="`fn` must be a function of targets and predictions; received: 3"
    ):
        LossFunctionWrapper(3)  # type: ignore[arg-type]
