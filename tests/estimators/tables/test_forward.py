from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.estimators.tables.first_weights import first_weights
from ranvier.estimators.tables.forward import activated, activation_slope, logits
from ranvier.estimators.tables.network import Architecture, build, put_weights, take_weights
from tests.estimators.tables.test_first_weights import rows

ARCHITECTURES = [
    Architecture(5, (4, 3), (20,), (8, 7), 3, "selu", True, True, True),
    Architecture(5, (), (), (8,), 1, "mish", False, False, False),
    Architecture(0, (4, 3), (), (8,), 2, "mish", True, True, False),
    Architecture(0, (), (20,), (8,), 2, "selu", True, False, True),
]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_outputs_are_those_of_the_model(architecture: Architecture) -> None:
    data = rows(40)
    weights = first_weights(architecture, data, fitted=True, generator=np.random.default_rng(0))
    model = build(architecture, 0.3, None)
    put_weights(model, weights)
    assert all(np.array_equal(value, weights[name]) for name, value in take_weights(model).items())
    inputs = [data.parts()[name] for name in architecture.parts]
    found = np.asarray(model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0))
    expected = logits(data, architecture, weights, np.float64)
    if architecture.classes:
        powers = np.exp(expected)
        expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-5)


def test_rows_are_computed_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = rows(40)
    weights = first_weights(ARCHITECTURES[0], data, fitted=True, generator=np.random.default_rng(0))
    whole = logits(data, ARCHITECTURES[0], weights, np.float64)
    monkeypatch.setattr("ranvier.estimators.tables.forward.BLOCK", 9)
    np.testing.assert_allclose(logits(data, ARCHITECTURES[0], weights, np.float64), whole, rtol=1e-12)


@pytest.mark.parametrize("activation", ["selu", "mish"])
@pytest.mark.parametrize("parametric", [True, False])
def test_slopes_are_finite_differences(activation: str, parametric: bool) -> None:
    architecture = Architecture(1, (), (), (1,), 1, activation, parametric, False, False)
    weights: dict[str, Any] = {"activation_1/share": np.array([0.7])}
    values = np.linspace(-6.0, 6.0, 40)[:, None]
    ahead, behind = (activated(architecture, 1, values + shift, weights) for shift in (1e-6, -1e-6))
    found = activation_slope(architecture, 1, values, weights)
    np.testing.assert_allclose(found, (ahead - behind) / 2e-6, atol=1e-6)
