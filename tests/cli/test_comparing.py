from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def other(trained: Path, tmp_path: Path) -> Path:
    """A copy of a run that is said to be better and longer."""
    folder = tmp_path / "other"
    shutil.copytree(trained, folder)
    metrics = json.loads((folder / "metrics.json").read_text())
    metrics["test"]["accuracy"] = 0.999
    (folder / "metrics.json").write_text(json.dumps(metrics))
    settings = json.loads((folder / "settings.json").read_text())
    settings["network"]["hidden"] = [7]
    settings["training"]["learning_rate"] = 0.5
    (folder / "settings.json").write_text(json.dumps(settings))
    return folder


def test_what_differs_and_what_is_best(line, trained: Path, other: Path) -> None:
    lines = line("compare", trained, other).stdout.splitlines()
    rows = {words[0]: words[1:] for words in map(str.split, lines) if words}
    assert lines[:2] == [f"[1] {trained}", f"[2] {other}"]
    assert rows["network.hidden"] == ["64,32", "7"]
    assert rows["training.learning_rate"] == ["0.0010", "0.5000"]
    assert "network.activation" not in rows
    assert rows["Accuracy"][1] == "99.90%*"
    assert rows["Loss"][0].rstrip("*") == rows["Loss"][1].rstrip("*")
    assert max(map(len, lines[2:])) <= 80


def test_json(line, trained: Path, other: Path) -> None:
    told = json.loads(line("compare", trained, other, "--json").stdout)
    assert told["settings"]["network.hidden"] == [[64, 32], [7]]
    assert told["best"]["Accuracy"] == [str(other)]


def test_many_runs_are_divided(line, trained: Path, other: Path) -> None:
    lines = line("compare", *[trained, other] * 6).stdout.splitlines()
    assert sum("network.hidden" in each for each in lines) > 1
    assert "[12] " in "".join(lines)
    assert max(map(len, [each for each in lines if not each.startswith("[")])) <= 80


def test_a_run_without_results(line, trained: Path, other: Path) -> None:
    (other / "metrics.json").unlink()
    output = " ".join(line("compare", trained, other).stdout.split())
    assert f"! {other} has no results" in output


def test_one_run_is_not_enough(line, trained: Path, tmp_path: Path) -> None:
    assert "At least two runs are needed" in line.sentence("compare", trained)
    assert "is not a run" in line.sentence("compare", trained, tmp_path)
