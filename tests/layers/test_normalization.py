"""Statistics of the data, taken before training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier import layers
from ranvier.errors import ConfigurationError, DataError, DataTypeError, ShapeError
from ranvier.layers import Normalization, moments

DATA = np.random.default_rng(0).normal([1.0, -20.0, 3e4], [1.0, 5.0, 0.01], (50, 3))


class Batches:
    """Something indexed, as a ``PyDataset`` is."""

    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> Any:
        return DATA[index * 10 : index * 10 + 10], np.zeros(10)


@pytest.mark.parametrize(
    "data",
    [
        lambda: DATA,
        lambda: DATA.tolist(),
        lambda: (DATA[start : start + 7] for start in range(0, 50, 7)),
        lambda: [(DATA[:20], np.zeros(20)), (DATA[20:], np.zeros(30))],
        lambda: [DATA[:1], DATA[1:1], DATA[1:]],
        Batches,
    ],
    ids=["array", "lists", "generator", "pairs", "uneven", "indexed"],
)
def test_data_of_every_kind_give_one_result(data: Any) -> None:
    layer = Normalization()
    layer.adapt(data())
    np.testing.assert_allclose(layer.adapt_mean.numpy(), DATA.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(layer.adapt_variance.numpy(), DATA.var(axis=0), rtol=1e-4)


def test_worked_by_hand() -> None:
    layer = Normalization()
    layer.adapt(np.array([[0.0, 7.0], [2.0, 9.0], [4.0, 5.0]]))
    assert layer.adapt_mean.numpy().tolist() == [2.0, 7.0]
    np.testing.assert_allclose(
        layer(np.array([[2.0, 7.0], [4.0, 5.0]])), [[0, 0], [1.2247449, -1.2247449]], rtol=1e-6
    )
    back = Normalization(invert=True)
    back.adapt(np.array([[0.0, 7.0], [2.0, 9.0], [4.0, 5.0]]))
    np.testing.assert_allclose(back(layer(np.array([[4.0, 5.0]]))), [[4.0, 5.0]], rtol=1e-6)


def test_statistics_are_shown_with_the_axes_of_the_data() -> None:
    layer = Normalization()
    assert layer.mean is None
    layer.adapt(DATA)
    assert layer.mean is not None
    assert layer.variance is not None
    assert layer.mean.numpy().shape == (1, 3)
    assert layer.variance.shape == (1, 3)
    given = Normalization(mean=[1.0, 2.0], variance=[1.0, 4.0])
    given.build((None, 5, 2))
    assert given.mean is not None
    assert given.mean.shape == (1, 1, 2)
    assert given.weights == []


def test_one_mean_for_all_and_vectors_of_single_numbers() -> None:
    layer = Normalization(axis=None)
    layer.adapt(np.array([1.0, 2.0, 3.0]))
    assert float(layer.adapt_mean) == 2.0
    tutorial = Normalization(input_shape=[1], axis=None)
    tutorial.adapt(np.array([1.0, 2.0, 3.0]))
    assert tutorial(np.array([[2.0]])).tolist() == [[0.0]]


def test_adapting_again_replaces() -> None:
    layer = Normalization()
    layer.adapt(DATA)
    layer.adapt(2.0 * DATA)
    np.testing.assert_allclose(layer.adapt_mean.numpy(), 2.0 * DATA.mean(axis=0), rtol=1e-6)


def test_large_arrays_are_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "_CHUNK", 12)
    layer = Normalization()
    layer.adapt(DATA)
    np.testing.assert_allclose(layer.adapt_variance.numpy(), DATA.var(axis=0), rtol=1e-4)


def test_constant_features_do_not_divide_by_zero() -> None:
    layer = Normalization()
    layer.adapt(np.ones((4, 2)))
    assert np.isfinite(np.asarray(layer(np.ones((1, 2))))).all()


def test_adapted_statistics_travel_as_weights() -> None:
    layer, other = Normalization(), Normalization()
    layer.adapt(DATA)
    other.build((None, 3))
    other.set_weights(layer.get_weights())
    np.testing.assert_array_equal(other(DATA), layer(DATA))
    assert layer.structure() == other.structure()


MISTAKES = [
    (lambda: Normalization(mean=1.0), ConfigurationError, "both or not at all"),
    (lambda: Normalization(mean=[1.0, 2.0], variance=[1.0]), ConfigurationError, "equal shapes"),
    (lambda: Normalization(mean=[1.0], variance=[-1.0]), ConfigurationError, "must not be negative"),
    (lambda: Normalization(mean=[1.0], variance=[1.0]).adapt(DATA), ConfigurationError, "leave them out"),
    (lambda: Normalization().adapt(DATA[:0]), DataError, "at least one row"),
    (lambda: Normalization().adapt([]), DataError, "at least one row"),
    (lambda: Normalization().adapt([[1.0, np.nan]]), DataError, "finite data"),
    (lambda: Normalization().adapt([["a"]]), DataTypeError, "arrays of numbers"),
    (lambda: Normalization().adapt([[1.0], [1.0, 2.0]]), DataTypeError, "arrays of numbers"),
    (lambda: Normalization().adapt(5), DataTypeError, "received: int"),
    (lambda: Normalization().adapt([DATA, DATA[:, :2]]), ShapeError, r"received a batch of shape: \(50, 2\)"),
    (lambda: Normalization(axis=3).build((None, 2)), ShapeError, "have an axis 3"),
    (lambda: Normalization().build((None, None)), ShapeError, "along axis -1 is known"),
    (lambda: layers.Rescaling("a"), ConfigurationError, "`scale` must be a number"),
    (lambda: layers.Rescaling(1.0, [np.inf]), ConfigurationError, "finite numbers"),
]


@pytest.mark.parametrize(("mistake", "kind", "sentence"), MISTAKES, ids=range(len(MISTAKES)))
def test_mistakes_are_explained(mistake: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        mistake()
