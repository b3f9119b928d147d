from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier import TabularClassifier, TabularRegressor
from ranvier.errors import ConfigurationError, FileFormatError, UnsupportedError
from ranvier.estimators import load_estimator
from ranvier.storage.document import Document, read_document
from ranvier.storage.model_file import write_document
from ranvier.storage.tensor_reader import open_tensors
from tests.estimators.tables.tables import awkward, labels_of

FRAME = awkward()
LABELS = labels_of(FRAME)
SMALL: dict[str, Any] = {"hidden_layer_sizes": (8, 4), "epochs": 3, "n_members": 2, "random_state": 0}


@pytest.fixture(scope="module")
def classifier() -> TabularClassifier:
    return TabularClassifier(**SMALL).fit(FRAME, LABELS)


@pytest.mark.parametrize(
    ("labels", "recipe"),
    [
        (LABELS, "td"),
        (LABELS, "td-s"),
        (LABELS == "yes", "td"),
        ((LABELS == "yes") * 3 - 1, "td"),
        (LABELS.astype(object), "td"),
        (["one"] * 90, "td"),
    ],
)
def test_a_classifier_predicts_the_same_bits_after_loading(labels: Any, recipe: str, tmp_path: Path) -> None:
    path = tmp_path / "table.safetensors"
    one = TabularClassifier(**SMALL, recipe=recipe, calibrate=len(set(labels)) > 1).fit(FRAME, labels)
    one.save(path)
    other = load_estimator(path)
    np.testing.assert_array_equal(other.predict_log_proba(FRAME), one.predict_log_proba(FRAME))
    found = other.predict(FRAME)
    np.testing.assert_array_equal(found, one.predict(FRAME))
    assert found.dtype == one.predict(FRAME).dtype
    assert other.get_params() == one.get_params()
    assert other.schema_ == one.schema_
    if len(set(labels)) > 1:
        assert other.history_ == one.history_
        assert other.best_epochs_ == one.best_epochs_
        assert str(other.explain(FRAME, labels, n_repeats=1, random_state=0)) == str(
            one.explain(FRAME, labels, n_repeats=1, random_state=0)
        )


@pytest.mark.parametrize("targets", [1, 2])
def test_a_regressor_predicts_the_same_bits_after_loading(targets: int, tmp_path: Path) -> None:
    y = np.random.default_rng(0).normal(size=(90, targets))
    one = TabularRegressor(**SMALL).fit(FRAME.to_numpy(), y if targets > 1 else y[:, 0])
    one.save(tmp_path / "table.safetensors")
    other = load_estimator(tmp_path / "table.safetensors")
    np.testing.assert_array_equal(other.predict(FRAME.to_numpy()), one.predict(FRAME.to_numpy()))
    assert not hasattr(other, "feature_names_in_")


def test_parameters_that_are_objects_stay_behind(tmp_path: Path, classifier: TabularClassifier) -> None:
    settings = SMALL | {"random_state": np.random.RandomState(0), "schema": classifier.schema_}
    one = TabularClassifier(**settings, class_weight={"yes": 2.0}).fit(FRAME, LABELS)
    one.save(tmp_path / "table.safetensors")
    other = load_estimator(tmp_path / "table.safetensors")
    assert other.random_state is None
    assert other.schema == classifier.schema_.as_dict()
    np.testing.assert_array_equal(other.predict_proba(FRAME), one.predict_proba(FRAME))
    one.random_state = object()
    with pytest.raises(UnsupportedError, match="random_state"):
        one.save(tmp_path / "other.safetensors")


def change(described: dict[str, Any], path: list[Any], value: Any) -> None:
    for key in path[:-1]:
        described = described[key]
    described[path[-1]] = value


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (["class_name"], "os.system"),
        (["parameters", "more"], 1),
        (["columns", "names"], ["a"]),
        (["columns", "named"], 1),
        (["schema", "columns", 0, "kind"], "nothing"),
        (["encoder", "numbers", 0], ["colour", None]),
        (["encoder", "numbers", 0], ["size", "elapsed"]),
        (["encoder", "numbers"], []),
        (["encoder", "indicators", 0], ["same", None]),
        (["encoder", "indicators", 1, 1], [1, 2, 3]),
        (["architecture", "outputs"], 3),
        (["architecture", "hidden"], [8]),
        (["architecture", "hidden"], [8, 10**9]),
        (["architecture", "activation"], "relu"),
        (["architecture", "more"], 1),
        (["members"], []),
        (["members", 0, "history"], 3),
        (["targets", "temperature"], -1.0),
        (["targets", "classes"], ["no", "no"]),
        (["targets", "classes"], [1, 2]),
        (["targets"], None),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(
    place: list[Any], value: Any, classifier: TabularClassifier, tmp_path: Path
) -> None:
    path = str(tmp_path / "table.safetensors")
    classifier.save(path)
    file = open_tensors(path)
    document = read_document(file)
    with file.arrays() as arrays:
        kept = {name: arrays[name] for name in arrays}
    described = json.loads(json.dumps(document.estimator))
    change(described, place, value)
    write_document(path, Document("estimator", estimator=described), kept)
    with pytest.raises(FileFormatError, match="makes no sense"):
        load_estimator(path)


def test_weights_that_do_not_fit_are_refused(classifier: TabularClassifier, tmp_path: Path) -> None:
    path = str(tmp_path / "table.safetensors")
    classifier.save(path)
    file = open_tensors(path)
    document = read_document(file)
    with file.arrays() as arrays:
        kept = {name: arrays[name] for name in arrays}
    kept["members/1/output/bias"] = np.zeros(5, np.float32)
    write_document(path, Document("estimator", estimator=document.estimator), kept)
    with pytest.raises(FileFormatError, match="member 1 do not fit"):
        load_estimator(path)


def test_a_model_is_no_estimator(classifier: TabularClassifier, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    classifier.to_model().save(path)
    with pytest.raises(ConfigurationError, match="holds a model, not an estimator"):
        load_estimator(path)


def test_a_damaged_file_is_refused(classifier: TabularClassifier, tmp_path: Path) -> None:
    path = tmp_path / "table.safetensors"
    classifier.save(path)
    content = bytearray(path.read_bytes())
    content[-5] ^= 255
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match="checksum"):
        load_estimator(path)
