from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from ranvier.errors import FileFormatError
from ranvier.storage.inspection import inspect_file
from tests.storage.attacks.keras_files import edit_config, edit_member, keras, write_honest
from tests.storage.golden.make import FOLDER


def test_archives(tmp_path) -> None:
    report = inspect_file(write_honest(tmp_path, ".keras"))
    assert (report.holds, report.kind, report.name) == ("model", "Sequential", "sequential")
    assert report.writer == f"Keras {keras.__version__}"
    assert [(each.kind, each.parameters) for each in report.layers] == [
        ("InputLayer", 0),
        ("Dense", 16),
        ("Dropout", 0),
        ("Dense", 10),
    ]
    assert report.layers[0].shape == (None, 3)
    assert report.layers[1].weights[0].shape == (3, 4)
    assert report.parameters == 26
    assert report.compiled is not None
    assert report.compiled["loss"] == "sparse_categorical_crossentropy"
    assert report.training == {"iterations": 1, "learning_rate": pytest.approx(0.001)}
    json.dumps(report.as_dict())


def test_models_in_hdf5(tmp_path) -> None:
    report = inspect_file(write_honest(tmp_path, ".h5"))
    assert (report.holds, report.kind, report.parameters) == ("model", "Sequential", 26)
    assert [each.parameters for each in report.layers] == [0, 16, 0, 10]
    assert {weight.name.rpartition("/")[2] for weight in report.layers[1].weights} == {"kernel", "bias"}
    assert report.compiled is not None
    assert report.compiled["optimizer"]["class_name"] == "Adam"
    assert report.training["iterations"] == 1


def test_weights_alone(tmp_path) -> None:
    report = inspect_file(write_honest(tmp_path, ".weights.h5"))
    assert (report.holds, report.kind, report.compiled) == ("weights", None, None)
    assert [(each.name, each.parameters) for each in report.layers] == [
        ("layers/dense", 16),
        ("layers/dense_1", 10),
    ]


def test_layers_of_nested_models(tmp_path) -> None:
    inner = keras.Sequential(
        [keras.layers.Input((2,)), keras.layers.Dense(2), keras.layers.Dense(2)], name="inner"
    )
    model = keras.Sequential([keras.layers.Input((2,)), inner, keras.layers.Dense(1)], name="outer")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save(tmp_path / "m.keras")
    report = inspect_file(tmp_path / "m.keras")
    assert [(each.depth, each.parameters) for each in report.layers if each.parameters] == [
        (1, 6),
        (1, 6),
        (0, 3),
    ]
    assert [each.name for each in report.layers if each.kind == "Sequential"] == ["inner"]


def test_what_is_none(tmp_path) -> None:
    path = write_honest(tmp_path, ".keras")
    edit_member(path, "config.json", lambda content: b"[]")
    with pytest.raises(FileFormatError, match="is no table"):
        inspect_file(path)
    edit_member(path, "config.json", lambda content: b"{")
    with pytest.raises(FileFormatError, match="cannot be read"):
        inspect_file(path)
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.create_group("empty")
    with pytest.raises(FileFormatError, match="neither a model nor weights"):
        inspect_file(tmp_path / "other.h5")


@pytest.mark.parametrize(
    "name", ["keras-2.12-trained.keras", "keras-2.15-trained.h5", "keras-2.15-trained.weights.h5"]
)
def test_files_of_keras_2(name: str) -> None:
    report = inspect_file(FOLDER / name)
    assert report.parameters == 26
    assert [each.parameters for each in report.layers if each.parameters] == [16, 10]
    if not name.endswith(".weights.h5"):
        assert report.training["iterations"] == 4
        assert [each.kind for each in report.layers] == ["InputLayer", "Dense", "Dropout", "Dense"]


def test_odd_configurations(tmp_path) -> None:
    path = write_honest(tmp_path, ".keras")

    def change(described: dict[str, Any]) -> None:
        described.update(class_name=3, config=None, compile_config="adam")

    edit_config(path, change)
    report = inspect_file(path)
    assert (report.kind, report.name, report.compiled, report.training) == (None, None, None, {})
    assert [each.parameters for each in report.layers] == [16, 10]


def test_weights_of_other_shapes_are_shown_as_they_are(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "w.weights.h5", "w") as file:
        for number in range(12):
            file[f"vars/{number}"] = np.zeros(number, np.float16)
    (group,) = inspect_file(tmp_path / "w.weights.h5").layers
    assert [each.shape for each in group.weights] == [(number,) for number in range(12)]
    assert group.weights[0].dtype == "float16"
