from __future__ import annotations

import math

import pytest

from ranvier.callbacks import CallbackList, TerminateOnNaN
from ranvier.errors import NonFiniteLossError
from tests.training.callbacks.stand_ins import Model, run


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_training_stops_as_in_keras(loss: float, keras_callbacks, capsys) -> None:
    words = []
    for kind in (TerminateOnNaN, keras_callbacks.TerminateOnNaN):
        callback, model = kind(), Model()
        callback.set_model(model)
        callback.on_train_batch_end(0, {"loss": 1.0})
        callback.on_train_batch_end(1, {"accuracy": math.nan})
        callback.on_train_batch_end(1)
        assert not model.stop_training
        callback.on_train_batch_end(2, {"loss": loss})
        assert model.stop_training
        words.append(capsys.readouterr().out)
    assert words[0] == words[1] == "Batch 2: Invalid loss, terminating training\n"


def test_progress_is_enough(capsys) -> None:
    callbacks = CallbackList(TerminateOnNaN(), model=Model())
    callbacks.on_train_progress(7, {"loss": math.nan})
    assert callbacks.model.stop_training
    assert capsys.readouterr().out.startswith("Batch 6:")
    callbacks.on_train_progress(7, {"loss": math.nan})
    assert capsys.readouterr().out == ""  # said once


def test_it_can_raise() -> None:
    with pytest.raises(NonFiniteLossError, match=r"The loss became nan by batch 0 .* smaller learning rate"):
        run([TerminateOnNaN(raise_error=True)], [{"loss": math.nan}], steps=1)
