"""``ranvier train --resume``: a run that was stopped or killed ends as if nothing had happened."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.callbacks import CSVLogger
from ranvier.cli import fitting
from ranvier.report.run_folder import RunFolder
from tests.cli.test_training import _Presser

pytest.importorskip("sklearn")

OPTIONS = ("--epochs", 30, "--dropout", 0.2, "--learning-rate", 0.003, "--seed", 5, "--no-plots")


def results(folder: Path) -> dict[str, Any]:
    """Return what a run leaves, without what the clock decides."""
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics.pop("training_seconds") > 0
    files = {
        name: (folder / name).read_bytes() for name in ("model.safetensors", "history.csv", "report.txt")
    }
    return {"metrics": metrics, "names": sorted(path.name for path in folder.iterdir()), **files}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    # Each in a process of its own: the numbers of layers count up through a process.
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    process = started("digits", *OPTIONS, "-q", "-o", folder)
    assert process.wait() == 0
    return results(folder)


def started(*arguments: object, seconds: float = 0.0) -> subprocess.Popen[bytes]:
    program = (
        f"import sys, ranvier.cli.fitting as fitting; fitting.SECONDS_BETWEEN_BACKUPS = {seconds}\n"
        "from ranvier.cli.main import main; sys.exit(main())"
    )
    words = [str(each) for each in arguments]
    return subprocess.Popen([sys.executable, "-c", program, "train", *words], stdout=subprocess.DEVNULL)


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    while not path.exists() and process.poll() is None:
        os.sched_yield()


def test_a_killed_run_ends_as_an_undisturbed_one(tmp_path, undisturbed) -> None:
    folder = tmp_path / "run"
    process = started("digits", *OPTIONS, "-q", "-o", folder)
    drawn, kills = np.random.default_rng(2), 0
    # The next kill comes while the training runs: after a first backup, a little later each time.
    for _ in range(3):
        wait_for(folder / "backup" / "latest.safetensors", process)
        try:
            process.wait(timeout=drawn.uniform(0, 0.05))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
        else:
            break
        process = started("--resume", folder, "--no-plots", "-q")
    assert process.wait() == 0
    assert kills
    assert results(folder) == undisturbed


def test_a_run_killed_before_its_first_backup_begins_again(line, tmp_path, undisturbed) -> None:
    folder = tmp_path / "run"
    process = started("digits", *OPTIONS, "-q", "-o", folder, seconds=1e6)
    wait_for(folder / "history.csv", process)
    process.kill()
    process.wait()
    assert not (folder / "backup").exists()
    process = started("--resume", folder, "--no-plots")
    assert process.wait() == 0
    assert results(folder) == undisturbed


@pytest.fixture
def stopped(line, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run that was stopped by Ctrl-C in its third epoch."""
    with monkeypatch.context() as patched:
        patched.setattr(fitting, "CSVLogger", _Presser)
        assert line("train", "digits", "--no-plots", "-o", tmp_path / "run", "--epochs", 5).exit_code == 130
    return tmp_path / "run"


def test_ctrl_c_and_resume(line, stopped: Path, tmp_path) -> None:
    assert json.loads((stopped / "metrics.json").read_text())["interrupted"]
    # What changes nothing, or says the same, may be given.
    result = line("train", "digits", "--resume", stopped, "--plots", "--epochs", 5, "-o", stopped)
    assert result.exit_code == 0, result.output
    assert "Epoch 3/5" in result.stdout
    assert "Epoch 2/5" not in result.stdout
    assert not (stopped / "backup").exists()
    assert (stopped / "curves.png").exists()
    line("train", "digits", "--no-plots", "-o", tmp_path / "other", "--epochs", 5)
    assert (stopped / "report.txt").read_bytes() == (tmp_path / "other" / "report.txt").read_bytes()
    metrics = [json.loads((folder / "metrics.json").read_text()) for folder in (stopped, tmp_path / "other")]
    assert metrics[0]["test"] == metrics[1]["test"]
    assert not metrics[0]["interrupted"]
    sentence = line.sentence("train", "--resume", stopped)
    assert "is finished; there is nothing to resume" in sentence


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--epochs", 7], "--epochs 7, where "),
        (["--hidden", "none"], "begun with 64,32."),
        (["--learning-rate", 0.5], "--learning-rate 0.5, where "),
        (["--patience", 0], "begun with 15."),
        (["mnist"], "received: mnist, where "),
        (["-o", "elsewhere"], "--output elsewhere, where "),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_contradictions_are_refused(line, stopped: Path, options: list[Any], words: str) -> None:
    sentence = line.sentence("train", "--resume", stopped, *options)
    assert sentence.startswith("Error: A run is resumed with its own settings; received: ")
    assert words in sentence
    assert (stopped / "backup").exists()


def test_what_cannot_be_resumed(line, tmp_path) -> None:
    assert "does not exist" in line.sentence("train", "--resume", tmp_path / "none")
    assert "Give a data set, such as digits, a table, or --resume RUN" in line.sentence("train", code=2)


def test_one_process_at_a_time(line, stopped: Path) -> None:
    with (stopped / "settings.json").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "is being trained by another process" in line.sentence("train", "--resume", stopped)


def test_other_versions_are_told(line, stopped: Path) -> None:
    settings = json.loads((stopped / "settings.json").read_text())
    settings["versions"]["jax"] = "0.0.1"
    (stopped / "settings.json").write_text(json.dumps(settings))
    result = line("train", "--resume", stopped, "--no-plots", "-q")
    assert "Note: the run was begun with other versions (jax 0.0.1 then, " in result.stderr


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "no space left"), KeyboardInterrupt()], ids=repr)
def test_results_that_could_not_be_written_are_written_later(line, tmp_path, monkeypatch, error: Any) -> None:
    def fail(*_: Any) -> None:
        raise error

    folder = tmp_path / "run"
    with monkeypatch.context() as patched:
        patched.setattr("ranvier.report.run_folder.RunFolder.write_json", fail)
        patched.setattr("ranvier.cli.training.create_run", lambda settings, path: made(settings, path))
        result = line("train", "digits", "--epochs", 2, "-q", "--no-plots", "-o", folder)
    assert result.exit_code in (1, 130)
    assert "To go on from here" in result.stderr
    assert line("train", "--resume", folder, "-q", "--no-plots").exit_code == 0
    assert json.loads((folder / "metrics.json").read_text())["interrupted"] is False


def made(settings: Any, path: Path) -> RunFolder:
    path.mkdir()
    (path / "settings.json").write_text(json.dumps(settings.as_dict()))
    return RunFolder(path, settings)


def test_a_disk_that_fills_up_loses_nothing(line, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = CSVLogger.on_epoch_end

    def full(self: Any, epoch: int, logs: Any = None) -> None:
        if epoch == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "history.csv")
        written(self, epoch, logs)

    folder = tmp_path / "run"
    with monkeypatch.context() as patched:
        patched.setattr(CSVLogger, "on_epoch_end", full)
        patched.setattr(fitting, "SECONDS_BETWEEN_BACKUPS", 0.0)
        words = line.sentence("train", "digits", "--epochs", 4, "-q", "--no-plots", "-o", folder)
    assert f"To go on from here:\n  ranvier train --resume {folder} --no-plots\n" in words
    assert line("train", "--resume", folder, "-q", "--no-plots").exit_code == 0
    assert len((folder / "history.csv").read_text().splitlines()) == 5
