"""Files that real Keras wrote, and tools to change what is in them."""

from __future__ import annotations

import functools
import io
import json
import os
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

os.environ.setdefault("KERAS_BACKEND", "jax")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
X = np.arange(12, dtype=np.float32).reshape(4, 3) / 12
SUFFIXES = (".keras", ".h5", ".weights.h5")


@functools.cache
def honest(suffix: str) -> tuple[bytes, Any]:
    """Return a file that Keras wrote, and what its model predicts for ``X``."""
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.layers.Input((3,)),
            keras.layers.Dense(4, activation="relu", name="dense"),
            keras.layers.Dropout(0.2, name="dropout"),
            keras.layers.Dense(2, activation="softmax", name="dense_1"),
        ],
        name="sequential",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(X, np.array([0, 1, 0, 1]), verbose=0)
    with (
        tempfile.TemporaryDirectory(dir=os.environ["RANVIER_TEST_FOLDER"]) as folder,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        path = Path(folder) / f"m{suffix}"
        (model.save_weights if suffix == ".weights.h5" else model.save)(path)
        return path.read_bytes(), model.predict(X, verbose=0)


def write_honest(folder: Path, suffix: str) -> Path:
    """Write a file of Keras."""
    path = folder / f"m{suffix}"
    path.write_bytes(honest(suffix)[0])
    return path


def members(content: bytes) -> dict[str, bytes]:
    """Return the members of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, parts: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> None:
    """Write an archive."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def edit_member(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change a member of an archive."""
    parts = members(path.read_bytes())
    parts[name] = change(parts[name])
    pack(path, parts)


def edit_config(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change the description of a model; of the whole, with what ``compile`` was given, as Keras 3 writes it."""

    def changed(content: bytes) -> bytes:
        described = json.loads(content)
        change(described)
        return json.dumps(described).encode()

    if path.suffix == ".keras":
        edit_member(path, CONFIG, changed)
        return
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = changed(file.attrs["model_config"].encode()).decode()


def edit_weights(path: Path, change: Callable[[h5py.File], Any]) -> None:
    """Change the HDF5 file that a file is or holds."""
    if path.suffix != ".keras":
        with h5py.File(path, "r+") as file:
            change(file)
        return

    def changed(content: bytes) -> bytes:
        inner = io.BytesIO(content)
        with h5py.File(inner, "r+") as file:
            change(file)
        return inner.getvalue()

    edit_member(path, WEIGHTS, changed)


def first_dataset(file: h5py.File) -> str:
    """Return the path of the first weight: that of the kernel of ``dense``, of shape (3, 4)."""
    found: list[str] = []

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and item.shape == (3, 4) and "optimizer" not in name:
            found.append(name)

    file.visititems(visit)
    return found[0]
