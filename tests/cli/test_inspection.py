from __future__ import annotations

import json
from pathlib import Path

import pytest

from ranvier.layers import Dense, Input
from ranvier.models import Model, Sequential, save_model
from tests.cli.conftest import Line
from tests.storage.files import edit_document, fitted_model
from tests.storage.golden.make import FOLDER


def test_a_model_file(line: Line, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_model(fitted_model(), path, metadata={"class_names": ["no", "yes"], "note": "n"})
    shown = line("inspect", path).output
    for text in (
        "model 'sequential' (Sequential)",
        "takes (any, 3)",
        "kernel (3, 4), bias (4)",
        "26 in 4 arrays, float32",
        "52 numbers of the optimizer",
        "Adam, learning rate 0.001",
        "sparse_categorical_crossentropy",
        "3 steps done",
        "no, yes",
        '{"note": "n"}',
        "format 1",
        f"{path.stat().st_size:,} bytes",
    ):
        assert text in shown
    told = json.loads(line("inspect", path, "--json").stdout)
    assert told["parameters"] == 26
    assert told["sha256"] in shown


def test_shared_layers_and_named_losses(line: Line, tmp_path: Path) -> None:
    inputs, shared = Input((3,)), Dense(3)
    inner_input = Input((3,))
    inner = Model(inner_input, shared(inner_input), name="inner")
    model = Model(inputs, {"a": inner(inputs), "b": shared(inputs)})
    model.compile("sgd", {"a": "mse", "b": "mae"}, loss_weights={"a": 1.0, "b": 0.5})
    model.save(tmp_path / "m.safetensors")
    shown = line("inspect", tmp_path / "m.safetensors").output
    assert "shared with the one above" in shown
    assert "a: mse, b: mae" in shown


def test_a_long_network_is_cut(line: Line, tmp_path: Path) -> None:
    model = Sequential([Input((3,)), Dense(2, name="first")])
    model.save(tmp_path / "m.safetensors")

    def lengthen(document: dict) -> None:
        document["model"]["config"]["layers"] *= 200

    edit_document(tmp_path / "m.safetensors", lengthen)
    assert "… and 200 more" in line("inspect", tmp_path / "m.safetensors").output


def test_what_would_move_the_cursor_is_shown_as_text(line: Line, tmp_path: Path) -> None:
    fitted_model().save(tmp_path / "m.safetensors")
    edit_document(
        tmp_path / "m.safetensors", lambda d: d["model"].update(name="\x1b[2Jgone\u202e" + "x" * 300)
    )
    shown = line("inspect", tmp_path / "m.safetensors").output
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "gone" in shown
    assert "x" * 200 not in shown


def test_a_run(line: Line, trained: Path) -> None:
    shown = line("inspect", trained).output
    assert "Sequential" in shown
    assert "Data set  digits" in shown
    assert "Test      accuracy 0." in shown
    told = json.loads(line("inspect", trained, "--json").stdout)
    assert told["settings"]["data_set"] == "digits"
    assert told["model"]["holds"] == "model"
    assert told["results"]["test"]


def test_what_cannot_be_inspected(line: Line, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"something else, and longer than eight bytes")
    assert "no model file" in line.sentence("inspect", tmp_path / "x")
    assert "There is no file" in line.sentence("inspect", tmp_path / "missing")
    assert "not a run" in line.sentence("inspect", tmp_path)


@pytest.mark.parametrize(
    "name", ["keras-2.12-trained.keras", "keras-2.15-trained.h5", "keras-3.15-trained.keras"]
)
def test_files_of_keras(line: Line, name: str) -> None:
    shown = line("inspect", FOLDER / name).output
    for text in (
        "model 'golden' (Sequential)",
        "26 in 4 arrays, float32",
        "4 steps done",
        "Metrics     accuracy",
    ):
        assert text in shown
    assert "Custom>" not in shown
    assert f"Written by  Keras {name.split('-')[1]}" in shown
