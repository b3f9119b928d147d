"""Files of every format and version, each written once: whatever changes, they load and predict as they did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.models import load_model
from ranvier.storage.backup import read_backup
from ranvier.storage.document import FORMAT
from ranvier.storage.inspection import inspect_file
from tests.storage.golden.make import FOLDER, graph, inputs_of, stack

FILES = sorted(FOLDER.glob("native-*.safetensors"))
MODELS = [path for path in FILES if path.stem.endswith(("stack", "trained", "graph"))]


def ids(path: Path) -> str:
    return path.stem


def predicts_as_it_did(model: Any, path: Path) -> None:
    outputs = model.predict(inputs_of(path.stem.rpartition("-")[2]), verbose=0)
    expected = json.loads(path.with_suffix(".json").read_text())
    found = outputs if isinstance(outputs, dict) else {"output": outputs}
    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-5, atol=1e-6)


def test_every_kind_is_kept_in_the_present_format() -> None:
    kinds = ("backup", "graph", "stack", "trained", "weights")
    assert [path.stem for path in FILES if f"-{FORMAT}-" in path.name] == [
        f"native-{FORMAT}-{kind}" for kind in kinds
    ]


@pytest.mark.parametrize("path", MODELS, ids=ids)
def test_models_predict_as_they_did(path: Path) -> None:
    predicts_as_it_did(load_model(path), path)


@pytest.mark.parametrize("path", [path for path in FILES if "trained" in path.stem], ids=ids)
def test_a_trained_model_goes_on(path: Path) -> None:
    model = load_model(path)
    assert model.file_metadata == {"class_names": ["no", "yes"]}
    assert int(model.optimizer.iterations) == 4
    model.fit(inputs_of("trained"), np.array([0, 1, 0, 1]), batch_size=2, verbose=0)
    assert int(model.optimizer.iterations) == 6


@pytest.mark.parametrize("path", [path for path in FILES if "weights" in path.stem], ids=ids)
def test_weights_fit_the_model_they_were_made_for(path: Path) -> None:
    model = stack()
    model.load_weights(path)
    predicts_as_it_did(model, path)


@pytest.mark.parametrize("path", [path for path in FILES if "graph" in path.stem], ids=ids)
def test_weights_of_a_model_file_fit_a_model_built_again(path: Path) -> None:
    model = graph()
    model.load_weights(path)
    predicts_as_it_did(model, path)


@pytest.mark.parametrize("path", [path for path in FILES if "backup" in path.stem], ids=ids)
def test_backups_continue(path: Path) -> None:
    model = stack()
    backup = read_backup(str(path))
    backup.restore(model)
    assert (backup.epoch, backup.step, backup.state["best"]) == (2, 0, 0.5)
    np.testing.assert_array_equal(backup.state["array"], np.arange(3))
    assert int(model.optimizer.iterations) == 4
    predicts_as_it_did(model, path)


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_files_can_be_inspected(path: Path) -> None:
    report = inspect_file(path)
    assert report.parameters == sum(layer.parameters for layer in report.layers) > 0


# -- written by Keras -------------------------------------------------------------------------------

OF_KERAS = sorted(path for path in FOLDER.glob("keras-*") if path.suffix in (".keras", ".h5"))


def predicts_as_keras_did(model: Any, path: Path) -> None:
    kind = "graph" if "graph" in path.name else "trained"
    outputs = model.predict(inputs_of(kind), verbose=0)
    expected = json.loads(path.with_name(f"{path.name}.json").read_text())
    if isinstance(outputs, list):
        outputs = dict(zip(expected, outputs, strict=True))
    found = outputs if isinstance(outputs, dict) else {"output": outputs}
    if set(found) != set(expected):  # an older file does not keep the names of outputs
        expected = dict(zip(found, expected.values(), strict=True))
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("path", OF_KERAS, ids=lambda path: path.name)
def test_files_of_keras_predict_as_they_did_there(path: Path) -> None:
    if path.name.endswith(".weights.h5"):
        model: Any = stack()
        model.load_weights(path)
    else:
        model = load_model(path)
    predicts_as_keras_did(model, path)
    assert inspect_file(path).parameters > 0
    if "trained" in path.name and not path.name.endswith(".weights.h5"):
        assert int(model.optimizer.iterations) == 4
        model.fit(inputs_of("trained"), np.array([0, 1, 0, 1]), batch_size=2, verbose=0)


@pytest.mark.parametrize("generation", ["2", "3"])
def test_every_format_of_keras_is_kept(generation: str) -> None:
    kept = [path.name.split("-", 2)[1:] for path in OF_KERAS]
    assert {name for version, name in kept if version.startswith(generation)} >= {
        *("graph.h5", "graph.keras", "trained.h5", "trained.keras", "trained.weights.h5"),
        *(("trained-older.weights.h5",) if generation == "2" else ()),
    }
