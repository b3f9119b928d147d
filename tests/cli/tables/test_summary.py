from __future__ import annotations

import json
import shutil
from pathlib import Path


def test_a_run_on_a_table(line, classified: Path) -> None:
    output = " ".join(line("summary", classified).stdout.split())
    assert "Predicts kind (classification)" in output
    assert "From 4 columns: area, town, garden, sold" in output
    assert "price (as told)" in output
    assert "Epochs 4 in" in output
    assert "On 48 test rows" in output
    assert "linear model most frequent class" in output


def test_results_that_are_missing(line, classified: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(classified, run)
    (run / "metrics.json").write_text(json.dumps({"test": 3, "baselines": {"x": 1}}))
    assert "Epochs" in line("summary", run).stdout
    (run / "metrics.json").unlink()
    assert "Results   not recorded" in line("summary", run).stdout
    (run / "model.safetensors").unlink()
    assert "holds no trained model" in line.sentence("summary", run)


def test_inspection_of_the_run(line, classified: Path) -> None:
    told = json.loads(line("inspect", classified, "--json").stdout)
    assert told["settings"]["kind"] == "table"
