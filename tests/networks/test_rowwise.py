"""Operations that mix rows are told apart from those that do not, and are never given padding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ranvier import ops
from ranvier.layers import Dense, Input
from ranvier.models import Model
from ranvier.networks.graph import Graph
from ranvier.networks.rowwise import treats_rows_alone

ALONE: dict[str, Callable[[Any], Any]] = {
    "operators": lambda x: (x + x) * 2.0 - np.arange(4, dtype=np.float32),
    "functions": lambda x: ops.square(ops.relu(x)),
    "activations": lambda x: ops.gelu(ops.softmax(x)),
    "comparison": lambda x: ops.where(x > 0.0, x, 0.0),
    "cast": lambda x: ops.cast(x, "float32"),
    "sum of features": lambda x: ops.sum(x, axis=-1, keepdims=True),
    "largest feature": lambda x: ops.argmax(x, axis=1),
    "joined features": lambda x: ops.concatenate([x, x], axis=1),
    "some features": lambda x: x[:, 1:3],
    "last feature": lambda x: x[..., 0],
    "another axis": lambda x: x[:, None],
    "reshaped rows": lambda x: ops.reshape(x, (-1, 2, 2)),
    "product with an array": lambda x: ops.matmul(x, np.ones((4, 2), np.float32)),
}

MIXING: dict[str, Callable[[Any], Any]] = {
    "order turned round": lambda x: x[::-1],
    "the first row from each": lambda x: x - x[:1],
    "mean over rows": lambda x: x - ops.mean(x, axis=0, keepdims=True),
    "mean of all": lambda x: x - ops.mean(x),
    "softmax over rows": lambda x: ops.softmax(x, axis=0),
    "running sum over rows": lambda x: ops.cumsum(x, axis=0),
    "products of rows": lambda x: ops.matmul(x, ops.transpose(x)),
}


@pytest.mark.parametrize("name", ALONE)
def test_rows_alone(name: str) -> None:
    inputs = Input((4,))
    assert treats_rows_alone(Graph(inputs, ALONE[name](inputs)))


@pytest.mark.parametrize("name", MIXING)
def test_mixed_rows_are_predicted_without_padding(name: str) -> None:
    inputs = Input((4,))
    outputs = MIXING[name](inputs)
    assert not treats_rows_alone(Graph(inputs, outputs))
    rows = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    found = Model(inputs, outputs).predict(rows, verbose=0)
    np.testing.assert_allclose(found, np.asarray(MIXING[name](ops.convert_to_tensor(rows))), rtol=1e-5)


def test_operations_within_a_nested_model_count() -> None:
    inner_inputs, inputs = Input((4,)), Input((4,))
    inner = Model(inner_inputs, inner_inputs - ops.mean(inner_inputs, axis=0, keepdims=True))
    model = Model(inputs, inner(Dense(4, use_bias=False, kernel_initializer="identity")(inputs)))
    rows = np.arange(20, dtype=np.float32).reshape(5, 4)
    np.testing.assert_allclose(model.predict(rows, verbose=0), rows - rows.mean(axis=0), atol=1e-5)
