"""The base class: a user's own losses, dtypes, names, structure."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import losses
from ranvier.errors import ConfigurationError, DataTypeError, UnsupportedError
from ranvier.losses import Loss


class QuarticError(Loss):
    """A user's loss, in Keras' manner."""

    def __init__(self, factor: float = 1.0, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.factor = factor

    def call(self, y_true: Any, y_pred: Any) -> Any:
        assert y_true.dtype == self.dtype
        return self.factor * jnp.mean((y_true - y_pred) ** 4, axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


def test_a_users_loss() -> None:
    loss = QuarticError(2.0)
    assert loss.name == "quartic_error"
    assert QuarticError().name == "quartic_error_1"
    assert loss(np.array([[1], [0]]), [[0.0], [2.0]]) == 2 * (1 + 16) / 2
    assert loss.structure() == (loss,)
    assert loss.structure() != QuarticError(2.0).structure()
    assert not loss.rowwise
    assert loss.logits_of is None
    again = QuarticError.from_config(loss.get_config())
    assert (again.factor, again.name) == (2.0, "quartic_error")
    loss.check_targets(np.array([[np.nan], [1.0]]), (None, 3))


def test_a_users_subclass_of_ours_is_not_taken_for_ours() -> None:
    class Own(losses.CategoricalCrossentropy):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return 0.0 * jnp.sum(y_pred, axis=-1)

    loss = Own()
    assert loss([[0, 1]], [[0.5, 0.5]]) == 0
    assert loss.logits_of is None
    assert not loss.rowwise
    assert loss.structure() == (loss,)


def test_structured_targets_of_a_users_loss() -> None:
    class Both(Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return (y_true["a"] - y_pred["a"]) ** 2 + (y_true["b"] - y_pred["b"]) ** 2

    value = Both()({"a": np.array([1, 2]), "b": np.array([1, 2])}, {"a": jnp.zeros(2), "b": jnp.ones(2)})
    assert value == (1 + 4 + 0 + 1) / 2


def test_call_must_be_overridden() -> None:
    with pytest.raises(UnsupportedError, match="The loss Empty must override `call"):
        type("Empty", (Loss,), {})()([1.0], [1.0])


def test_dtype() -> None:
    loss = losses.MeanSquaredError(dtype="float16")
    assert loss([[1.0]], jnp.ones((1, 1))).dtype == jnp.float16
    assert loss.get_config()["dtype"] == "float16"
    assert losses.MeanSquaredError(dtype=np.float32).dtype == "float32"
    assert losses.MeanSquaredError()([[1.0]], jnp.ones((1, 1), jnp.bfloat16)).dtype == jnp.float32
    with jax.enable_x64(True):
        assert losses.MeanSquaredError(dtype="float64")([[1.0]], [[0.0]]).dtype == np.float64


@pytest.mark.parametrize(("dtype", "sentence"), [("int32", "must be one of"), ("float64", "64-bit mode")])
def test_a_wrong_dtype(dtype: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        losses.MeanSquaredError(dtype=dtype)


def test_weights_may_be_lists_and_strings_are_refused() -> None:
    loss = losses.MeanSquaredError()
    assert loss([[1.0], [2.0]], [[0.0], [0.0]], sample_weight=[1, 0]) == 0.5
    with pytest.raises(DataTypeError, match="`sample_weight` must hold numbers"):
        loss([[1.0]], [[0.0]], sample_weight=["much"])
    with pytest.raises(DataTypeError, match="`y_true` must hold numbers"):
        loss([["cat"]], [[0.0]])


def test_a_mask_of_the_caller_joins_the_mask_of_the_loss() -> None:
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)
    labels, logits = np.array([[0, 1], [1, 1], [1, 0]]), np.random.default_rng(0).normal(size=(3, 2, 2))
    kept = loss.compute(labels, logits, mask=jnp.array([[True, False], [True, True], [False, True]]))
    alone = losses.SparseCategoricalCrossentropy(from_logits=True)(labels[1], logits[1])
    np.testing.assert_allclose(kept, alone, rtol=1e-6)
    rows = loss.compute(labels, logits, mask=jnp.array([False, True, False]))
    np.testing.assert_allclose(rows, alone, rtol=1e-6)
    plain = losses.MeanSquaredError().compute(
        np.ones((2, 1)), np.zeros((2, 1)), mask=jnp.array([True, False])
    )
    assert plain == 1


def test_large_labels_survive() -> None:
    """Labels stay integers: float32 would round 2**24 + 1."""
    label = 2**24 + 1
    shape = jax.eval_shape(losses.SparseCategoricalCrossentropy()._cast_target, np.array([label], "int32"))
    assert shape.dtype == jnp.int32


class SumOfPredictions(Loss):
    """A user's loss that reduces its values itself."""

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        del y_true, sample_weight
        return jnp.sum(y_pred)


class Doubled(losses.MeanSquaredError):
    """A user's loss that adds to what its base reduces."""

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        return 2.0 * super().__call__(y_true, y_pred, sample_weight)


def test_an_overridden_call_operator_is_what_training_computes() -> None:
    predictions = jnp.array([[1.0], [2.0]])
    assert SumOfPredictions().compute(jnp.zeros((2, 1)), predictions) == 3.0
    assert Doubled().compute(jnp.zeros((2, 1)), predictions, jnp.array([1.0, 0.0])) == 1.0
    assert not SumOfPredictions().rowwise
