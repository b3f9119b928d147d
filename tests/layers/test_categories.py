from __future__ import annotations

import numpy as np
import pytest

from ranvier import layers, models
from ranvier.errors import ConfigurationError, ShapeError

CODES = np.array([[0, 0, 0], [1, 1, 1], [3, 2, 1]], "uint8")
COUNTS = [4, 3, 2]


def test_indicators_are_one_hot_but_for_two_levels() -> None:
    layer = layers.CategoryIndicators(COUNTS)
    found = np.asarray(layer(CODES))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [[0, 0, 0, 0, 0], [1, 0, 0, 1, 1], [0, 0, 1, -1, 1]])
    layer.set_weights([np.full(5, 5.0), np.full(5, 2.0), np.full(5, 1.0)])
    np.testing.assert_array_equal(
        np.asarray(layer(CODES)), [[1, 1, 1, 1, 1], [5, 2, 2, 5, 5], [2, 2, 5, 2, 5]]
    )


def test_each_code_has_a_vector() -> None:
    layer = layers.CategoryEmbedding(COUNTS, units=2)
    found = np.asarray(layer(CODES))
    (vectors,) = layer.get_weights()
    assert vectors.shape == (9, 2)
    rows = CODES + np.array([0, 4, 7])
    np.testing.assert_array_equal(found, vectors[rows].reshape(3, 6))


def test_vectors_are_learned() -> None:
    codes = layers.Input((1,), dtype="int32")
    outputs = layers.Dense(1)(layers.CategoryEmbedding([5], units=3)(codes))
    model = models.Model(codes, outputs)
    model.compile("adam", "mse")
    x = np.arange(1, 5, dtype="int32")[:, None]
    y = np.array([1.0, -1.0, 2.0, 0.0], "float32")
    model.optimizer.learning_rate = 0.05
    model.fit(x, y, epochs=300, verbose=0)
    np.testing.assert_allclose(model.predict(x, verbose=0)[:, 0], y, atol=0.05)


@pytest.mark.parametrize("kind", [layers.CategoryIndicators, layers.CategoryEmbedding])
def test_configurations_and_mistakes(kind: type[layers.Layer]) -> None:
    layer = kind(COUNTS)
    assert layers.deserialize(layers.serialize(layer)).structure() == layer.structure()
    shape = layer.compute_output_shape((None, 3))
    assert shape == np.asarray(layer(CODES)).shape or shape == (None, *np.asarray(layer(CODES)).shape[1:])
    with pytest.raises(ShapeError, match=r"\(batch, 3\)"):
        layer(CODES[:, :2])
    with pytest.raises(ConfigurationError, match="at least 2"):
        kind([1])
    with pytest.raises(ConfigurationError, match="at least 2"):
        kind([])


def test_a_vector_has_a_length() -> None:
    with pytest.raises(ConfigurationError, match="units"):
        layers.CategoryEmbedding([3], units=0)
