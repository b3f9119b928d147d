"""The decoder against real pickles of every protocol, and against hostile ones."""

from __future__ import annotations

import os
import pickle
import pickletools
import struct

import numpy as np
import pytest

from ranvier.datasets.ragged import integer_lists
from ranvier.errors import FileFormatError

RNG = np.random.default_rng(0)
LISTS = [RNG.integers(0, 90_000, length).tolist() for length in (3, 1, 300, 2500, 0)] + [
    [-5, 2**31 - 1, 255, 256]
]


def array_of(lists: list) -> np.ndarray:
    array = np.empty(len(lists), dtype=object)
    array[:] = lists
    return array


@pytest.mark.parametrize("optimized", [False, True])
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_protocol(protocol, optimized):
    program = pickle.dumps(array_of(LISTS), protocol=protocol)
    if optimized:
        program = pickletools.optimize(program)
    assert [numbers.tolist() for numbers in integer_lists(program)] == LISTS


def test_as_python_2_wrote_them():
    """Text as byte strings, lists filled one element at a time."""
    program = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85q\x03U\x01bq\x04\x87Rq\x05"
        b"(K\x01K\x03\x85"
        b"cnumpy\ndtype\nT\x02\x00\x00\x00O8K\x00K\x01\x87R"
        b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb"
        b"\x89](](K\x07M\x01\x01e]r\x09\x00\x00\x00J\xff\xff\xff\xffah\x04j\x09\x00\x00\x00"
    )
    with pytest.raises(FileFormatError):
        integer_lists(program + b"etb.")  # the text that was recalled is no list
    program = program.replace(b"h\x04", b"")
    assert [numbers.tolist() for numbers in integer_lists(program + b"etb.")] == [[7, 257], [-1], [-1]]
    assert list(pickle.loads(program + b"etb.", encoding="latin1")) == [[7, 257], [-1], [-1]]


class Hostile:
    def __reduce__(self):
        return os.mkdir, ("hostile",)


@pytest.mark.parametrize("protocol", [2, 4])
def test_nothing_is_run(protocol, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileFormatError, match="Expected lists of integers"):
        integer_lists(pickle.dumps(array_of([[1], Hostile()]), protocol=protocol))
    with pytest.raises(FileFormatError, match="Expected an array of lists"):
        integer_lists(pickle.dumps(Hostile(), protocol=protocol))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "entry",
    ["text", b"bytes", 1.5, [1.5], [[1]], ["a"], {"a": 1}, {1}, None, [True], [2**40], (1, 2), np.arange(3)],
)
def test_other_entries(entry):
    with pytest.raises(FileFormatError):
        integer_lists(pickle.dumps(array_of([[1], entry]), protocol=4))


@pytest.mark.parametrize("value", [5, [1, 2], "text", (1, 2), None])
def test_other_things(value):
    with pytest.raises(FileFormatError):
        integer_lists(pickle.dumps(value, protocol=4))


def test_a_shape_that_does_not_fit():
    program = pickle.dumps(array_of([[1], [2]]), protocol=2)
    with pytest.raises(FileFormatError, match=r"Expected 2 sequences in a row; the array's shape is \(3,\)"):
        integer_lists(program.replace(b"K\x01K\x02\x85", b"K\x01K\x03\x85"))


def test_every_truncation_and_many_alterations():
    program = pickle.dumps(array_of([[1, 300, 70_000], [2]]), protocol=3)
    for end in range(len(program)):
        with pytest.raises(FileFormatError):
            integer_lists(program[:end])
    for place in range(len(program)):
        for byte in (0, 40, 46, 97, 98, 101, 133, 255):
            altered = program[:place] + struct.pack("B", byte) + program[place + 1 :]
            try:
                integer_lists(altered)
            except FileFormatError:
                continue
