"""Models that compute their loss and metrics themselves, against steps worked out with NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier import losses, metrics, ops
from ranvier.errors import ConfigurationError
from ranvier.layers import Dense, Dropout, Input, Layer
from ranvier.models import Model, Sequential

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(10, 3)).astype("float32")
Y = RANDOM.normal(size=(10, 1)).astype("float32")
START = np.array([[0.5], [-0.2], [0.1]], "float32")
RATE, BATCH = 0.1, 4


def descended(slope: Any, epochs: int = 1) -> np.ndarray[Any, Any]:
    """The kernel after plain gradient descent in batches of 4, 4 and 2."""
    kernel = START.astype("float64")
    for _ in range(epochs):
        for first in range(0, len(X), BATCH):
            rows = slice(first, first + BATCH)
            kernel = kernel - RATE * slope(X[rows], Y[rows], kernel)
    return kernel


def squares(x: Any, y: Any, kernel: Any) -> Any:
    return 2 * x.T @ (x @ kernel - y) / len(x)


def mean_loss(values: Any) -> float:
    """The mean over an epoch of values of its batches, weighted by rows."""
    return float(np.average(values, weights=[4, 4, 2]))


class Linear(Model):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dense = Dense(1, use_bias=False)
        self.dense.build((None, 3))
        self.dense.set_weights([START])

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)


def fitted(model: Any, *data: Any, epochs: int = 1, **compiled: Any) -> Any:
    from ranvier.optimizers import SGD

    model.compile(SGD(RATE), **compiled)
    return model.fit(*data, batch_size=BATCH, epochs=epochs, shuffle=False, verbose=0).history


class OwnLoss(Linear):
    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None
    ) -> Any:
        return ops.mean(ops.square(y - y_pred)) + 0.5 * ops.mean(self.dense(x))


def test_a_loss_of_ones_own_is_what_is_descended() -> None:
    model = OwnLoss()
    history = fitted(model, X, Y, epochs=2)
    wanted = descended(lambda x, y, k: squares(x, y, k) + 0.5 * x.mean(0, keepdims=True).T, 2)
    np.testing.assert_allclose(model.get_weights()[0], wanted, rtol=1e-5)
    assert list(history) == ["loss"]
    output = X @ model.get_weights()[0]
    loss = np.mean((output - Y) ** 2) + 0.5 * output.mean()
    assert model.evaluate(X, Y, batch_size=10, verbose=0) == pytest.approx(loss, rel=1e-5)


class Halved(Linear):
    def compute_loss(self, x: Any = None, y: Any = None, y_pred: Any = None, **kwargs: Any) -> Any:
        return 0.5 * super().compute_loss(x, y, y_pred, kwargs["sample_weight"])


def test_the_compiled_loss_can_be_built_upon_with_weights_metrics_and_validation() -> None:
    model = Halved()
    weights = np.linspace(0.1, 2, 10).astype("float32")
    history = fitted(model, X, Y, loss="mse", metrics=["mae"])
    np.testing.assert_allclose(model.get_weights()[0], descended(lambda *a: 0.5 * squares(*a)), rtol=1e-5)
    assert list(history) == ["loss", "mae"]
    output = X @ model.get_weights()[0]
    found = model.evaluate(X, Y, batch_size=10, sample_weight=weights, verbose=0, return_dict=True)
    assert found["loss"] == pytest.approx(0.5 * np.mean(weights * (output - Y)[:, 0] ** 2), rel=1e-5)
    assert found["mae"] == pytest.approx(np.abs(output - Y).mean(), rel=1e-5)
    assert float(model.compute_loss(X, Y, output, sample_weight=None)) == pytest.approx(
        0.5 * np.mean((output - Y) ** 2), rel=1e-5
    )


def test_a_penalty_and_a_loss_added_by_a_layer_reach_the_compiled_loss() -> None:
    class Adds(Layer):
        def call(self, inputs: Any) -> Any:
            self.add_loss(ops.mean(inputs))
            return inputs

    inputs = Input((3,))
    dense = Dense(1, use_bias=False, kernel_regularizer="l2")
    plain = Model(inputs, Adds()(dense(inputs)))
    own = type("Own", (Model,), {"compute_loss": lambda self, *a, **k: Model.compute_loss(self, *a, **k)})(
        plain.inputs[0], plain.outputs[0]
    )
    found = []
    for model in (plain, own):
        dense.set_weights([START])
        found.append(fitted(model, X, Y, loss="mse", epochs=2)["loss"])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)
    assert float(np.sum(plain.losses)) == pytest.approx(0.01 * float(np.sum(dense.get_weights()[0] ** 2)))


class Pair(Model):
    """Two outputs, no targets of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = Linear()

    def call(self, inputs: Any) -> Any:
        return self.inner(inputs[0]), self.inner(inputs[1])

    def compute_loss(self, x: Any = None, y: Any = None, y_pred: Any = None, **_: Any) -> Any:
        near, far = y_pred
        scale = 1.0 if y is None else y["scale"]
        return ops.mean(scale * ops.square(near) - far)


