"""What holds for every activation; a new one is tested by adding a row."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ranvier.functions import activations

CASES: list[tuple[str, dict[str, Any]]] = [
    ("celu", {}),
    ("celu", {"alpha": 0.5}),
    ("elu", {}),
    ("elu", {"alpha": 2.0}),
    ("exponential", {}),
    ("gelu", {}),
    ("gelu", {"approximate": True}),
    ("glu", {}),
    ("glu", {"axis": 1}),
    ("hard_shrink", {}),
    ("hard_shrink", {"threshold": 1.0}),
    ("hard_sigmoid", {}),
    ("hard_silu", {}),
    ("hard_swish", {}),
    ("hard_tanh", {}),
    ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.01}),
    ("linear", {}),
    ("log_sigmoid", {}),
    ("log_softmax", {}),
    ("log_softmax", {"axis": 0}),
    ("mish", {}),
    ("relu", {}),
    ("relu", {"negative_slope": 0.1}),
    ("relu", {"max_value": 1.5}),
    ("relu", {"max_value": 6}),
    ("relu", {"threshold": 0.7}),
    ("relu", {"threshold": -1.0}),
    ("relu", {"negative_slope": 0.1, "max_value": 1.5, "threshold": 0.7}),
    ("relu6", {}),
    ("selu", {}),
    ("sigmoid", {}),
    ("silu", {}),
    ("soft_shrink", {}),
    ("soft_shrink", {"threshold": 1.0}),
    ("softmax", {}),
    ("softmax", {"axis": 1}),
    ("softmax", {"axis": (1, 2)}),
    ("softplus", {}),
    ("softsign", {}),
    ("sparse_plus", {}),
    ("sparse_sigmoid", {}),
    ("sparsemax", {}),
    ("sparsemax", {"axis": 1}),
    ("squareplus", {}),
    ("squareplus", {"b": 1}),
    ("swish", {}),
    ("tanh", {}),
    ("tanh_shrink", {}),
    ("threshold", {"threshold": 0.3, "default_value": -2.0}),
]

every_case = pytest.mark.parametrize(("name", "options"), CASES, ids=lambda value: str(value).strip("{}"))


def sample() -> np.ndarray:
    """Values of both signs, far and near, with the bends of the piecewise functions among them."""
    bends = [-30.0, -6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, 30.0, 0.7]
    values = np.concatenate([bends, np.random.default_rng(0).normal(scale=2.0, size=36)])
    return values.reshape(3, 4, 4).astype(np.float32)


def smooth_sample() -> np.ndarray:
    """Values away from every bend, where derivatives exist."""
    values = np.random.default_rng(1).uniform(-2.9, 2.9, size=(2, 2, 4))
    bends = np.array([-3, -2, -1, -0.7, -0.5, 0, 0.3, 0.5, 0.7, 1, 1.5, 2])
    distances = np.abs(values[..., None] - bends).min(axis=-1)
    return np.where(distances < 0.02, values + 0.05, values)


@every_case
def test_equals_keras(name: str, options: dict[str, Any]) -> None:
    if name == "sparsemax":
        pytest.skip("Keras 3.15 adds up the wrong sums, its results do not sum to 1; see test_simplex")
    expected = np.asarray(getattr(keras.activations, name)(jnp.asarray(sample()), **options))
    received = np.asarray(getattr(activations, name)(sample(), **options))
    np.testing.assert_allclose(received, expected, rtol=2e-6, atol=2e-6)


@functools.cache
def slopes() -> list[tuple[Any, Any]]:
    """The slope of every case along one direction: by its gradient, and by a central difference.

    One program computes all, because a program each would take longer to compile than to write.
    """
    point = smooth_sample()
    direction, probe = np.random.default_rng(2).normal(size=(2, *point.shape))

    def both(name: str, options: dict[str, Any], x: Any) -> tuple[Any, Any]:
        def scalar(x: Any) -> Any:
            y = getattr(activations, name)(x, **options)
            return jnp.sum(y * probe[: y.shape[0], : y.shape[1], : y.shape[2]])

        difference = (scalar(x + 1e-6 * direction) - scalar(x - 1e-6 * direction)) / 2e-6
        return jnp.sum(jax.grad(scalar)(x) * direction), difference

    with jax.enable_x64(True):
        return jax.jit(lambda x: [both(name, options, x) for name, options in CASES])(point)


@pytest.mark.parametrize("case", range(len(CASES)), ids=[f"{name}-{options}" for name, options in CASES])
def test_gradient_equals_finite_differences(case: int) -> None:
    by_gradient, by_difference = slopes()[case]
    np.testing.assert_allclose(by_gradient, by_difference, rtol=1e-6, atol=1e-7)


@pytest.mark.usefixtures("strict_promotion")
@every_case
def test_keeps_dtype_under_strict_promotion(name: str, options: dict[str, Any]) -> None:
    function = getattr(activations, name)
    for dtype in ("float32", "bfloat16", "float16"):
        spec = jax.ShapeDtypeStruct((2, 4, 4), dtype)
        assert str(jax.eval_shape(lambda x: function(x, **options), spec).dtype) == dtype
    spec = jax.ShapeDtypeStruct((2, 4, 4), "int32")
    expected = "int32" if name == "linear" else "float32"
    assert str(jax.eval_shape(lambda x: function(x, **options), spec).dtype) == expected


@pytest.mark.usefixtures("strict_promotion")
@pytest.mark.parametrize(
    ("name", "options"), [case for case in CASES if set(case[1]) - {"axis", "approximate"}]
)
def test_numbers_may_be_traced(name: str, options: dict[str, Any]) -> None:
    function = getattr(activations, name)
    numbers = {key: np.float32(value) for key, value in options.items()}
    traced = jax.jit(lambda x, numbers: function(x, **numbers))(sample(), numbers)
    np.testing.assert_allclose(traced, function(sample(), **options), rtol=1e-6, atol=1e-6)


@every_case
def test_nan_passes_through(name: str, options: dict[str, Any]) -> None:
    values = np.full((3, 4, 4), np.nan, dtype=np.float32)
    assert np.isnan(np.asarray(getattr(activations, name)(values, **options))).all()


@every_case
def test_has_keras_arguments(name: str, options: dict[str, Any]) -> None:
    ours = inspect.signature(getattr(activations, name)).parameters.values()
    theirs = inspect.signature(getattr(keras.activations, name)).parameters.values()
    assert [(p.name, p.default) for p in ours] == [(p.name, p.default) for p in theirs]


def test_every_activation_has_a_row() -> None:
    assert {name for name, _ in CASES} == set(activations.__all__) - {"logits_kind"}


def test_nothing_of_keras_is_missing() -> None:
    theirs = {name for name in dir(keras.activations) if name[:1] != "_" and name.islower()}
    assert theirs - set(activations.__all__) <= {"get", "serialize", "deserialize"}
