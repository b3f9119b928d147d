"""Networks read from symbolic tensors: matching of inputs, structure, running."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers import Add, Concatenate, Dense, Input
from ranvier.networks.graph import Graph

ROWS = np.arange(6, dtype="float32").reshape(3, 2)


def two_inputs() -> Graph:
    one, other = Input((2,), name="one"), Input((2,), name="other")
    return Graph([one, other], Concatenate(name="joined")([one, other]))


def test_inputs_by_position_and_by_name() -> None:
    graph = two_inputs()
    expected = np.concatenate([ROWS, -ROWS], axis=1)
    np.testing.assert_array_equal(graph.run([ROWS, -ROWS]), expected)
    np.testing.assert_array_equal(graph.run({"other": -ROWS, "one": ROWS}), expected)
    assert graph.input_names == ["one", "other"]
    assert graph.output_names == ["joined"]


def test_dicts_are_ordered_by_their_keys() -> None:
    late, early = Input((2,), name="z"), Input((2,), name="y")
    graph = Graph({"b": late, "a": early}, {"sum": Add()([late, early]), "late": Dense(1)(late)})
    assert graph.input_names == ["y", "z"]
    found = graph.run({"a": ROWS, "b": ROWS})
    assert list(found) == ["sum", "late"]
    np.testing.assert_array_equal(found["sum"], 2 * ROWS)
    assert [tensor.shape for tensor in graph.output_tensors] == [(None, 1), (None, 2)]


@pytest.mark.parametrize(("shape", "given"), [((), (3,)), ((1,), (3,)), ((2,), (3, 2, 1))])
def test_an_axis_of_length_one_is_added_or_taken(shape: tuple[int, ...], given: tuple[int, ...]) -> None:
    tensor = Input(shape)
    (matched,) = Graph(tensor, Dense(1)(tensor) if shape else tensor).matched_inputs(
        np.zeros(given, "float32")
    )
    assert matched.shape == (3, *shape)


def test_integers_are_cast_to_the_dtype_of_the_input() -> None:
    (matched,) = Graph(tensor := Input((2,)), Dense(1)(tensor)).matched_inputs(ROWS.astype("int64"))
    assert matched.dtype == "float32"


def test_equal_networks_have_equal_structure() -> None:
    def stack(units: int, *, twice: bool = False) -> Graph:
        inputs = Input((2,))
        layer = Dense(units)
        hidden = layer(inputs)
        return Graph(inputs, Add()([hidden, layer(inputs) if twice else hidden]))

    assert stack(3).structure() == stack(3).structure()
    assert hash(stack(3).structure()) == hash(stack(3).structure())
    assert stack(3).structure() != stack(4).structure()
    assert stack(3).structure() != stack(3, twice=True).structure()


def test_wrong_inputs() -> None:
    graph = two_inputs()
    with pytest.raises(ShapeError, match=r"The input 'other' must have shape \(any, 2\)"):
        graph.run([ROWS, ROWS[:, :1]])
    with pytest.raises(ConfigurationError, match=r"without \['one'\]"):
        graph.run({"other": ROWS})
    with pytest.raises(ShapeError, match=r"x\.reshape\(-1, 2\)"):
        graph.check_inputs([ROWS, np.zeros((3, 2, 1, 1))])


def test_checking_inputs_takes_no_memory() -> None:
    graph = Graph(tensor := Input((4,)), Dense(1)(tensor))
    rows = np.broadcast_to(np.int8(0), (2**24, 4))  # a quarter of a gigabyte, if anything copied it
    tracemalloc.start()
    try:
        graph.check_inputs(rows)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**20
