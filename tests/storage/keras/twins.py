"""The same network twice, in real Keras and in Ranvier, and comparisons between the two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from ranvier import models
from ranvier.variable import Variable

FORMATS = (".keras", ".h5", ".weights.h5")

COPY_KEYWORD = "ignore:__array__ implementation:DeprecationWarning"
"""What NumPy says of Keras' own variables."""


def random_weights(model: Any) -> list[np.ndarray]:
    """Give a model of either library weights that are not all alike."""
    generator = np.random.default_rng(0)
    values = []
    for variable in model.weights:
        dtype = np.dtype(str(variable.dtype))
        positive = "variance" in variable.path
        sample = (
            generator.uniform(0.5, 1.5, tuple(variable.shape))
            if positive
            else generator.normal(size=variable.shape)
        )
        values.append(np.asarray(sample).astype(dtype))
    model.set_weights(values)
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    return values


def example_rows(shape: Any, rows: int = 5) -> Any:
    generator = np.random.default_rng(1)
    if isinstance(shape, list):
        return [generator.normal(size=(rows, *each)).astype("float32") for each in shape]
    return generator.normal(size=(rows, *shape)).astype("float32")


def predictions(model: Any, x: Any) -> list[np.ndarray]:
    """Call a model, which unlike `predict` compiles nothing."""
    found = model(x)
    if isinstance(found, dict):
        return [np.asarray(found[name]) for name in sorted(found)]
    return [np.asarray(each) for each in (found if isinstance(found, list | tuple) else [found])]


ROUNDED = ("AveragePooling2D", "BatchNormalization", "GroupNormalization", "LayerNormalization")
"""Layers whose outputs differ from those of Keras in the last bits.

Keras multiplies by one factor and adds one offset where a normalization here subtracts the mean first, and adds up a
window at once where it is added up row by row here. All other layers are made of the same operations in the same order.
"""


def same_predictions(one: Any, other: Any, x: Any, tolerance: float = 1e-5) -> None:
    """Demand equal predictions, but for a relative difference and an absolute one of a tenth of it."""
    for first, second in zip(predictions(one, x), predictions(other, x), strict=True):
        np.testing.assert_allclose(first, second, rtol=tolerance, atol=tolerance / 10)


def same_weights(one: Any, other: Any) -> None:
    for first, second in zip(one.weights, other.weights, strict=True):
        np.testing.assert_array_equal(numpy_of(first), numpy_of(second))


def numpy_of(variable: Any) -> np.ndarray:
    return np.asarray(variable.value) if isinstance(variable, Variable) else np.asarray(variable)


def same_optimizer_state(one: Any, other: Any) -> None:
    """Compare what two optimizers remember, whichever library they are of, by what a file of Keras would hold."""
    for first, second in zip(one.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_allclose(numpy_of(first), numpy_of(second), rtol=1e-6, atol=1e-7)


def written(model: Any, path: Path) -> Path:
    """Write a model of either library in the form that the ending of a name says."""
    (model.save_weights if path.name.endswith(".weights.h5") else model.save)(path)
    return path


def read_by_keras(path: Path, like: Any = None, **options: Any) -> Any:
    """Read a file with real Keras; weights go into a model like the one given."""
    if not path.name.endswith(".weights.h5"):
        return keras.models.load_model(path, **options)
    like.load_weights(path)
    return like


def read_by_ranvier(path: Path, like: Any = None, **options: Any) -> Any:
    if not path.name.endswith(".weights.h5"):
        return models.load_model(path, **options)
    like.load_weights(path)
    return like


def content(path: Path) -> dict[str, Any]:
    """List the arrays and groups of an HDF5 file with shapes and attributes, as the library reads it."""
    found: dict[str, Any] = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, each: found.update({name: getattr(each, "shape", None)}))
    return found
