"""Three epochs from equal weights without shuffling give the history of real Keras."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

import ranvier
from ranvier import layers as ranvier_layers
from ranvier import models as ranvier_models

# Keras' variables do not know NumPy's newest keywords.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*ran out"),
]

ROWS, FEATURES, CLASSES = 70, 6, 4
"""70 rows in batches of 16 leave a last batch of 6."""


def classification() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    inputs = random.normal(size=(ROWS, FEATURES)).astype("float32")
    labels = (inputs @ random.normal(size=(FEATURES, CLASSES))).argmax(1)
    return inputs, labels


def build(library: Any, hidden: dict[str, Any], final: dict[str, Any], extra: Any = None) -> Any:
    layers = ranvier_layers if library is ranvier else library.layers
    models = ranvier_models if library is ranvier else library.models
    stack = [layers.Input((FEATURES,)), layers.Dense(8, **hidden)]
    if extra is not None:
        stack.append(extra(library, layers))
    return models.Sequential([*stack, layers.Dense(**final)])


def histories(make: Any, compile_arguments: Any, fit_arguments: dict[str, Any], x: Any, y: Any) -> Any:
    keras.utils.set_random_seed(1)
    theirs = make(keras)
    ours = make(ranvier)
    ours.set_weights(theirs.get_weights())
    found = []
    for library, model in ((keras, theirs), (ranvier, ours)):
        model.compile(**compile_arguments(library))
        history = model.fit(x, y, epochs=3, batch_size=16, shuffle=False, verbose=0, **fit_arguments)
        found.append((model, history.history))
    return found


def assert_alike(found: Any) -> None:
    (theirs, expected), (ours, received) = found
    assert list(received) == list(expected)
    for name in expected:
        np.testing.assert_allclose(received[name], expected[name], rtol=1e-4, atol=1e-5, err_msg=name)
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=2e-5)


SPARSE: dict[str, Any] = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
SOFTMAX = {"units": CLASSES, "activation": "softmax"}


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop", "adagrad", "nadam"])
def test_plain(optimizer: str) -> None:
    x, y = classification()
    assert_alike(
        histories(
            lambda library: build(library, {"activation": "relu"}, SOFTMAX),
            lambda _: {"optimizer": optimizer, **SPARSE},
            {"validation_split": 0.2},
            x,
            y,
        )
    )


@pytest.mark.parametrize(
    "fit_arguments",
    [
        {"class_weight": {0: 1.0, 1: 2.0, 2: 0.5, 3: 3.0}},
        {"sample_weight": np.linspace(0.1, 2.0, ROWS)},
        {"validation_split": 0.3, "validation_freq": 2},
        {"steps_per_epoch": 2},
        {"initial_epoch": 1},
    ],
    ids=lambda arguments: next(iter(arguments)),
)
def test_arguments_of_fit(fit_arguments: dict[str, Any]) -> None:
    x, y = classification()
    assert_alike(
        histories(
            lambda library: build(library, {"activation": "tanh"}, SOFTMAX),
            lambda _: {"optimizer": "adam", **SPARSE, "weighted_metrics": ["accuracy"]},
            fit_arguments,
            x,
            y,
        )
    )


def test_one_hot_targets_with_label_smoothing() -> None:
    x, y = classification()
    assert_alike(
        histories(
            lambda library: build(library, {"activation": "relu"}, SOFTMAX),
            lambda library: {
                "optimizer": library.optimizers.Adam(0.01),
                "loss": library.losses.CategoricalCrossentropy(label_smoothing=0.1),
                "metrics": ["accuracy"],
            },
            {},
            x,
            np.eye(CLASSES)[y],
        )
    )


def test_regularizers_and_constraints() -> None:
    x, y = classification()

    def make(library: Any) -> Any:
        hidden = {
            "activation": "relu",
            "kernel_regularizer": library.regularizers.L1L2(0.01, 0.02),
            "bias_regularizer": "l2",
            "activity_regularizer": library.regularizers.L2(0.03),
            "kernel_constraint": library.constraints.MaxNorm(0.9),
        }
        return build(library, hidden, SOFTMAX)

    found = histories(make, lambda _: {"optimizer": "adam", **SPARSE}, {"validation_split": 0.2}, x, y)
    assert_alike(found)


def test_batch_normalization_with_a_partial_last_batch() -> None:
    x, y = classification()
    assert_alike(
        histories(
            lambda library: build(
                library, {"activation": "relu"}, SOFTMAX, lambda _, layers: layers.BatchNormalization()
            ),
            lambda _: {"optimizer": "adam", **SPARSE},
            {"validation_split": 0.2},
            x,
            y,
        )
    )


def test_regression_with_a_column_of_targets() -> None:
    x, _ = classification()
    y = x @ np.arange(FEATURES) / 5
    assert_alike(
        histories(
            lambda library: build(library, {"activation": "relu"}, {"units": 1}),
            lambda _: {"optimizer": "rmsprop", "loss": "mse", "metrics": ["mae"]},
            {"validation_split": 0.2},
            x,
            y,
        )
    )


def test_binary_classification() -> None:
    x, y = classification()
    assert_alike(
        histories(
            lambda library: build(library, {"activation": "relu"}, {"units": 1, "activation": "sigmoid"}),
            lambda library: {
                "optimizer": "adam",
                "loss": "binary_crossentropy",
                "metrics": ["accuracy", library.metrics.Precision(name="p"), library.metrics.AUC(name="auc")],
            },
            {"validation_split": 0.2},
            x,
            (y > 1).astype("int64"),
        )
    )


def test_several_outputs() -> None:
    x, y = classification()

    def make(library: Any) -> Any:
        layers = ranvier_layers if library is ranvier else library.layers
        models = ranvier_models if library is ranvier else library.models
        inputs = layers.Input((FEATURES,), name="inputs")
        hidden = layers.Dense(8, activation="relu")(inputs)
        first = layers.Dense(CLASSES, activation="softmax", name="kind")(hidden)
        second = layers.Dense(1, name="size")(hidden)
        return models.Model(inputs, [first, second])

    assert_alike(
        histories(
            make,
            lambda _: {
                "optimizer": "adam",
                "loss": {"kind": "sparse_categorical_crossentropy", "size": "mse"},
                "loss_weights": {"kind": 1.0, "size": 0.3},
                "metrics": {"kind": ["accuracy"], "size": ["mae"]},
            },
            {"validation_split": 0.2},
            x,
            {"kind": y, "size": x.sum(1)},
        )
    )
