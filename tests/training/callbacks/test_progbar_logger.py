from __future__ import annotations

import io
import re
import sys
import types
from typing import Any

import pytest

from ranvier.callbacks import CallbackList, LambdaCallback, ProgbarLogger
from ranvier.training.progress import bar as bar_module
from tests.training.callbacks.stand_ins import Model, Screen

RESULTS = {"accuracy": 0.5, "loss": 1.0, "val_loss": 2.0}


@pytest.fixture
def clock(keras_callbacks, monkeypatch) -> types.SimpleNamespace:
    """A clock that both bars read; it stands still."""
    from keras.src.utils import progbar

    for name in ("NO_COLOR", "COLUMNS", "PYCHARM_HOSTED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    clock = types.SimpleNamespace(now=100.0)
    monkeypatch.setattr(bar_module, "monotonic", lambda: clock.now)
    monkeypatch.setattr(progbar, "time", types.SimpleNamespace(time=lambda: clock.now))
    return clock


def ignore(batch: int, logs: Any = None) -> None:
    pass


def lines_of(text: str) -> list[str]:
    """What a screen shows, one line for each drawing, without styles."""
    return [line for line in re.split("[\b\r\n]+", re.sub("\x1b\\[\\d+m", "", text)) if line]


def fit(callbacks: Any, clock: Any, *, epochs: int = 2, steps: int = 4) -> None:
    """Call the hooks as `fit` with validation does, one by one."""
    clock.now = 100.0
    callbacks.on_train_begin()
    for epoch in range(epochs):
        callbacks.on_epoch_begin(epoch)
        for step in range(steps):
            callbacks.on_train_batch_begin(step)
            clock.now += 0.2
            callbacks.on_train_batch_end(step, {"accuracy": step / 8, "loss": 1.0})
        callbacks.on_test_begin()
        callbacks.on_test_batch_begin(0)
        callbacks.on_test_batch_end(0, {"loss": 2.0})
        callbacks.on_test_end({"loss": 2.0})
        callbacks.on_epoch_end(epoch, RESULTS)
    callbacks.on_train_end(RESULTS)


def evaluate(callbacks: Any, clock: Any) -> None:
    clock.now = 100.0
    callbacks.on_test_begin()
    for step in range(4):
        clock.now += 0.2
        callbacks.on_test_batch_end(step, {"loss": 2.0})
    callbacks.on_test_end({"loss": 2.0})


def predict(callbacks: Any, clock: Any) -> None:
    clock.now = 100.0
    callbacks.on_predict_begin()
    for step in range(4):
        clock.now += 0.2
        callbacks.on_predict_batch_end(step, {"outputs": [1.0]})
    callbacks.on_predict_end()


@pytest.mark.parametrize("course", [fit, evaluate, predict])
@pytest.mark.parametrize("verbose", [0, 1, 2, "auto"])
@pytest.mark.parametrize("steps", [4, None])
@pytest.mark.parametrize("epochs", [1, 2])
def test_a_terminal_shows_what_keras_shows(
    course, verbose, steps, epochs, keras_callbacks, clock, monkeypatch
) -> None:
    texts = []
    for kind in (CallbackList, keras_callbacks.CallbackList):
        screen = Screen()
        monkeypatch.setattr(sys, "stdout", screen)
        params = {"verbose": verbose, "epochs": epochs, "steps": steps}
        # Somebody listens to batches: otherwise Keras calls its bar from another thread, some time.
        listener = keras_callbacks.LambdaCallback(
            on_train_batch_end=ignore, on_test_batch_end=ignore, on_predict_batch_end=ignore
        )
        course(kind([listener], add_progbar=True, model=Model(), **params), clock)
        texts.append(screen.getvalue())
    assert texts[0] == texts[1]
    assert bool(texts[0]) == (verbose != 0)


def listed(verbose: Any, epochs: int = 2, steps: int | None = 41) -> CallbackList:
    return CallbackList(ProgbarLogger(), model=Model(), verbose=verbose, epochs=epochs, steps=steps)


def run_in_chunks(callbacks: CallbackList, clock: Any, epochs: int = 2) -> None:
    callbacks.on_train_begin()
    for epoch in range(epochs):
        callbacks.on_epoch_begin(epoch)
        for steps_done in (20, 40, 41):
            clock.now += steps_done / 100
            callbacks.on_train_progress(steps_done, {"accuracy": 0.25, "loss": 1.5})
        callbacks.on_test_begin()
        callbacks.on_test_progress(3, {"loss": 9.0})
        callbacks.on_test_end({"loss": 9.0})
        callbacks.on_epoch_end(epoch, RESULTS)
    callbacks.on_train_end(RESULTS)


def test_the_loop_needs_no_batch_hooks(clock, monkeypatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    callbacks = listed(1)
    assert not callbacks.has_train_batch_hooks
    assert callbacks.wants_train_progress
    run_in_chunks(callbacks, clock)
    # The first chunk (0.2 s) may compile: the rest took (0.4 + 0.41) s for 21 steps.
    epoch = [
        "20/41 ━━━━━━━━━━━━━━━━━━━━ 0s 10ms/step - accuracy: 0.2500 - loss: 1.5000",
        "40/41 ━━━━━━━━━━━━━━━━━━━━ 0s 20ms/step - accuracy: 0.2500 - loss: 1.5000",
        "41/41 ━━━━━━━━━━━━━━━━━━━━ 0s 39ms/step - accuracy: 0.2500 - loss: 1.5000",
        "41/41 ━━━━━━━━━━━━━━━━━━━━ 1s 39ms/step - accuracy: 0.5000 - loss: 1.0000 - val_loss: 2.0000",
    ]
    assert lines_of(screen.getvalue()) == ["Epoch 1/2", *epoch, "Epoch 2/2", *epoch]


@pytest.mark.parametrize("verbose", [1, "auto"])
@pytest.mark.parametrize("steps", [41, None])
def test_a_file_gets_one_plain_line_an_epoch(verbose, steps, clock, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    callbacks = listed(verbose, steps=steps)
    assert callbacks.wants_train_progress is (steps is None)
    run_in_chunks(callbacks, clock)
    results = "accuracy: 0.5000 - loss: 1.0000 - val_loss: 2.0000"
    assert re.sub(r" - \d+s - \d+ms/step", " - time", sys.stdout.getvalue()) == (
        f"Epoch 1/2 - 41/41 - time - {results}\nEpoch 2/2 - 41/41 - time - {results}\n"
    )


def test_one_epoch_has_no_number(clock, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    run_in_chunks(listed(1, epochs=1), clock, epochs=1)
    assert sys.stdout.getvalue().startswith("41/41 - ")


@pytest.mark.parametrize(("verbose", "steps", "wanted"), [(0, None, False), (2, 41, False), (2, None, True)])
def test_progress_is_wanted_only_for_something(verbose, steps, wanted, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    callbacks = listed(verbose, steps=steps)
    assert callbacks.wants_train_progress is callbacks.wants_predict_progress is wanted


def test_a_validation_wants_no_progress(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    callbacks = listed(1)
    assert callbacks.wants_test_progress
    callbacks.on_train_begin()
    assert not callbacks.wants_test_progress
    callbacks.on_train_end()
    assert callbacks.wants_test_progress


def test_evaluations_and_predictions_in_chunks(clock, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    callbacks = listed(1)
    callbacks.on_test_begin()
    callbacks.on_test_progress(20, {"loss": 1.0})
    clock.now += 1
    callbacks.on_test_progress(41, {"loss": 2.0})
    callbacks.on_test_end({"loss": 2.0})
    callbacks.on_predict_begin()
    callbacks.on_predict_progress(41)
    callbacks.on_predict_end()
    assert [line.split()[0] for line in lines_of(sys.stdout.getvalue())] == ["20/41", *["41/41"] * 4]


def test_an_epoch_stopped_midway_says_so(clock, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    callbacks = listed(1)
    callbacks.on_epoch_begin(0)
    callbacks.on_train_progress(7, {"loss": 1.0})
    callbacks.on_epoch_end(0, RESULTS)
    assert "41/41" not in sys.stdout.getvalue()


def test_an_interruption_ends_the_line(clock, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    callbacks = listed(1)
    callbacks.on_interrupt()
    callbacks.on_train_begin()
    callbacks.on_epoch_begin(0)
    callbacks.on_train_progress(7, {"loss": 1.0})
    callbacks.on_interrupt()
    assert sys.stdout.getvalue().endswith("loss: 1.0000\n")
    assert not callbacks.callbacks[0].in_fit


def test_what_never_began_does_not_end(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    logger = ProgbarLogger()
    logger.on_epoch_end(0, {})
    assert sys.stdout.getvalue() == ""
    logger.on_train_batch_end(0, {"loss": 1.0})  # a loop of the user's own
    assert "1/Unknown" in sys.stdout.getvalue()


def test_others_may_listen_to_batches(clock, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    callbacks = CallbackList(
        [LambdaCallback(on_batch_end=lambda batch, logs: None), ProgbarLogger()],
        model=Model(),
        verbose=1,
        epochs=1,
        steps=4,
    )
    assert callbacks.has_train_batch_hooks
    fit(callbacks, clock, epochs=1)
    assert "4/4" in sys.stdout.getvalue()
