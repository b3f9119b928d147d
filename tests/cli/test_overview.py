from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

pytest.importorskip("sklearn")


def test_summary_shows_network_settings_and_results(line, trained: Path) -> None:
    result = line("summary", trained)
    assert result.exit_code == 0, result.output
    output = result.stdout
    test = json.loads((trained / "metrics.json").read_text())["test"]
    assert "Total params: 6,570" in output
    assert "adam, learning rate 0.001, batches of 32, at most 8 epochs, patience 15, seed 0" in output
    assert f"accuracy {test['accuracy']:.4f}, loss {test['loss']:.4f}" in output
    assert "64, 32; relu, dropout 0" in output
    assert " Epochs      8; best " in output


def test_summary_without_results(line, trained: Path, tmp_path: Path) -> None:
    for name in ("settings.json", "model.safetensors"):
        shutil.copy(trained / name, tmp_path)
    assert " Results   not recorded\n" in line("summary", tmp_path).stdout
    (tmp_path / "metrics.json").write_text('{"test": [], "best_epoch": {"epoch": null}, "interrupted": true}')
    output = line("summary", tmp_path).stdout
    assert " Epochs      not recorded, stopped by Ctrl-C; best none\n" in output
    assert " Test        not recorded\n" in output
