from __future__ import annotations

import numpy as np
import pytest

from ranvier.callbacks import CSVLogger
from tests.training.callbacks.stand_ins import run

PLAIN = [{"loss": 0.1 + 0.2, "accuracy": 1 / 3}, {"loss": 1e-7, "accuracy": 1.0}]
VALIDATED = [{"loss": 1.0, "val_loss": 2.0}, {"loss": 0.5, "val_loss": float("nan")}]
LATER = [{"loss": 1.0}, {"loss": 0.5, "val_loss": 2.0, "learning_rate": 0.1}]
ODD = [{"loss": np.float64(1.0), "rows": np.arange(3), "text": 'a,"b', "list": [1, 2], "zero": np.array(2.0)}]

CASES = {
    "plain": ({}, [PLAIN]),
    "validated": ({}, [VALIDATED]),
    "validated later": ({}, [LATER]),
    "odd values": ({}, [ODD]),
    "separator": ({"separator": ";"}, [PLAIN]),
    "replaced": ({}, [PLAIN, VALIDATED]),
    "appended": ({"append": True}, [PLAIN, PLAIN]),
    "appended with others": ({"append": True}, [PLAIN, VALIDATED, LATER]),
    "no logs": ({}, [[{}, {"loss": 1.0}]]),
}


@pytest.mark.parametrize(("options", "trainings"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("anew", [True, False], ids=["new object", "same object"])
def test_bytes_are_keras(options, trainings, anew, keras_callbacks, tmp_path) -> None:
    for kind in (CSVLogger, keras_callbacks.CSVLogger):
        path = tmp_path / kind.__module__
        callback = kind(str(path), **options)
        for epochs in trainings:
            callback = kind(str(path), **options) if anew else callback
            run([callback], epochs)
    ours, theirs = (tmp_path / kind.__module__ for kind in (CSVLogger, keras_callbacks.CSVLogger))
    assert ours.read_bytes() == theirs.read_bytes()


def test_by_hand(tmp_path) -> None:
    run([CSVLogger(tmp_path / "new" / "log.csv")], [{"loss": 0.5}, {"loss": 0.25}])
    assert (tmp_path / "new" / "log.csv").read_bytes() == b"epoch,loss,val_loss\r\n0,0.5,NA\r\n1,0.25,NA\r\n"


def test_an_empty_file_gets_its_header(tmp_path) -> None:
    path = tmp_path / "log.csv"
    path.touch()
    run([CSVLogger(path, append=True)], [{"loss": 0.5}])
    assert path.read_bytes().startswith(b"epoch,")


def test_what_is_written_stays_when_training_fails(tmp_path) -> None:
    callback = CSVLogger(tmp_path / "log.csv")
    callback.on_train_begin()
    callback.on_epoch_end(0, {"loss": 0.5})
    assert (tmp_path / "log.csv").read_bytes().endswith(b"0,0.5,NA\r\n")


def resumed(path, **options):
    """Return a logger that continues a training, told so as the loop tells it."""
    callback = CSVLogger(path, **options)
    callback.resuming = True
    return callback


@pytest.mark.parametrize("append", [False, True])
def test_rows_after_the_backup_are_cut_away(tmp_path, append: bool) -> None:
    path = tmp_path / "log.csv"
    if append:
        path.write_bytes(b"epoch,loss,val_loss\r\n7,9.0,9.0\r\n")
    logs = [{"loss": 3.0, "val_loss": 2.0}, {"loss": 1.0, "val_loss": 0.0}]
    first = CSVLogger(path, append=append)
    first.on_train_begin()
    first.on_epoch_end(0, logs[0])
    state, wanted = first.get_state(), path.read_bytes()
    first.on_epoch_end(1, {"loss": 5.0})
    for _ in range(2):  # within an epoch the state is handed over twice
        second = resumed(path, append=append)
        second.on_train_begin()
        second.set_state(state)
        assert path.read_bytes() == wanted
    second.on_epoch_end(1, logs[1])
    assert path.read_bytes() == wanted + b"1,1.0,0.0\r\n"


def test_a_logger_that_is_new_in_a_continued_training_begins_its_file(tmp_path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("of another training")
    callback = resumed(path)
    callback.on_train_begin()
    assert path.read_text() == "of another training"
    callback.on_epoch_end(4, {"loss": 1.0, "val_loss": 2.0})
    assert path.read_bytes() == b"epoch,loss,val_loss\r\n4,1.0,2.0\r\n"


def test_rows_that_are_gone_are_reported(tmp_path) -> None:
    path = tmp_path / "log.csv"
    callback = resumed(path)
    callback.on_train_begin()
    with pytest.warns(UserWarning, match=r"log\.csv' has fewer rows than when the backup"):
        callback.set_state({"bytes": 30, "keys": ["loss"]})
    callback.on_epoch_end(4, {"loss": 1.0})
    assert path.read_bytes() == b"epoch,loss\r\n4,1.0\r\n"


def test_a_row_without_an_end_is_ended_before_the_next(tmp_path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"epoch,loss,val_loss\r\n0,1.")
    callback = CSVLogger(path, append=True)
    callback.on_train_begin()
    callback.on_epoch_end(1, {"loss": 1.0, "val_loss": 2.0})
    assert path.read_bytes() == b"epoch,loss,val_loss\r\n0,1.\r\n1,1.0,2.0\r\n"