def test_targets_are_between_the_model_and_its_loss() -> None:
    other = X[::-1].copy()
    alone, scaled = Pair(), Pair()
    fitted(alone, [X, other])
    fitted(scaled, [X, other], {"scale": np.ones((10, 1), "float32")})
    np.testing.assert_array_equal(alone.get_weights()[0], scaled.get_weights()[0])
    kernel = START.astype("float64")
    for first in range(0, 10, BATCH):
        near, far = X[first : first + BATCH], other[first : first + BATCH]
        kernel -= RATE * (2 * near.T @ (near @ kernel) / len(near) - far.mean(0, keepdims=True).T)
    np.testing.assert_allclose(alone.get_weights()[0], kernel, rtol=1e-5)


class Tracked(Linear):
    def __init__(self) -> None:
        super().__init__()
        self.size = metrics.Mean(name="size")
        self.best = metrics.F1Score(threshold=0.5, name="best")  # learns its classes from the data

    def compute_loss(self, x: Any = None, y: Any = None, y_pred: Any = None, **_: Any) -> Any:
        self.size.update_state(ops.abs(y_pred))
        self.best.update_state(y > 0, ops.sigmoid(y_pred))
        return ops.mean(ops.square(y - y_pred))


def test_metrics_kept_as_attributes_are_reported_and_begin_anew_each_epoch() -> None:
    model = Tracked()
    history = fitted(model, X, Y, epochs=2)
    assert list(history) == ["best", "loss", "size"]  # Keras' order
    first = np.abs(X[:4] @ START).sum()
    after = descended(squares)
    assert history["size"][0] != history["size"][1]
    found = model.evaluate(X, Y, batch_size=10, verbose=0, return_dict=True)
    output = np.abs(X @ model.get_weights()[0])
    assert found["size"] == pytest.approx(output.mean(), rel=1e-5)
    assert float(model.size.result()) == pytest.approx(output.mean(), rel=1e-5)
    assert first > 0
    np.testing.assert_allclose(descended(squares, 2), model.get_weights()[0], rtol=1e-5)
    assert not np.allclose(after, START)


class InTrainingOnly(Linear):
    def __init__(self) -> None:
        super().__init__()
        self.best = metrics.F1Score(threshold=0.5, name="best")

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, training: bool = True, **_: Any
    ) -> Any:
        if training:
            self.best.update_state(y > 0, ops.sigmoid(y_pred))
        return ops.mean(ops.square(y - y_pred))


def test_a_metric_may_be_updated_in_training_only() -> None:
    model = InTrainingOnly()
    history = fitted(model, X, Y)
    assert history["best"][0] > 0
    assert set(model.evaluate(X, Y, verbose=0, return_dict=True)) == {"loss", "best"}


def test_metrics_given_as_objects_are_listed_at_once() -> None:
    model = Linear()
    given = metrics.MeanSquaredError()
    model.compile("sgd", "mse", metrics=["mae", given])
    assert model.metrics[1:] == [given]
    assert [metric.name for metric in model.metrics] == ["loss", "mean_squared_error"]


class Counting(Layer):
    def __init__(self) -> None:
        super().__init__()
        self.rows = metrics.Sum(name="rows")

    def call(self, inputs: Any) -> Any:
        self.rows.update_state(ops.ones((ops.shape(inputs)[0],)))
        return inputs


def test_a_layer_may_keep_a_metric() -> None:
    model = Sequential([Input((3,)), Counting(), Dense(1)])
    history = fitted(model, X, Y, loss="mse", metrics=["mae"])
    assert {name: len(values) for name, values in history.items()} == {"loss": 1, "mae": 1, "rows": 1}
    assert history["rows"] == [10.0]
    assert [metric.name for metric in model.metrics] == ["loss", "mae", "rows"]
    assert model.metrics_names == ["loss", "mae", "rows"]


