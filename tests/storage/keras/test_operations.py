"""Functions that a network calls without a layer, from real Keras to Ranvier and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

import ranvier
from ranvier.models import load_model
from tests.storage.keras.twins import COPY_KEYWORD

pytestmark = pytest.mark.filterwarnings(COPY_KEYWORD)

_PLAIN = (
    *(
        "exp",
        "sqrt",
        "relu",
        "gelu",
        "softmax",
        "silu",
        "sign",
        "flip",
        "transpose",
        "sum",
        "max",
        "std",
        "argmax",
    ),
    *("logsumexp", "round", "isnan", "log_softmax", "leaky_relu", "diagonal", "sort", "any", "normalize"),
)
CALLS: dict[str, Callable[[Any, Any], Any]] = {
    **{name: lambda k, x, name=name: getattr(k.ops, name)(x) for name in _PLAIN},
    "operators": lambda k, x: 1.0 - (-(x * 2.0 + 1.0) / 3.0 - x**2),
    "matmul": lambda k, x: x @ x,
    "index": lambda k, x: x[:, 1:3, ...],
    "settings": lambda k, x: k.ops.sum(x, axis=1, keepdims=True),
    "several tensors": lambda k, x: k.ops.concatenate([x, x], axis=-1),
    "any number of tensors": lambda k, x: k.ops.einsum("bij,bjk->bik", x, x),
    "several results": lambda k, x: k.ops.split(x, 2, axis=1)[1],
    "numbers beside tensors": lambda k, x: k.ops.where(x > 0.5, x, 0.0),
    "reshape": lambda k, x: k.ops.reshape(x, (-1, 16)),
    "layer_normalization": lambda k, x: k.ops.layer_normalization(x),
    "rms_normalization": lambda k, x: k.ops.rms_normalization(x),
    "an activation with settings": lambda k, x: k.activations.relu(x, max_value=0.5),
}


def network(k: Any, call: Callable[[Any, Any], Any]) -> Any:
    inputs = k.layers.Input((4, 4))
    return k.models.Model(inputs, call(k, inputs))


@pytest.mark.parametrize("name", CALLS)
def test_operations(tmp_path, name: str) -> None:
    x = np.random.default_rng(0).uniform(0.1, 0.9, (5, 4, 4)).astype("float32")
    theirs, ours = network(keras, CALLS[name]), network(ranvier, CALLS[name])
    theirs.save(tmp_path / "theirs.keras")
    ours.save(tmp_path / "ours.keras")
    models = [ours, load_model(tmp_path / "theirs.keras"), keras.models.load_model(tmp_path / "ours.keras")]
    for model in models:
        np.testing.assert_allclose(np.asarray(model(x)), np.asarray(theirs(x)), rtol=1e-4, atol=1e-5)
