from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.layers import Input, Layer
from ranvier.models import Sequential, load_model
from tests.cli.conftest import Line
from tests.storage.files import fitted_model
from tests.storage.golden.make import FOLDER, inputs_of


def test_a_file_and_a_run(line: Line, tmp_path: Path, trained: Path) -> None:
    fitted_model().save(tmp_path / "a.safetensors")
    shown = line("convert", tmp_path / "a.safetensors", tmp_path / "b.safetensors").output
    assert "it predicts 5 rows as" in shown
    assert "Not carried over" not in shown
    told = json.loads(line("convert", trained, tmp_path / "c.weights.h5", "--json").stdout)
    assert told["rows"] == 5
    assert "the configuration of the model" in told["left_out"]
    shown = line("convert", trained, tmp_path / "d.weights.h5").output
    assert "Not carried over: the metadata 'class_names'." in shown


def test_what_is_there_stays_unless_it_is_forced(line: Line, tmp_path: Path) -> None:
    fitted_model().save(tmp_path / "a.safetensors")
    (tmp_path / "b.safetensors").write_bytes(b"mine")
    assert "--force" in line.sentence("convert", tmp_path / "a.safetensors", tmp_path / "b.safetensors")
    assert line("convert", tmp_path / "a.safetensors", tmp_path / "b.safetensors", "--force").exit_code == 0
    load_model(tmp_path / "b.safetensors")


def test_files_that_cannot_be_converted(line: Line, tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").write_bytes(b"something else, and longer than eight bytes")
    assert "no model file" in line.sentence("convert", tmp_path / "x.safetensors", tmp_path / "y.safetensors")
    assert "There is no file" in line.sentence("convert", tmp_path / "missing", tmp_path / "y.safetensors")


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("keras-2.12-trained.keras", ".keras"),
        ("keras-2.12-graph.keras", ".safetensors"),
        ("keras-2.15-graph.h5", ".h5"),
        ("keras-3.15-trained.h5", ".safetensors"),
    ],
)
def test_files_of_keras(line: Line, tmp_path: Path, name: str, suffix: str) -> None:
    target = tmp_path / f"m{suffix}"
    told = json.loads(line("convert", FOLDER / name, target, "--json").stdout)
    assert (told["rows"], told["left_out"]) == (5, [])
    kind = "graph" if "graph" in name else "trained"
    before, after = (load_model(path).predict(inputs_of(kind), verbose=0) for path in (FOLDER / name, target))
    for one, other in zip(
        *(each if isinstance(each, list) else [each] for each in (before, after)), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    if kind == "trained":
        assert int(load_model(target).optimizer.iterations) == 4


def test_classes_of_a_users_own_are_never_imported(line: Line, tmp_path: Path) -> None:
    class Own(Layer):
        def call(self, x: Any) -> Any:
            return x

    model = Sequential([Input((3,)), Own()])
    model.save(tmp_path / "m.keras")
    for command in (["convert", tmp_path / "m.keras", tmp_path / "n.h5"], ["serve", tmp_path / "m.keras"]):
        assert "load the file in Python with custom_objects={'Own': Own}" in line.sentence(*command)
    assert line("inspect", tmp_path / "m.keras").exit_code == 0
