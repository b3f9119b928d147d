from __future__ import annotations

from collections import OrderedDict, namedtuple

import pytest

from ranvier.errors import DataError
from ranvier.training.data.trees import (
    describe,
    flatten,
    leaves_of,
    map_leaves,
    paths,
    structure_of,
    unflatten,
)

Pair = namedtuple("Pair", ["left", "right"])

TREES = [
    1,
    None,
    [1, 2],
    (1, [2, 3]),
    {"b": 1, "a": (2, {"c": 3})},
    Pair(1, [2]),
    [],
    {},
    {"a": None, "b": [None, 1]},
]


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_what_is_taken_apart_is_put_together_again(tree):
    leaves, structure = flatten(tree)
    assert unflatten(structure, leaves) == tree
    assert type(unflatten(structure, leaves)) is type(tree)
    assert structure.leaves == len(leaves) == len(paths(tree, "x"))
    assert hash(structure) == hash(structure_of(tree))


def test_leaves_follow_sorted_names_whatever_the_order_of_insertion():
    assert leaves_of({"b": 1, "a": 2}) == [2, 1] == leaves_of({"a": 2, "b": 1})
    assert structure_of({"b": 1, "a": 2}) == structure_of(OrderedDict(a=0, b=0))
    assert list(unflatten(structure_of({"b": 1, "a": 2}), "yz").items()) == [("a", "y"), ("b", "z")]


def test_mixed_keys_have_an_order():
    assert leaves_of({"a": 1, 2: 2}) == leaves_of({2: 2, "a": 1})


def test_lists_and_tuples_are_equal_structures_and_mappings_are_not():
    assert structure_of([1, 2]) == structure_of((3, 4))
    assert structure_of([1, 2]) != structure_of([1, 2, 3])
    assert structure_of([1, 2]) != structure_of({"a": 1, "b": 2})
    assert structure_of({"a": 1}) != structure_of({"b": 1})


def test_paths_read_as_a_user_writes_them():
    assert paths(1, "x") == ["x"]
    assert paths([1, (2, 3)], "y") == ["y[0]", "y[1][0]", "y[1][1]"]
    assert paths({"age": 1, 3: 2}, "x") == ["x[3]", "x['age']"]
    assert paths(structure_of([1, 2]), "x") == ["x[0]", "x[1]"]


def test_map_leaves_leaves_none_alone():
    assert map_leaves(lambda leaf: leaf + 1, {"a": 1, "b": [None, 2]}) == {"a": 2, "b": [None, 3]}


@pytest.mark.parametrize("leaves", [[], [1], [1, 2, 3]])
def test_a_wrong_number_of_leaves_is_refused(leaves):
    with pytest.raises(DataError, match=rf"tree of 2 leaves; received: {len(leaves)} leaves"):
        unflatten(structure_of([0, 0]), leaves)


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (1, "one array"),
        ([1, 2], "a list of 2"),
        ((1,), "a tuple of 1"),
        ({"b": 1, "a": 2}, "a dict with 'a', 'b'"),
        ({}, "a dict with no entries"),
    ],
)
def test_describe(tree, words):
    assert describe(tree) == describe(structure_of(tree)) == words