class Listed(Tracked):
    @property
    def metrics(self) -> list[Any]:
        return [self.size]


class Extended(Tracked):
    @property
    def metrics(self) -> list[Any]:
        return [*super().metrics, metrics.Mean(name="unused")]


def test_the_property_metrics_says_what_is_reported() -> None:
    assert list(fitted(Listed(), X, Y, metrics=["mae"])) == ["size"]
    assert set(fitted(Extended(), X, Y, metrics=["mae"])) == {"loss", "mae", "size", "best"}


class More(Tracked):
    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        logs = super().compute_metrics(x, y, y_pred, sample_weight)
        logs["twice"] = 2 * logs["mae"]
        logs["loss again"] = logs["loss"]
        logs["largest"] = ops.max(y)
        del logs["best"]
        return logs


def test_compute_metrics_may_add_and_leave_out() -> None:
    history = fitted(More(), X, Y, metrics=["mae"])
    assert set(history) == {"loss", "mae", "size", "twice", "loss again", "largest"}
    assert history["twice"][0] == pytest.approx(2 * history["mae"][0], rel=1e-5)
    assert history["loss again"][0] == pytest.approx(history["loss"][0], rel=1e-5)
    assert history["largest"] == [pytest.approx(Y[8:].max())]  # of the last batch


def test_batches_by_hand_and_callbacks_each_batch() -> None:
    model = More()
    model.compile("sgd", metrics=["mae"])
    seen: list[Any] = []
    from ranvier.callbacks import LambdaCallback

    told = LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(sorted(logs)))
    model.fit(X, Y, batch_size=BATCH, verbose=0, callbacks=[told], validation_data=(X, Y))
    assert seen == [["largest", "loss", "loss again", "mae", "size", "twice"]] * 3
    assert set(model.train_on_batch(X, Y, return_dict=True)) == set(seen[0])
    assert model.test_on_batch(X, Y, return_dict=True)["largest"] == pytest.approx(Y.max())


class Distiller(Model):
    """A student that learns from a teacher, which dropout must not disturb."""

    def __init__(self, student: Any, teacher: Any) -> None:
        super().__init__()
        self.student, self.teacher = student, teacher
        teacher.trainable = False

    def call(self, inputs: Any) -> Any:
        return self.student(inputs)

    def compute_loss(self, x: Any = None, y: Any = None, y_pred: Any = None, **_: Any) -> Any:
        return losses.MeanSquaredError()(self.teacher(x), y_pred)


def test_what_a_loss_calls_is_not_in_training() -> None:
    teacher = Sequential([Input((3,)), Dropout(0.5), Dense(1)])
    student = Linear()
    fitted(Distiller(student, teacher), X, Y)
    target = teacher.predict(X, verbose=0)
    kernel = START.astype("float64")
    for first in range(0, 10, BATCH):
        rows = slice(first, first + BATCH)
        kernel -= RATE * squares(X[rows], target[rows], kernel)
    np.testing.assert_allclose(student.get_weights()[0], kernel, rtol=1e-5)


def test_another_compile_is_another_program() -> None:
    model = OwnLoss()
    model.strength = 0.0
    kind = type(
        "Scaled", (OwnLoss,), {"compute_loss": lambda self, **data: self.strength * ops.mean(data["y_pred"])}
    )
    model = kind()
    for strength in (1.0, 3.0):
        model.strength = strength
        model.dense.set_weights([START])
        fitted(model, X, Y)
        np.testing.assert_allclose(
            model.get_weights()[0],
            descended(lambda x, *_, s=strength: s * x.mean(0, keepdims=True).T),
            rtol=1e-5,
        )


@pytest.mark.parametrize(
    ("methods", "sentence"),
    [
        (
            {"compute_loss": lambda self, **data: None},
            "must return the loss, a single number; received: None",
        ),
        ({"compute_loss": lambda self, **data: data["y_pred"]}, r"received an array of shape \(10, 1\)"),
        (
            {"compute_loss": lambda self, **data: 0.0, "compute_metrics": lambda self, **data: [1.0]},
            "must return a dict of results by name",
        ),
    ],
)
def test_what_makes_no_sense_is_said(methods: Any, sentence: str) -> None:
    model = type("Odd", (Linear,), methods)()
    with pytest.raises(ConfigurationError, match=sentence):
        fitted(model, X, Y)
