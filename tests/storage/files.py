"""Files with chosen faults, and small models to put into them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ranvier.layers import Dense, Dropout, Input
from ranvier.models import Sequential
from ranvier.random import set_random_seed


def split(path: Path) -> tuple[dict[str, Any], bytes]:
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def join(path: Path, header: Any, data: bytes) -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def edit_document(path: Path, change: Callable[[dict[str, Any]], Any], key: str = "ranvier") -> None:
    """Change the configuration of a file and give it the checksum that belongs to it."""
    header, data = split(path)
    document = json.loads(header["__metadata__"][key])
    change(document)
    text = json.dumps(document)
    header["__metadata__"] = {key: text, "ranvier.crc32": str(zlib.crc32(text.encode()))}
    join(path, header, data)


def small_model(units: int = 4, **options: Any) -> Sequential:
    model = Sequential(
        [Input((3,)), Dense(units, activation="relu"), Dropout(0.2), Dense(2, activation="softmax")]
    )
    arguments = {
        "optimizer": "adam",
        "loss": "sparse_categorical_crossentropy",
        "metrics": ["accuracy"],
        **options,
    }
    model.compile(**arguments)
    return model


def small_data(rows: int = 20) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(3)
    x = generator.normal(size=(rows, 3)).astype(np.float32)
    return x, (x.sum(axis=1) > 0).astype(np.int32)


def fitted_model(epochs: int = 1, **options: Any) -> Sequential:
    set_random_seed(7)
    model = small_model(**options)
    model.fit(*small_data(), epochs=epochs, batch_size=8, verbose=0)
    return model
