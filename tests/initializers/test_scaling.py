from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import pytest
from scipy import stats

from ranvier import initializers
from ranvier.errors import ConfigurationError, UnknownNameError
from ranvier.initializers import HeUniform, VarianceScaling

CASES: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    *((name, {}, (150, 100)) for name in ("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform")),
    *((name, {}, (150, 100)) for name in ("LecunNormal", "LecunUniform")),
    ("GlorotUniform", {}, (3, 3, 40, 50)),
    ("HeNormal", {"input_axes": [1], "output_axes": [0]}, (150, 100)),
    ("VarianceScaling", {}, (150, 100)),
    ("VarianceScaling", {"scale": 3.0, "mode": "fan_out", "distribution": "uniform"}, (150, 100)),
    ("VarianceScaling", {"mode": "fan_avg", "distribution": "untruncated_normal"}, (150, 100)),
    ("VarianceScaling", {"distribution": "Normal"}, (150, 100)),
]


@pytest.mark.parametrize(("name", "options", "shape"), CASES)
def test_follows_keras_distribution(name: str, options: dict[str, Any], shape: tuple[int, ...]) -> None:
    theirs = np.asarray(getattr(keras.initializers, name)(**options, seed=1)(shape))
    ours = getattr(initializers, name)(**options, seed=1)(shape)
    assert stats.ks_2samp(ours.ravel(), theirs.ravel()).pvalue > 0.01
    spread = float(theirs.std())
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.05 * spread)
    assert ours.std() == pytest.approx(spread, rel=0.03)
    if options.get("distribution") != "untruncated_normal":
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.02)


@pytest.mark.parametrize(("name", "options", "shape"), CASES)
def test_configuration_equals_keras_and_goes_round(
    name: str, options: dict[str, Any], shape: tuple[int, ...]
) -> None:
    ours = getattr(initializers, name)(**options, seed=3)
    assert ours.get_config() == getattr(keras.initializers, name)(**options, seed=3).get_config()
    again = initializers.deserialize(initializers.serialize(ours))
    np.testing.assert_array_equal(again(shape), ours(shape))


def test_bound_by_hand() -> None:
    # sqrt(6 / 600) = 0.1
    values = HeUniform(seed=0)((600, 50))
    assert 0.0999 < np.abs(values).max() <= 0.1 + 1e-8
    assert values.std() == pytest.approx(0.1 / math.sqrt(3), rel=0.01)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"scale": 0.0}, "`scale` must be above 0; received: 0.0"),
        ({"scale": -1}, "`scale` must be a finite number, at least 0; received: -1"),
        ({"scale": "2"}, "`scale` must be a finite number, at least 0; received: '2'"),
        ({"input_axes": [0]}, r"`input_axes` and `output_axes` are given together .* \[0\] and None"),
        ({"input_axes": [0.5], "output_axes": [1]}, "`input_axes` must be an integer or a list of integers"),
    ],
)
def test_bad_arguments(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        VarianceScaling(**options)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"mode": "fanin"}, "Unknown mode of the initializer; received: 'fanin'. Did you mean 'fan_in'"),
        ({"distribution": "unifrom"}, "received: 'unifrom'. Did you mean 'uniform'"),
        ({"distribution": 3}, "Unknown distribution of the initializer; received: 3"),
    ],
)
def test_unknown_names(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UnknownNameError, match=sentence):
        VarianceScaling(**options)


def test_one_axis_may_be_a_number() -> None:
    initializer = VarianceScaling(input_axes=0, output_axes=1)  # type: ignore[arg-type]
    assert (initializer.input_axes, initializer.output_axes) == ([0], [1])
