"""Makes the golden files of the version that runs it: ``python -m tests.storage.golden.make``.

A file that is there already is left alone: golden files are written once, by the version whose format they keep, and
every later version has to read them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ranvier import layers, ops
from ranvier.layers import Dense, Input
from ranvier.models import Model, Sequential
from ranvier.optimizers import AdamW
from ranvier.optimizers.schedules import CosineDecay
from ranvier.random import set_random_seed
from ranvier.storage.backup import save_backup
from ranvier.storage.document import FORMAT

FOLDER = Path(__file__).parent


def inputs_of(name: str) -> Any:
    """Return what the model of a file is asked to predict: numbers that need no generator to be the same for ever."""
    if name == "graph":
        rows = np.arange(24, dtype=np.float32).reshape(4, 6) / 24
        return {"table": rows, "image": np.arange(4 * 6 * 6, dtype=np.float32).reshape(4, 6, 6, 1) / 144}
    return np.arange(12, dtype=np.float32).reshape(4, 3) / 12


def stack() -> Sequential:
    """Return a classifier, as most files hold one."""
    model = Sequential(
        [
            Input((3,), name="x"),
            Dense(4, activation="relu"),
            layers.Dropout(0.2),
            Dense(2, activation="softmax"),
        ],
        name="golden",
    )
    model.compile(AdamW(CosineDecay(0.01, 50)), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def graph() -> Model:
    """Return a network with two inputs, two outputs, a shared layer, a model inside and an operation."""
    table, image = Input((6,), name="table"), Input((6, 6, 1), name="image")
    shared = Dense(3, activation="tanh", name="shared")
    pixels = layers.Flatten()(layers.MaxPooling2D()(layers.Conv2D(2, 3)(image)))
    inner_input = Input((8,))
    inner = Model(inner_input, layers.BatchNormalization()(Dense(6)(inner_input)), name="inner")
    joined = layers.Concatenate()([shared(table), shared(inner(pixels))])
    outputs = {"score": Dense(1, name="score")(joined), "sum": ops.sum(joined, axis=-1, keepdims=True)}
    return Model({"table": table, "image": image}, outputs, name="golden_graph")


def main() -> None:
    """Write what is missing."""
    set_random_seed(20)
    x, y = inputs_of("stack"), np.array([0, 1, 0, 1])
    trained = stack()
    trained.fit(x, y, batch_size=2, epochs=2, verbose=0)
    network = graph()
    metadata = {"class_names": ["no", "yes"]}
    remembered = {"best": 0.5, "array": np.arange(3), "list": [1, None, "text"]}
    writers = {
        "stack": lambda path: trained.save(path, include_optimizer=False),
        "trained": lambda path: trained.save(path, metadata=metadata),
        "graph": lambda path: network.save(path),
        "weights": lambda path: trained.save_weights(path),
        "backup": lambda path: save_backup(str(path), trained, epoch=2, step=0, state=remembered),
    }
    for name, write in writers.items():
        path = FOLDER / f"native-{FORMAT}-{name}.safetensors"
        if path.exists():
            continue
        write(path)
        outputs = (network if name == "graph" else trained).predict(inputs_of(name), verbose=0)
        expected = outputs if isinstance(outputs, dict) else {"output": outputs}
        lists = {key: np.asarray(value, np.float64).tolist() for key, value in expected.items()}
        path.with_suffix(".json").write_text(json.dumps(lists, indent=1) + "\n")


if __name__ == "__main__":
    main()
