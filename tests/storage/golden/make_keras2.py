"""Makes golden files with a Keras of the second generation, in an environment of its own.

``python make_keras2.py`` with ``tensorflow-cpu`` 2.12 or 2.15, with ``tf_keras`` beside a newer one, or with Keras 2.3
beside TensorFlow 1.15; nothing of Ranvier is needed. A file that is there already is left alone, as in
:mod:`tests.storage.golden.make`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow

try:
    import tf_keras as keras
except ImportError:
    import keras

FOLDER = Path(__file__).parent
ROWS = np.arange(12, dtype=np.float32).reshape(4, 3) / 12
TABLES = {
    "table": np.arange(24, dtype=np.float32).reshape(4, 6) / 24,
    "image": np.arange(4 * 6 * 6, dtype=np.float32).reshape(4, 6, 6, 1) / 144,
}
"""What :func:`tests.storage.golden.make.inputs_of` returns."""


def stack(optimizer: Any) -> Any:
    """Return the classifier of :func:`tests.storage.golden.make.stack`."""
    model = keras.Sequential(
        [
            keras.layers.Dense(4, activation="relu", input_shape=(3,), name="dense"),
            keras.layers.Dropout(0.2, name="dropout"),
            keras.layers.Dense(2, activation="softmax", name="dense_1"),
        ],
        name="golden",
    )
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(ROWS, np.array([0, 1, 0, 1]), batch_size=2, epochs=2, verbose=0)
    return model


def graph() -> Any:
    """Return a network with two inputs, two outputs, a shared layer, functions and a model inside."""
    table, image = keras.Input((6,), name="table"), keras.Input((6, 6, 1), name="image")
    shared = keras.layers.Dense(3, activation="tanh", kernel_regularizer="l2", name="block/shared")
    convolved = keras.layers.Conv2D(2, 3, kernel_constraint="non_neg", name="conv2d")(image)
    pixels = keras.layers.Flatten(name="flatten")(keras.layers.MaxPooling2D(name="pooled")(convolved))
    inner_input = keras.Input((8,), name="inside")
    inner_output = keras.layers.BatchNormalization(name="bn")(keras.layers.Dense(6, name="wide")(inner_input))
    inner = keras.Model(inner_input, inner_output, name="inner")
    joined = keras.layers.Concatenate(name="joined")([shared(table), shared(inner(pixels))])
    outputs = [
        keras.layers.Dense(1, name="score")(joined),
        keras.layers.LeakyReLU(0.2, name="leaky")(shared(inner(pixels))),
    ]
    return keras.Model([table, image], outputs, name="golden_graph")


def calls() -> Any:
    """Return a network that calls TensorFlow's functions without layers."""
    inputs = keras.Input((3,), name="x")
    hidden = tensorflow.nn.leaky_relu(keras.layers.Dense(3, name="dense")(inputs) - 0.5, alpha=0.3)
    joined = tensorflow.concat([1.0 / (1.0 + hidden**2), inputs[:, 1:], hidden * inputs], axis=-1)
    outputs = keras.layers.Dense(2, name="dense_1")(joined)
    return keras.Model(inputs, outputs + tensorflow.reduce_mean(joined, axis=1, keepdims=True), name="calls")


def randomized(model: Any) -> Any:
    """Give a network statistics and weights that are not those it begins with."""
    generator = np.random.default_rng(20)
    model.set_weights([generator.uniform(0.2, 1.0, each.shape) for each in model.get_weights()])
    return model


def write(model: Any, inputs: Any, name: str, *, how: str = "save", **options: Any) -> None:
    """Write a model and what it predicts, where it is not there yet."""
    path = FOLDER / f"keras-{VERSION}-{name}"
    if path.exists():
        return
    outputs = model.predict(inputs, verbose=0)
    expected = {"output": outputs}
    if isinstance(outputs, list):
        expected = dict(zip(model.output_names, outputs))  # noqa: B905  (Python 3.7 too)
    if how == "older weights":  # what Keras 2 writes under any name but `.weights.h5`
        other = path.with_name("older.h5")
        model.save_weights(other)
        other.rename(path)
    else:
        getattr(model, how)(path, **options)
    lists = {key: np.asarray(value, np.float64).tolist() for key, value in expected.items()}
    path.with_name(f"{path.name}.json").write_text(json.dumps(lists, indent=1) + "\n")


def main() -> None:
    """Write what is missing of the version that is installed."""
    if VERSION == "2.3":
        write(stack(keras.optimizers.SGD(0.01, momentum=0.9)), ROWS, "trained.h5")
        write(randomized(graph()), TABLES, "graph.h5")
        return
    keras.utils.set_random_seed(20)
    cosine = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.01, 50))
    if VERSION == "2.12":
        write(stack(cosine), ROWS, "trained.keras", save_format="keras_v3")
        legacy = keras.optimizers.legacy.SGD(0.01, momentum=0.9, decay=0.01)
        write(stack(legacy), ROWS, "trained.h5")
        write(randomized(graph()), TABLES, "graph.keras")  # an HDF5 file, whatever its name
    elif VERSION == "2.15":
        trained, network = stack(keras.optimizers.SGD(0.01)), randomized(graph())
        write(trained, ROWS, "trained.h5")
        write(trained, ROWS, "trained.weights.h5", how="save_weights")
        write(trained, ROWS, "trained-older.weights.h5", how="older weights")
        write(network, TABLES, "graph.keras")
        write(network, TABLES, "graph.h5")
        write(randomized(calls()), ROWS, "calls.h5")
        write(randomized(calls()), ROWS, "calls.keras")
    else:
        write(stack(cosine), ROWS, "trained.keras")


if __name__ == "__main__":
    VERSION = keras.__version__.rpartition(".")[0]
    main()
