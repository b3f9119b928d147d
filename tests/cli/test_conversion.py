from __future__ import annotations

import json
from pathlib import Path

from ranvier.models import load_model
from tests.cli.conftest import Line
from tests.storage.files import fitted_model


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
    assert "no such file" in line.sentence("convert", tmp_path / "missing", tmp_path / "y.safetensors")
