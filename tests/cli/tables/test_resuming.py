"""``ranvier train --resume`` for runs on tables."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from ranvier.estimators.tables.ensemble import EnsembleTraining
from ranvier.estimators.tables.selection import BestEpoch

OPTIONS = (
    "--target",
    "price",
    "--drop",
    "kind",
    "--members",
    2,
    "--hidden",
    "8",
    "--epochs",
    4,
    "--recipe",
    "td-s",
)


def interrupted(line: Any, table: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin a run and press Ctrl-C in the second epoch of its second network."""
    measured, calls = BestEpoch.on_epoch_end, []

    def press(self: Any, epoch: int, logs: Any = None) -> None:
        measured(self, epoch, logs)
        calls.append(epoch)
        if len(calls) == 6:
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr(BestEpoch, "on_epoch_end", press)
        patched.setattr(EnsembleTraining, "_at_once", lambda *_: 1)  # one after the other, to count on
        result = line("train", table, *OPTIONS, "--no-plots", "-o", folder)
    assert result.exit_code == 130, result.output
    assert calls == [0, 1, 2, 3, 0, 1]
    assert f"To go on from here:\n  ranvier train --resume {folder} --no-plots\n" in result.stderr


@pytest.fixture
def stopped(line, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(table, tmp_path / "houses.csv")
    interrupted(line, tmp_path / "houses.csv", tmp_path / "run", monkeypatch)
    return tmp_path / "run"


def results(folder: Path) -> dict[str, Any]:
    metrics = json.loads((folder / "metrics.json").read_text())
    del metrics["training_seconds"]
    return {
        "metrics": metrics,
        "names": sorted(path.name for path in folder.iterdir()),
        **{
            name: (folder / name).read_bytes() for name in ("model.safetensors", "history.csv", "schema.json")
        },
    }


def test_an_interrupted_run_ends_as_an_undisturbed_one(line, stopped: Path, monkeypatch) -> None:
    assert json.loads((stopped / "metrics.json").read_text())["interrupted"]
    table = stopped.parent / "houses.csv"
    measured, seen = BestEpoch.on_epoch_end, []

    def note(self: Any, epoch: int, logs: Any = None) -> None:
        seen.append(epoch)
        measured(self, epoch, logs)

    with monkeypatch.context() as patched:
        patched.setattr(BestEpoch, "on_epoch_end", note)
        # What says the same may be given.
        result = line("train", table, "--resume", stopped, "--no-plots", "-q", "--members", 2, "-o", stopped)
    assert result.exit_code == 0, result.output
    assert seen == [2, 3]
    assert line("train", table, *OPTIONS, "--no-plots", "-o", stopped.parent / "other").exit_code == 0
    assert results(stopped) == results(stopped.parent / "other")
    assert "is finished; there is nothing to resume" in line.sentence("train", "--resume", stopped)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--epochs", 7], "--epochs 7, where "),
        (["--target", "area"], "begun with price."),
        (["--patience", 3], "begun without it."),
        (["digits"], "received: digits, where "),
        (["-o", "elsewhere"], "--output elsewhere, where "),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_contradictions_are_refused(line, stopped: Path, options: list[Any], words: str) -> None:
    sentence = line.sentence("train", "--resume", stopped, *options)
    assert sentence.startswith("Error: A run is resumed with its own settings; received: ")
    assert words in sentence


def test_a_table_that_has_changed_is_refused(line, stopped: Path) -> None:
    table = stopped.parent / "houses.csv"
    table.write_text(table.read_text().replace("Bergen", "Molde"))
    assert "is another than when the run" in line.sentence("train", "--resume", stopped)


def test_a_table_that_is_gone_is_a_sentence(line, stopped: Path) -> None:
    (stopped.parent / "houses.csv").unlink()
    assert "houses.csv" in line.sentence("train", "--resume", stopped)


def test_standard_input_cannot_be_read_twice(line, stopped: Path) -> None:
    settings = stopped / "settings.toml"
    settings.write_text(settings.read_text().replace(str(stopped.parent / "houses.csv"), "-"))
    assert "standard input, which is gone. Save the table to a file" in line.sentence(
        "train", "--resume", stopped
    )
