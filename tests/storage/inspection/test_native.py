from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ranvier import TabularClassifier, layers
from ranvier.cli.file_overview import overview
from ranvier.errors import FileFormatError
from ranvier.layers import Dense, Input
from ranvier.models import Model, Sequential, save_model
from ranvier.storage.backup import save_backup
from ranvier.storage.inspection import inspect_file
from ranvier.storage.inspection.estimators import told_of_estimator
from tests.storage.files import edit_document, fitted_model, join, small_model, split


class Pair(Model):
    """A user's model: its layers stand in no configuration."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = Dense(3), Dense(2)

    def call(self, inputs: Any) -> Any:
        return self.second(self.first(inputs))


def shared_and_nested() -> Model:
    inputs, shared = Input((3,), name="x"), Dense(3, name="both")
    inner_input = Input((3,), name="inside")
    inner = Model(inner_input, Dense(2, name="deep")(shared(inner_input)), name="inner")
    return Model(inputs, [inner(inputs), shared(inputs), layers.BatchNormalization(name="bn")(inputs)])


def test_estimators(tmp_path: Path) -> None:
    table = pd.DataFrame({"size": [1.0, 2.0, None, 4.0] * 10, "colour": ["red", "blue"] * 20})
    estimator = TabularClassifier(
        n_members=2, epochs=2, hidden_layer_sizes=(4,), recipe="td-s", random_state=0
    )
    estimator.fit(table, ["a", "b"] * 20).save(tmp_path / "e.safetensors")
    report = inspect_file(tmp_path / "e.safetensors")
    assert (report.holds, report.kind, report.class_names) == ("estimator", "TabularClassifier", ["a", "b"])
    assert report.metadata["columns"] == {"size": "number", "colour": "category"}
    assert report.training["networks"] == 2
    networks = [layer.name for layer in report.layers if layer.kind == "network"]
    assert networks == ["member 1", "member 2"]
    hidden = [layer for layer in report.layers if layer.name == "hidden_1"]
    assert [[weight.name for weight in layer.weights] for layer in hidden] == [
        [f"members/{member}/hidden_1/{name}" for name in ("kernel", "bias")] for member in (0, 1)
    ]
    lines = overview(report)
    assert "an estimator for tables (TabularClassifier)" in lines
    assert "Columns     size (number), colour (category)" in lines


@pytest.mark.parametrize("part", ["members", "schema", "targets"])
@pytest.mark.parametrize("value", [None, 3, "x", [3], {"columns": [3], "classes": 3}])
def test_estimators_that_make_no_sense_are_told_as_far_as_they_do(part: str, value: Any) -> None:
    assert told_of_estimator({part: value})[1].get("class_names") is None


def test_a_compiled_and_trained_model(tmp_path) -> None:
    path = tmp_path / "m.safetensors"
    model = fitted_model()
    save_model(model, path, metadata={"class_names": ["no", "yes"], "note": 3})
    report = inspect_file(path)
    assert (report.holds, report.name, report.kind) == ("model", "sequential", "Sequential")
    assert [(each.kind, each.parameters) for each in report.layers] == [
        ("InputLayer", 0),
        ("Dense", 16),
        ("Dropout", 0),
        ("Dense", 10),
    ]
    assert report.layers[0].shape == (None, 3)
    assert [(each.name, each.shape, each.dtype) for each in report.layers[1].weights] == [
        ("kernel", (3, 4), "float32"),
        ("bias", (4,), "float32"),
    ]
    assert report.parameters == model.count_params()
    assert sum(each.size for each in report.state) == 2 * report.parameters
    assert report.training == {"iterations": 3, "learning_rate": pytest.approx(0.001)}
    assert report.compiled is not None
    assert report.compiled["loss"] == "sparse_categorical_crossentropy"
    assert report.class_names == ["no", "yes"]
    assert report.size == path.stat().st_size
    assert report.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert json.loads(json.dumps(report.as_dict()))["layers"][1]["parameters"] == 16


def test_nested_and_shared_layers_are_listed_where_they_are_met(tmp_path) -> None:
    model = shared_and_nested()
    model.save(tmp_path / "m.safetensors")
    report = inspect_file(tmp_path / "m.safetensors")
    assert sum(each.parameters for each in report.layers) == report.parameters == model.count_params()
    assert {(each.name, each.depth, each.parameters) for each in report.layers if each.parameters} == {
        ("both", 0, 12) if _first(report, "both") == 0 else ("both", 1, 12),
        ("deep", 1, 8),
        ("bn", 0, 12),
    }
    assert any(each.shared for each in report.layers)


def _first(report: Any, name: str) -> int:
    return next(each.depth for each in report.layers if each.name == name and not each.shared)


def test_layers_of_a_users_class_are_named_by_their_weights(tmp_path) -> None:
    model = Pair()
    model(np.zeros((1, 4), np.float32))
    model.save(tmp_path / "m.safetensors")
    report = inspect_file(tmp_path / "m.safetensors")
    assert report.kind == "Pair"
    assert [(each.name, each.parameters) for each in report.layers] == [("first", 15), ("second", 8)]


def test_weights_and_backups(tmp_path) -> None:
    model = fitted_model()
    model.save_weights(tmp_path / "w.safetensors")
    report = inspect_file(tmp_path / "w.safetensors")
    assert (report.holds, report.kind, report.compiled) == ("weights", None, None)
    assert [(each.name, each.parameters) for each in report.layers] == [("dense", 16), ("dense_1", 10)]
    save_backup(str(tmp_path / "b"), model, epoch=2, step=1)
    report = inspect_file(tmp_path / "b")
    assert report.holds == "backup"
    assert (report.training["epoch"], report.training["step"], report.training["iterations"]) == (2, 1, 3)


def test_damaged_arrays_are_noticed(tmp_path) -> None:
    path = tmp_path / "m.safetensors"
    small_model().save(path)
    header, data = split(path)
    join(path, header, data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(FileFormatError, match="checksum it was written with"):
        inspect_file(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d["model"]["config"].update(layers=3), "layers that are none"),
        (lambda d: d["model"]["config"]["layers"].append([]), "layers that are none"),
        (lambda d: d["model"]["config"]["layers"][1].update(class_name=None), "without the name of a class"),
        (lambda d: d.update(format=7), "Install a newer Ranvier"),
    ],
)
def test_damaged_configurations(tmp_path, change: Any, sentence: str) -> None:
    small_model().save(tmp_path / "m.safetensors")
    edit_document(tmp_path / "m.safetensors", change)
    with pytest.raises(FileFormatError, match=sentence):
        inspect_file(tmp_path / "m.safetensors")


def test_odd_but_harmless_configurations(tmp_path) -> None:
    path = tmp_path / "m.safetensors"
    Sequential([Input((3,)), Dense(2)]).save(path)

    def change(document: dict[str, Any]) -> None:
        document["model"]["config"]["layers"][0]["config"]["batch_shape"] = "wide"
        document["model"]["config"]["layers"][1]["config"] = None
        document["model"]["name"] = 5

    edit_document(path, change)
    report = inspect_file(path)
    assert report.name is None
    assert report.layers[0].shape is None
    assert report.layers[1].parameters == 8
