"""Models that take whole steps themselves, in the form that Keras has on JAX."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest

from ranvier import losses, metrics, ops
from ranvier.callbacks import LearningRateScheduler
from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.layers import BatchNormalization, Dense, Dropout, Input
from ranvier.models import Model
from ranvier.optimizers import Adam

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(22, 3)).astype("float32")
Y = RANDOM.normal(size=(22, 1)).astype("float32")
WEIGHTS = np.linspace(0.5, 1.5, 22).astype("float32")


class ByHand(Model):
    """The step of a guide: loss, gradient, update and metrics spelled out."""

    def train_step(self, state: Any, data: Any) -> Any:
        trained, held, optimizer, measured = state
        x, y = data

        def loss_of(trained: Any) -> Any:
            outputs, after = self.stateless_call(trained, held, x, training=True)
            return self.compute_loss(x, y, outputs), (outputs, after)

        (loss, (outputs, held)), gradients = jax.value_and_grad(loss_of, has_aux=True)(trained)
        trained, optimizer = self.optimizer.stateless_apply(optimizer, gradients, trained)
        logs, updated = {}, []
        for metric in self.metrics:
            own = measured[len(updated) : len(updated) + len(metric.variables)]
            data = (loss,) if metric.name == "loss" else (y, outputs)
            own = metric.stateless_update_state(own, *data)
            logs[metric.name] = metric.stateless_result(own)
            updated += own
        return logs, (trained, held, optimizer, updated)


class Adding(Model):
    """The steps of ``fit`` and ``evaluate``, with one more result each."""

    def train_step(self, state: Any, data: Any) -> Any:
        logs, state = super().train_step(state, data)
        return {**logs, "rows": ops.shape(data[0])[0]}, state

    def test_step(self, state: Any, data: Any) -> Any:
        logs, state = super().test_step(state, data)
        return {**logs, "parts": float(len(data))}, state


def network(kind: Any, *, regularizer: Any = None) -> Any:
    inputs = Input((3,))
    hidden = BatchNormalization()(Dense(4, activation="tanh", kernel_regularizer=regularizer)(inputs))
    return kind(inputs, Dense(1)(hidden))


def trained(kind: Any, start: Any = None, **fit: Any) -> tuple[Any, Any]:
    model = network(kind, regularizer=fit.pop("regularizer", None))
    if start is not None:
        model.set_weights(start)
    model.compile(Adam(0.01), "mse", metrics=["mae"], weighted_metrics=fit.pop("weighted", None))
    history = model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0, **fit)
    return model, history.history


@pytest.mark.parametrize("kind", [ByHand, Adding])
def test_steps_of_ones_own_end_where_fit_does(kind: Any) -> None:
    start = network(Model).get_weights()
    halving = [LearningRateScheduler(lambda epoch, rate: rate / 2)]
    expected, theirs = trained(Model, start, callbacks=halving, validation_data=(X, Y))
    model, ours = trained(kind, start, callbacks=halving, validation_data=(X, Y))
    for one, other in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    assert set(theirs) <= set(ours)
    np.testing.assert_allclose(ours["mae"], theirs["mae"], rtol=1e-4)
    np.testing.assert_allclose(ours["val_loss"], theirs["val_loss"], rtol=1e-4)
    assert int(model.optimizer.iterations.numpy()) == 9
    assert model.optimizer.variables[2].numpy() == pytest.approx(
        expected.optimizer.variables[2].numpy(), rel=1e-3, abs=1e-6
    )


def test_what_is_added_to_the_steps_is_reported() -> None:
    model, history = trained(Adding, validation_split=0.25)
    assert history["rows"] == [8.0, 8.0, 8.0]  # the rows of the last step
    assert history["val_parts"] == [2.0, 2.0, 2.0]
    found = model.evaluate(X, Y, sample_weight=WEIGHTS, verbose=0, return_dict=True)
    assert found["parts"] == 3.0
    assert set(model.train_on_batch(X, Y, return_dict=True)) == {"loss", "mae", "rows"}
    assert model.test_on_batch(X, Y, return_dict=True)["parts"] == 2.0


def test_weights_and_penalties_reach_the_steps_of_the_model() -> None:
    start = network(Model).get_weights()
    options: dict[str, Any] = {"sample_weight": WEIGHTS, "regularizer": "l2", "weighted": ["mse"]}
    expected, theirs = trained(Model, start, **options)
    model, ours = trained(Adding, start, **options)
    np.testing.assert_allclose(model.get_weights()[0], expected.get_weights()[0], rtol=1e-4, atol=1e-5)
    for name in ("mae", "mse"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-4)


class Kept(Model):
    """A step of its own that reports what it keeps, in training only."""

    def __init__(self) -> None:
        super().__init__()
        self.dense, self.dropout = Dense(50), Dropout(0.5)
        self.zeros = metrics.Mean(name="zeros")

    @property
    def metrics(self) -> list[Any]:
        return [self.zeros]

    def call(self, inputs: Any, training: bool = False) -> Any:
        return self.dropout(self.dense(inputs), training=training)

    def train_step(self, state: Any, data: Any) -> Any:
        trained, held, optimizer, measured = state
        outputs, held = self.stateless_call(trained, held, data[0], training=True)
        measured = self.zeros.stateless_update_state(measured, ops.cast(outputs == 0, "float32"))
        return {"zeros": self.zeros.stateless_result(measured)}, (trained, held, optimizer, measured)


def test_a_step_may_report_only_what_it_likes() -> None:
    model = Kept()
    model.compile("sgd")
    history = model.fit(X, batch_size=11, epochs=2, verbose=0).history
    assert list(history) == ["zeros"]
    assert 0.4 < history["zeros"][0] < 0.6
    assert float(model.zeros.result()) == pytest.approx(history["zeros"][-1])


@pytest.mark.parametrize(
    ("methods", "error", "sentence"),
    [
        ({"train_step": lambda self, data: {}}, UnsupportedError, "`train_step` in TensorFlow's form"),
        ({"test_step": lambda self, data: {}}, UnsupportedError, "`test_step` in TensorFlow's form"),
        ({"predict_step": lambda self, data: data}, UnsupportedError, "overrides `predict_step`"),
        ({"train_step": lambda self, state, data: {}}, ConfigurationError, "must return results by name"),
        (
            {"train_step": lambda self, state, data: ({}, state[:2])},
            ConfigurationError,
            "`return logs, state`",
        ),
        (
            {
                "train_step": lambda self, state, data: ({}, state),
                "metrics": property(lambda self: [metrics.Mean(name="new")]),
            },
            ConfigurationError,
            r"must list metrics that the model keeps.*\['new'\]",
        ),
    ],
)
def test_what_makes_no_sense_is_said(methods: Any, error: Any, sentence: str) -> None:
    model = network(type("Odd", (Model,), methods))

    def tried() -> None:
        model.compile("sgd", losses.MeanSquaredError())
        model.fit(X, Y, verbose=0)

    with pytest.raises(error, match=sentence):
        tried()
