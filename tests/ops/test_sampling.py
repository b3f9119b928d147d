"""Random arrays: Keras' values for an integer seed, moments, and where the seed comes from."""

from __future__ import annotations

import warnings
from typing import Any

import jax
import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

import ranvier
from ranvier import random
from ranvier.errors import ConfigurationError
from ranvier.forward_pass import ForwardPass, forward_pass, new_key
from ranvier.ops import REGISTRY
from ranvier.symbolic import SymbolicTensor

LOGITS = np.log(np.array([[0.2, 0.8], [0.9, 0.1]], np.float32))
CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("normal", ((3, 4),), {"mean": 1.0, "stddev": 2.0}),
    ("truncated_normal", ((3, 4),), {"stddev": 2.0}),
    ("uniform", ((3, 4), -1.0, 2.0), {}),
    ("uniform", ((5,),), {"dtype": "bfloat16"}),
    ("randint", ((3, 4), 2, 9), {}),
    ("gamma", ((3,), 2.0), {}),
    ("beta", ((3,), 2.0, 3.0), {}),
    ("binomial", ((3,), 5.0, 0.3), {}),
    ("categorical", (LOGITS, 3), {}),
    ("dropout", (np.ones((3, 4), np.float32), 0.3), {}),
    ("dropout", (np.ones((3, 4), np.float32), 0.3), {"noise_shape": (None, 1)}),
    ("dropout", (np.ones((3, 4), np.float32), 1.0), {}),
    ("dropout", (np.ones((3, 4), np.float32), 0.0), {}),
    ("shuffle", (np.arange(12).reshape(3, 4),), {}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), CALLS)
def test_an_integer_seed_gives_the_values_of_keras(name: str, args: Any, kwargs: Any) -> None:
    theirs = [keras.ops.convert_to_tensor(each) if isinstance(each, np.ndarray) else each for each in args]
    expected = getattr(keras.random, name)(*theirs, seed=7, **kwargs)
    for _ in range(2):
        received = getattr(random, name)(*args, seed=7, **kwargs)
        assert received.dtype == expected.dtype
        np.testing.assert_allclose(
            np.asarray(received, np.float32), np.asarray(expected, np.float32), rtol=1e-5, atol=1e-6
        )


def test_a_generator_advances_as_that_of_keras() -> None:
    ours, theirs = random.SeedGenerator(3), keras.random.SeedGenerator(3)
    for _ in range(3):
        np.testing.assert_allclose(
            random.normal((4,), seed=ours), keras.random.normal((4,), seed=theirs), rtol=1e-5
        )
    assert random.SeedGenerator.from_config(ours.get_config()).get_config() == ours.get_config()


def test_without_a_seed_the_global_one_decides() -> None:
    def draw() -> list[Any]:
        random.set_random_seed(5)
        generator = random.SeedGenerator()
        return [np.asarray(random.normal((3,))), np.asarray(random.normal((3,), seed=generator))]

    first, second = draw(), draw()
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first[0], first[1])


@pytest.mark.parametrize("seed", [None, 4])
def test_every_step_of_a_program_draws_anew(seed: int | None) -> None:
    generator = random.SeedGenerator(seed)

    @jax.jit
    def step(key: Any, number: Any) -> Any:
        with forward_pass(ForwardPass(True, jax.random.fold_in(key, number), number)):
            return random.normal((4,), seed=generator), random.uniform((4,))

    key = new_key(0)
    drawn = [np.concatenate(step(key, number)) for number in (0, 1, 0)]
    assert not np.isclose(drawn[0], drawn[1]).any()
    np.testing.assert_array_equal(drawn[0], drawn[2])
    assert not np.isclose(drawn[0][:4], drawn[0][4:]).any()


def test_a_generator_called_eagerly_inside_a_layer_advances() -> None:
    generator = random.SeedGenerator(4)
    with forward_pass(ForwardPass()):
        first = random.normal((4,), seed=generator)
    with forward_pass(ForwardPass()):
        assert not np.allclose(first, random.normal((4,), seed=generator))


def test_keys_of_the_engine_are_seeds_too() -> None:
    np.testing.assert_array_equal(
        random.normal((4,), seed=jax.random.key(9)),
        random.normal((4,), seed=jax.random.key_data(jax.random.key(9))),
    )


def test_moments() -> None:
    drawn = np.asarray(random.normal((10_000,), 2.0, 3.0, seed=0))
    assert abs(drawn.mean() - 2.0) < 0.1
    assert abs(drawn.std() - 3.0) < 0.1
    cut = np.asarray(random.truncated_normal((10_000,), seed=0))
    assert np.abs(cut).max() <= 2.0
    assert set(np.asarray(random.uniform((50,), 0, 3, dtype="int32", seed=0)).tolist()) == {0, 1, 2}


def test_symbolic_calls_are_recorded() -> None:
    outputs = random.dropout(SymbolicTensor((None, 4)), 0.5)
    assert outputs.shape == (None, 4)
    assert REGISTRY[outputs.node.operation.kind] is random.dropout
    assert random.dropout.__name__ == "dropout"


@pytest.mark.parametrize("seed", [-1, 2**32, True, "seven", 1.5])
def test_a_seed_must_be_an_integer(seed: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be an integer from 0"):
        random.normal((2,), seed=seed)
    with pytest.raises(ConfigurationError, match="must be an integer from 0"):
        random.SeedGenerator(seed)


def test_faults() -> None:
    with pytest.raises(ConfigurationError, match=r"`shape` must be known; received: \(None, 2\)"):
        random.normal((None, 2))
    with pytest.raises(ConfigurationError, match="`rate` must lie in"):
        random.dropout(np.ones(2), 1.5)
    with pytest.raises(AttributeError, match="no_such"):
        random.no_such  # noqa: B018


def test_the_names_are_listed() -> None:
    assert set(random.__all__) <= set(dir(random))
    assert ranvier.random.normal is random.normal
