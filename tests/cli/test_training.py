from __future__ import annotations

import csv
import errno
import json
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.callbacks import CSVLogger
from ranvier.cli import fitting
from ranvier.datasets import digits
from ranvier.models import Sequential, load_model

pytest.importorskip("sklearn")

FILES = {"history.csv", "metrics.json", "model.safetensors", "report.txt", "settings.json"}
FIGURES = {"confusion.png", "curves.png", "misclassified.png"}


def _json(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / name).read_text())


def test_folder_holds_everything(trained: Path) -> None:
    assert {each.name for each in trained.iterdir()} == FILES | FIGURES | {"output.txt"}
    for name in FIGURES:
        assert (trained / name).read_bytes().startswith(b"\x89PNG")


def test_settings_tell_everything(trained: Path) -> None:
    settings = _json(trained, "settings.json")
    assert settings["data_set"] == "digits"
    assert settings["seed"] == 0
    assert settings["input"] == {
        "height": 8,
        "width": 8,
        "smallest": 0,
        "largest": 16,
        "class_names": list("0123456789"),
    }
    assert settings["network"] == {"hidden": [64, 32], "activation": "relu", "dropout": 0.0}
    assert settings["training"] == {
        "epochs": 8,
        "batch_size": 32,
        "optimizer": "adam",
        "learning_rate": 0.001,
        "patience": 15,
        "validation_split": 0.1,
    }
    assert set(settings["versions"]) == {"ranvier", "jax", "numpy", "python"}


def test_results_are_those_of_the_model_on_disk(trained: Path) -> None:
    (_, _), (x, y) = digits.load_data()
    model = load_model(trained / "model.safetensors")
    loss, accuracy = model.evaluate(x, y, verbose=0)
    test = _json(trained, "metrics.json")["test"]
    assert test["accuracy"] == pytest.approx(accuracy, abs=1e-6)
    assert test["loss"] == pytest.approx(loss, rel=1e-4)
    assert accuracy > 0.93
    assert test["rows"] == len(y) == np.sum(test["confusion"])


def test_history_has_a_line_for_each_epoch(trained: Path) -> None:
    with (trained / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == [str(number) for number in range(8)]
    assert set(rows[0]) == {"epoch", "accuracy", "loss", "val_accuracy", "val_loss"}
    metrics = _json(trained, "metrics.json")
    assert metrics["last_epoch"]["val_loss"] == pytest.approx(float(rows[-1]["val_loss"]))
    best = int(np.argmin([float(row["val_loss"]) for row in rows]))
    assert metrics["best_epoch"]["epoch"] == best + 1
    assert metrics["interrupted"] is False


def test_output_shows_data_progress_and_report(trained: Path) -> None:
    output = (trained / "output.txt").read_text()
    assert "digits: 1,293 images to train on, 144 to validate, 360 to test; 8 by 8 pixels" in output
    assert "64-64-32-10, relu: 6,570 parameters" in output
    assert "adam, learning rate 0.001, batches of 32, at most 8 epochs, patience 15, seed 0" in output
    assert "Epoch 8/8 - 41/41 - " in output
    assert (trained / "report.txt").read_text() in output
    assert str(trained) in output
    assert not {"\x1b", "\b", "\r"} & set(output)


def test_options_reach_network_and_training(line, inside: Path) -> None:
    options = "--hidden 12,7 --activation tanh --dropout 0.25 --epochs 2 --batch-size 100 --optimizer sgd"
    more = "--learning-rate 0.05 --seed 3 --patience 0 --no-plots"
    result = line("train", "digits", *options.split(), *more.split())
    assert result.exit_code == 0, result.output
    assert "64-12-7-10, tanh, dropout 0.25: 951 parameters" in result.stdout
    assert "sgd, learning rate 0.05, batches of 100, at most 2 epochs, seed 3" in result.stdout
    (folder,) = (inside / "runs").iterdir()
    assert folder.name.endswith("-digits")
    assert {each.name for each in folder.iterdir()} == FILES
    settings = _json(folder, "settings.json")
    assert settings["network"] == {"hidden": [12, 7], "activation": "tanh", "dropout": 0.25}
    assert (settings["training"]["learning_rate"], settings["training"]["patience"]) == (0.05, None)
    kinds = [type(layer).__name__ for layer in load_model(folder / "model.safetensors").layers]
    assert kinds == ["Rescaling", "Flatten", "Dense", "Dropout", "Dense", "Dropout", "Dense"]


def test_quiet_prints_the_folder_only(line, inside: Path) -> None:
    arguments = ("train", "digits", "--hidden", "none", "--epochs", 1, "--no-plots", "--quiet")
    first, second = line(*arguments), line(*arguments)
    assert first.stderr == second.stderr == ""
    assert Path(second.stdout.strip()).name == Path(first.stdout.strip()).name + "-2"
    assert (inside / second.stdout.strip() / "model.safetensors").is_file()


def test_same_seed_gives_the_same_model(line, tmp_path: Path) -> None:
    for name in ("a", "b"):
        line("train", "digits", "--epochs", 1, "--seed", 5, "--no-plots", "-q", "-o", tmp_path / name)
    files = [(tmp_path / name / "history.csv").read_bytes() for name in ("a", "b")]
    assert files[0] == files[1]
    weights = [load_model(tmp_path / name / "model.safetensors").get_weights() for name in ("a", "b")]
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_patience_ends_training_with_the_best_weights(line, tmp_path: Path) -> None:
    arguments = ("--learning-rate", 0.03, "--patience", 1, "--no-plots", "-o", tmp_path / "run")
    result = line("train", "digits", *arguments)
    assert "No lower validation loss for 1 epochs, so training ends after" in result.stdout
    metrics = _json(tmp_path / "run", "metrics.json")
    assert metrics["best_epoch"]["epoch"] == metrics["last_epoch"]["epoch"] - 1
    (x, y), _ = digits.load_data()
    loss, _ = load_model(tmp_path / "run" / "model.safetensors").evaluate(x[1293:], y[1293:], verbose=0)
    assert loss == pytest.approx(metrics["best_epoch"]["val_loss"], rel=1e-4)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--activation", "rellu"], "Error: Unknown activation; received: 'rellu'. Did you mean 'relu'"),
        (["--optimizer", "adm"], "Error: Unknown optimizer; received: 'adm'. Did you mean 'Adam'"),
        (["--learning-rate", "1e30"], "Error: The loss became"),
    ],
)
def test_our_errors_are_one_sentence_and_leave_no_folder(
    line, inside: Path, options: list, words: str
) -> None:
    sentence = line.sentence("train", "digits", "--no-plots", "-q", *options)
    assert sentence.startswith(words)
    assert sentence.count("\n") == 1
    assert [each for each in inside.rglob("*") if each.name != "runs"] == []


