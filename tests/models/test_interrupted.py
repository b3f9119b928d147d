"""Trainings that end before their time: a loss that is not finite, Ctrl-C, an error in a callback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from typing import Any

import numpy as np
import pytest

from ranvier import callbacks, optimizers
from ranvier.errors import NonFiniteLossError
from ranvier.layers import Dense, Input
from ranvier.models import Sequential

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 4)).astype("float32")
Y = RANDOM.normal(size=(40, 1)).astype("float32")


class Derail(callbacks.Callback):
    """Raise the learning rate beyond all bounds before an epoch, and keep the weights from before."""

    def __init__(self, epoch: int) -> None:
        super().__init__()
        self.epoch = epoch
        self.weights: list[Any] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if epoch == self.epoch:
            self.weights = self.model.get_weights()
            self.model.optimizer.learning_rate = 1e30


def network() -> Sequential:
    model = Sequential([Input((4,)), Dense(6, activation="relu"), Dense(1)])
    model.compile(optimizers.SGD(0.01, momentum=0.9), "mse")
    return model


def assert_equal(weights: list[Any], others: list[Any]) -> None:
    for one, other in zip(weights, others, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_loss_that_is_not_finite_leaves_the_last_good_weights() -> None:
    model, derail = network(), Derail(2)
    sentence = r"The loss became (inf|nan) in step [23] of epoch 3\. .* smaller learning rate"
    with pytest.raises(NonFiniteLossError, match=sentence):
        model.fit(X, Y, batch_size=10, epochs=5, verbose=0, callbacks=[derail])
    assert_equal(model.get_weights(), derail.weights)
    assert len(model.history.history["loss"]) == 2
    assert int(model.optimizer.iterations) == 8
    model.optimizer.learning_rate = 0.01
    history = model.fit(X, Y, batch_size=10, epochs=2, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


def test_terminate_on_nan_ends_without_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    model, derail = network(), Derail(1)
    history = model.fit(
        X, Y, batch_size=10, epochs=5, verbose=0, callbacks=[derail, callbacks.TerminateOnNaN()]
    )
    assert "Invalid loss, terminating training" in capsys.readouterr().out
    assert_equal(model.get_weights(), derail.weights)
    assert len(history.history["loss"]) == 2
    assert not np.isfinite(history.history["loss"][1])


def test_a_single_batch_leaves_the_weights_it_had() -> None:
    model = network()
    model.train_on_batch(X, Y)
    model.optimizer.learning_rate = 1e30
    model.train_on_batch(X, Y)
    weights = model.get_weights()
    with pytest.raises(NonFiniteLossError, match="the model keeps the weights it had"):
        model.train_on_batch(X, Y)
    assert_equal(model.get_weights(), weights)


def test_an_error_in_a_callback_keeps_what_was_trained() -> None:
    def fail(epoch: int, logs: Any) -> None:
        if epoch == 1:
            raise RuntimeError("disk full")

    model = network()
    before = model.get_weights()
    with pytest.raises(RuntimeError, match="disk full"):
        model.fit(X, Y, epochs=4, verbose=0, callbacks=[callbacks.LambdaCallback(on_epoch_end=fail)])
    assert any((one != other).any() for one, other in zip(before, model.get_weights(), strict=True))
    assert int(model.optimizer.iterations) == 4
    model.fit(X, Y, verbose=0)


INTERRUPTED = """
    import numpy as np
    from ranvier import callbacks
    from ranvier.layers import Dense, Input
    from ranvier.models import Sequential

    x = np.random.default_rng(0).normal(size=(5000, 8)).astype("float32")
    y = x[:, :1] * 2
    model = Sequential([Input((8,)), Dense(16, activation="relu"), Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    finished = []

    class Tell(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            finished.append(logs["loss"])
            if epoch == 1:
                print("training", flush=True)

    before = model.get_weights()
    try:
        model.fit(x, y, epochs=10**6, verbose=0, callbacks=[Tell()])
    except KeyboardInterrupt:
        print("interrupted")
    history = model.history.history
    print("history", history["loss"] == finished, len(history["mae"]) == len(finished) >= 2)
    print("changed", all((a != b).any() for a, b in zip(before, model.get_weights())))
    print("iterations", int(model.optimizer.iterations) >= 157 * len(finished))
    loss = model.evaluate(x, y, verbose=0)[0]
    print("usable", loss < finished[0], model.predict(x[:3], verbose=0).shape)
    print("again", len(model.fit(x, y, epochs=2, verbose=0).history["loss"]))
"""


def test_ctrl_c() -> None:
    program = textwrap.dedent(INTERRUPTED)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "training\n"
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=120)
    assert output.splitlines() == [
        "interrupted",
        "history True True",
        "changed True",
        "iterations True",
        "usable True (3, 1)",
        "again 2",
    ], errors
    assert process.returncode == 0
