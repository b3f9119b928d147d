"""Every layer and every activation in both kinds of file, beside the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier import Input, Model, Sequential, activations, layers
from ranvier.exports.rules import RULES
from ranvier.exports.rules.activations import RULES as ACTIVATIONS
from tests.exports.running import FORMATS, run_file
from tests.layers.test_contract import IDS, ROWS, inputs_of


def test_rules_are_of_layers_that_files_know() -> None:
    # A layer without a rule is traced; `ROWS` has all of them.
    assert set(RULES) <= set(layers.REGISTRY.entries.values())


def test_every_activation_has_a_rule() -> None:
    assert set(activations.REGISTRY.entries.values()) == set(ACTIVATIONS)


def exported(model: Any, folder: Path, inputs: Any) -> None:
    """Export to each format, run the file and compare with the model."""
    arrays = inputs if isinstance(inputs, list) else [inputs]
    expected = model.predict(inputs, verbose=0)
    for suffix in FORMATS:
        model.export(folder / f"m.{suffix}")
        found = run_file(folder / f"m.{suffix}", dict(zip(model.input_names, arrays, strict=True)))
        np.testing.assert_allclose(next(iter(found.values())), expected, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_layers(row: tuple[str, dict[str, Any], Any], tmp_path: Path) -> None:
    name, arguments, shape = row
    generator = np.random.default_rng(0)
    inputs = [Input(each) for each in shape] if isinstance(shape, list) else Input(shape)
    model = Model(inputs, getattr(layers, name)(**arguments)(inputs))
    for variable in model.weights:  # so that no weight is 0 or 1 by accident
        variable.assign(generator.uniform(0.5, 1.5, variable.shape))
    exported(model, tmp_path, inputs_of(shape, generator, rows=5))


ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "celu": [{"alpha": 0.5}],
    "elu": [{"alpha": 0.5}],
    "gelu": [{}, {"approximate": True}],
    "leaky_relu": [{"negative_slope": 0.3}],
    "log_softmax": [{}, {"axis": 1}, {"axis": (1, 2)}],
    "relu": [{}, {"negative_slope": 0.2, "max_value": 1.0, "threshold": 0.3}],
    "softmax": [{}, {"axis": 1}, {"axis": (1, 2)}],
    "squareplus": [{"b": 2.0}],
    "threshold": [{"threshold": 0.2, "default_value": -1.0}],
}


@pytest.mark.parametrize("name", sorted(activations.REGISTRY.entries))
def test_activations(name: str, tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(0, 3, (5, 3, 4)).astype("float32")
    x[0, 0] = [0.0, 40.0, -40.0, 1e-3]
    inputs = Input((3, 4))
    function = activations.get(name)
    outputs = [function(inputs, **arguments) for arguments in ARGUMENTS.get(name, [{}])]
    model = Model(inputs, outputs)
    for suffix in FORMATS:
        model.export(tmp_path / f"m.{suffix}")
        found = run_file(tmp_path / f"m.{suffix}", {model.input_names[0]: x})
        for (title, array), arguments in zip(found.items(), ARGUMENTS.get(name, [{}]), strict=True):
            expected = np.asarray(function(x, **arguments))
            np.testing.assert_allclose(array, expected, rtol=2e-5, atol=2e-6, err_msg=title)


def test_an_activation_inside_a_layer(tmp_path: Path) -> None:
    model = Sequential([Input((4,)), layers.Dense(3, activation="selu"), layers.Dense(2, activation=_own)])
    exported(model, tmp_path, np.random.default_rng(0).normal(size=(6, 4)).astype("float32"))


def _own(x: Any) -> Any:
    return activations.relu(x) * 2.0 - 1.0


TABLES: list[tuple[Any, Any, str]] = [
    (layers.CategoryIndicators([3, 4, 2]), np.array([[0, 0, 0], [1, 3, 1], [2, 1, 0], [1, 2, 1]]), "int32"),
    (layers.CategoryEmbedding([3, 4, 2], 5), np.array([[0, 0, 0], [1, 3, 1], [2, 1, 0], [1, 2, 1]]), "int32"),
    (layers.FadingDropout(0.5, 10), np.eye(4, 3), "float32"),
    (layers.FeatureScale(), np.eye(4, 3), "float32"),
    (layers.ParametricActivation("mish"), np.linspace(-2, 2, 12).reshape(4, 3), "float32"),
    (layers.PeriodicEmbedding(), np.linspace(-2, 2, 12).reshape(4, 3), "float32"),
    (layers.PeriodicEmbedding(), np.linspace(-2, 2, 24).reshape(4, 2, 3), "float32"),
    (layers.ScaledDense(2, "tanh"), np.eye(4, 3), "float32"),
]


@pytest.mark.parametrize(("layer", "rows", "dtype"), TABLES)
def test_layers_for_tables(layer: Any, rows: Any, dtype: str, tmp_path: Path) -> None:
    inputs = Input(rows.shape[1:], dtype=dtype)
    model = Model(inputs, layer(inputs))
    for variable in model.weights:
        variable.assign(variable.numpy() + 0.25)
    exported(model, tmp_path, rows.astype(dtype))