def test_output_folder_must_be_empty(line, trained: Path) -> None:
    sentence = line.sentence("train", "digits", "-o", trained)
    assert sentence.startswith("Error: The folder ")
    assert "is not empty" in sentence


def test_full_disk_is_a_sentence(line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "history.csv")

    monkeypatch.setattr(CSVLogger, "on_epoch_end", full)
    sentence = line.sentence("train", "digits", "--epochs", 1, "-q", "-o", tmp_path / "run")
    assert sentence == "Error: history.csv: no space left on device.\n"


class _Presser(CSVLogger):
    """Presses Ctrl-C in the middle of the third epoch."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if epoch == 2:
            signal.raise_signal(signal.SIGINT)


def test_interruption_keeps_the_best_weights_so_far(
    line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "CSVLogger", _Presser)
    result = line("train", "digits", "-o", tmp_path / "run")
    assert result.exit_code == 130
    assert f"Stopped by Ctrl-C; what was learned so far is kept in {tmp_path / 'run'}." in result.stderr
    assert f"ranvier train --resume {tmp_path / 'run'}\n" in result.stderr
    assert {each.name for each in (tmp_path / "run").iterdir()} == FILES | FIGURES | {"backup"}
    metrics = _json(tmp_path / "run", "metrics.json")
    assert metrics["interrupted"] is True
    assert metrics["last_epoch"]["epoch"] == 2
    (x, y), _ = digits.load_data()
    loss, _ = load_model(tmp_path / "run" / "model.safetensors").evaluate(x[1293:], y[1293:], verbose=0)
    assert loss == pytest.approx(metrics["best_epoch"]["val_loss"], rel=1e-4)


def test_interruption_before_the_first_step_keeps_nothing(
    line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Sequential, "fit", interrupted)
    result = line("train", "digits", "-o", tmp_path / "run")
    assert result.exit_code == 130
    assert "before the first step; nothing is kept" in result.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_digits_reach_their_accuracy(line, tmp_path: Path, seed: int) -> None:
    result = line("train", "digits", "--seed", seed, "--no-plots", "-q", "-o", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert _json(tmp_path / "run", "metrics.json")["test"]["accuracy"] >= 0.97


def test_mnist_reaches_its_accuracy(line, tmp_path: Path, data_home: Path) -> None:
    result = line("train", "mnist", "--epochs", 8, "--no-plots", "-o", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "54,000 images to train on, 6,000 to validate, 10,000 to test; 28 by 28 pixels" in result.stdout
    assert "784-128-64-10" in result.stdout
    assert _json(tmp_path / "run", "metrics.json")["test"]["accuracy"] >= 0.975
