from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ranvier.models import load_model

pytest.importorskip("sklearn")


def test_evaluation_repeats_the_report_of_the_training(line, trained: Path) -> None:
    result = line("evaluate", trained)
    assert result.exit_code == 0
    assert result.stdout == (trained / "report.txt").read_text()


def test_evaluation_as_json(line, trained: Path) -> None:
    answer = json.loads(line("evaluate", trained, "--json").stdout)
    test = json.loads((trained / "metrics.json").read_text())["test"]
    assert answer.pop("run") == str(trained)
    assert answer.pop("data_set") == "digits"
    assert answer.pop("loss") == pytest.approx(test.pop("loss"))
    assert answer == test


def test_data_set_that_this_version_does_not_know(line, trained: Path, tmp_path: Path) -> None:
    settings = json.loads((trained / "settings.json").read_text())
    (tmp_path / "settings.json").write_text(json.dumps({**settings, "data_set": "letters"}))
    sentence = line.sentence("evaluate", tmp_path)
    assert "was trained on 'letters', which this version does not know; it knows: digits, mnist." in sentence


def test_missing_and_foreign_models(line, trained: Path, tmp_path: Path) -> None:
    shutil.copy(trained / "settings.json", tmp_path)
    for command in (["evaluate"], ["summary"]):
        assert "has no file 'model.safetensors'" in line.sentence(*command, tmp_path)
    model = load_model(trained / "model.safetensors", compile=False)
    model.pop()
    model.save(tmp_path / "model.safetensors")
    assert "from (None, 8, 8) to (None, 10) was expected" in line.sentence("evaluate", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"nothing of the kind")
    assert line.sentence("evaluate", tmp_path).startswith("Error: ")


@pytest.mark.parametrize("command", [["evaluate"], ["summary"], ["predict"]])
def test_folder_that_is_no_run(line, tmp_path: Path, command: list[str]) -> None:
    images = ["image.png"] if command == ["predict"] else []
    assert "which does not exist" in line.sentence(*command, tmp_path / "absent", *images)
    assert "is not a run" in line.sentence(*command, tmp_path, *images)
