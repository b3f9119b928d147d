from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from scipy import stats

from ranvier import initializers, random
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.initializers import Orthogonal, RandomInitializer, RandomNormal, RandomUniform, TruncatedNormal
from ranvier.random import SeedStream, set_random_seed

KINDS = [RandomNormal, TruncatedNormal, RandomUniform, Orthogonal]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("RandomNormal", {}),
        ("RandomNormal", {"mean": 1.0, "stddev": 0.5}),
        ("TruncatedNormal", {}),
        ("TruncatedNormal", {"mean": -1.0, "stddev": 2.0}),
        ("RandomUniform", {}),
        ("RandomUniform", {"minval": 0.0, "maxval": 3.0}),
    ],
)
def test_follows_keras_distribution(name: str, options: dict[str, Any]) -> None:
    theirs = np.asarray(getattr(keras.initializers, name)(**options, seed=1)((100, 200)))
    ours = getattr(initializers, name)(**options, seed=1)((100, 200))
    assert stats.ks_2samp(ours.ravel(), theirs.ravel()).pvalue > 0.01
    spread = float(theirs.std())
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.05 * spread)
    assert ours.std() == pytest.approx(spread, rel=0.03)
    if name != "RandomNormal":
        assert ours.min() == pytest.approx(theirs.min(), abs=0.05 * spread)
        assert ours.max() == pytest.approx(theirs.max(), abs=0.05 * spread)


@pytest.mark.parametrize("shape", [(8, 5), (5, 8), (2, 3, 4)])
def test_orthogonal_as_in_keras(shape: tuple[int, ...]) -> None:
    def product(values: Any) -> Any:
        matrix = np.asarray(values).reshape(-1, shape[-1])
        return matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T

    theirs = keras.initializers.Orthogonal(gain=1.5, seed=1)(shape)
    np.testing.assert_allclose(product(Orthogonal(gain=1.5, seed=1)(shape)), product(theirs), atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_an_integer_seed_repeats(kind: Any) -> None:
    initializer = kind(seed=7)
    np.testing.assert_array_equal(initializer((4, 3)), initializer((4, 3)))
    np.testing.assert_array_equal(initializer((4, 3)), kind(seed=np.int64(7))((4, 3)))
    assert not np.array_equal(initializer((4, 3)), kind(seed=8)((4, 3)))


@pytest.mark.parametrize("kind", KINDS)
def test_no_seed_draws_anew_from_the_global_stream(kind: Any) -> None:
    initializer = kind()
    set_random_seed(5)
    first, second = initializer((4, 3)), initializer((4, 3))
    assert not np.array_equal(first, second)
    set_random_seed(5)
    np.testing.assert_array_equal(kind()((4, 3)), first)


def test_a_stream_of_its_own() -> None:
    initializer = RandomNormal(seed=SeedStream(11))
    first, second = initializer((3,)), initializer((3,))
    assert not np.array_equal(first, second)
    again = RandomNormal.from_config(initializer.get_config())
    np.testing.assert_array_equal(again((3,)), first)
    np.testing.assert_array_equal(again((3,)), second)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [-1, 1.5, "1", True, {"class_name": "Generator", "config": {}}])
def test_bad_seed(kind: Any, seed: Any) -> None:
    with pytest.raises(
        ConfigurationError, match="`seed` must be a non-negative integer, a SeedGenerator or None; received: "
    ):
        kind(seed=seed)


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        (RandomNormal, {"stddev": -1.0}, "`stddev` must be a finite number, at least 0; received: -1.0"),
        (TruncatedNormal, {"stddev": "1"}, "`stddev` must be a finite number, at least 0; received: '1'"),
        (RandomNormal, {"mean": float("nan")}, "`mean` must be a finite number; received: nan"),
        (RandomUniform, {"minval": 1.0}, "`minval` must not exceed `maxval`; received: 1.0 and 0.05"),
        (RandomUniform, {"maxval": None}, "`maxval` must be a finite number; received: None"),
        (Orthogonal, {"gain": []}, "`gain` must be a finite number; received: "),
    ],
)
def test_bad_arguments(kind: Any, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        kind(**options)


def test_orthogonal_needs_two_axes() -> None:
    with pytest.raises(ShapeError, match=r"at least two axes; received shape: \(5,\)"):
        Orthogonal()((5,))


def test_the_base_draws_nothing() -> None:
    with pytest.raises(NotImplementedError):
        RandomInitializer()((2,))


def test_a_seed_means_the_same_numbers_for_ever() -> None:
    # Recorded once: seeds are part of published results.
    drawn = RandomUniform(0.0, 1.0, seed=42)((2,), "float64")
    np.testing.assert_array_equal(drawn, [0.08607763073528474, 0.14155732377913233])


def test_a_seed_generator_gives_new_values_at_each_call_and_is_kept_in_the_configuration() -> None:
    first = initializers.GlorotUniform(seed=random.SeedGenerator(7))
    values = [first((3, 2)) for _ in range(2)]
    assert not np.array_equal(*values)
    again = initializers.GlorotUniform.from_config(first.get_config())
    assert again.get_config() == first.get_config()
    np.testing.assert_array_equal(again((3, 2)), values[0])
