"""Makes golden files with the real Keras that is installed: ``python -m tests.storage.golden.make_keras``.

A file that is there already is left alone, as in :mod:`tests.storage.golden.make`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from tests.storage.golden.make import FOLDER, inputs_of

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras


def stack() -> Any:
    """Return the classifier of :func:`tests.storage.golden.make.stack`, in Keras."""
    model = keras.Sequential(
        [
            keras.layers.Input((3,), name="x"),
            keras.layers.Dense(4, activation="relu", name="dense"),
            keras.layers.Dropout(0.2, name="dropout"),
            keras.layers.Dense(2, activation="softmax", name="dense_1"),
        ],
        name="golden",
    )
    rate = keras.optimizers.schedules.CosineDecay(0.01, 50)
    model.compile(keras.optimizers.AdamW(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def graph() -> Any:
    """Return a network with two inputs, two outputs, a shared layer and a model inside, in Keras."""
    table, image = keras.Input((6,), name="table"), keras.Input((6, 6, 1), name="image")
    shared = keras.layers.Dense(3, activation="tanh", name="shared")
    convolved = keras.layers.Conv2D(2, 3, name="conv2d")(image)
    pixels = keras.layers.Flatten(name="flatten")(keras.layers.MaxPooling2D(name="pooled")(convolved))
    inner_input = keras.Input((8,), name="inside")
    inner_output = keras.layers.BatchNormalization(name="bn")(keras.layers.Dense(6, name="wide")(inner_input))
    inner = keras.Model(inner_input, inner_output, name="inner")
    joined = keras.layers.Concatenate(name="joined")([shared(table), shared(inner(pixels))])
    outputs = {
        "score": keras.layers.Dense(1, name="score")(joined),
        "sum": keras.ops.sum(joined, -1, keepdims=True),
    }
    return keras.Model({"table": table, "image": image}, outputs, name="golden_graph")


def main() -> None:
    """Write what is missing."""
    keras.utils.set_random_seed(20)
    trained, network = stack(), graph()
    trained.fit(inputs_of("stack"), np.array([0, 1, 0, 1]), batch_size=2, epochs=2, verbose=0)
    version = keras.__version__.rpartition(".")[0]
    for name, model, suffixes in (
        ("trained", trained, (".keras", ".h5", ".weights.h5")),
        ("graph", network, (".keras", ".h5")),
    ):
        outputs = model.predict(inputs_of(name), verbose=0)
        expected = outputs if isinstance(outputs, dict) else {"output": outputs}
        lists = {key: np.asarray(value, np.float64).tolist() for key, value in expected.items()}
        for suffix in suffixes:
            path: Path = FOLDER / f"keras-{version}-{name}{suffix}"
            if path.exists():
                continue
            (model.save_weights if suffix == ".weights.h5" else model.save)(path)
            path.with_name(f"{path.name}.json").write_text(json.dumps(lists, indent=1) + "\n")


if __name__ == "__main__":
    main()
