"""Arrays in pieces, compressed or not, as the library of HDF5 writes them, and as nobody should."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np
import pytest

from ranvier.errors import FileFormatError
from ranvier.models import load_model
from ranvier.storage.inspection import inspect_file
from ranvier.storage.keras.hdf5.reader import Hdf5File, read_hdf5
from ranvier.storage.keras.hdf5.source import Source
from tests.storage.golden.make import FOLDER, inputs_of

GZIP: dict[str, Any] = {"compression": "gzip"}
WAYS: dict[str, dict[str, Any]] = {
    "pieces": {"chunks": (3, 4)},
    "one piece": {"chunks": True},
    "gzip": {**GZIP, "chunks": (3, 4)},
    "gzip and shuffle": {**GZIP, "shuffle": True, "chunks": (5, 2)},
    "checksum": {"fletcher32": True, "chunks": (3, 4)},
    "all": {**GZIP, "shuffle": True, "fletcher32": True, "compression_opts": 9},
    "rows": {"chunks": (1, 9)},
    "room to grow": {"maxshape": (None, None), "chunks": (4, 4)},
    "whole": {},
}
LATEST = ("pieces", "one piece", "gzip", "gzip and shuffle", "checksum", "all", "rows", "whole")
"""What is read of files in the newest manner of the library too."""


def source(content: bytes) -> Source:
    return Source(io.BytesIO(content), "m.h5", 0, len(content))  # type: ignore[arg-type]


def written(array: np.ndarray, options: dict[str, Any], **opening: Any) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w", **opening) as opened:
        opened.create_dataset("a", data=array, **options)
    return file.getvalue()


def read(content: bytes) -> Hdf5File:
    return read_hdf5(source(content))


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "i2", "u1", "?"])
@pytest.mark.parametrize(
    ("name", "version"),
    [
        *((name, ("earliest", "v114")) for name in WAYS),
        *((name, version) for name in LATEST for version in (("v110", "v110"), "latest")),
    ],
)
def test_ways_to_write_an_array(name: str, version: Any, dtype: str) -> None:
    array = np.random.default_rng(0).integers(0, 2, (7, 9)).astype(dtype)
    found = read(written(array, WAYS[name], libver=version))
    np.testing.assert_array_equal(found.array("a"), array)
    assert ("a" in found.chunks) == (name != "whole")


def test_many_pieces_and_axes() -> None:
    array = np.arange(4 * 31 * 6 * 5, dtype=np.float32).reshape(4, 31, 6, 5)
    options = {"chunks": (1, 2, 2, 5), **GZIP}
    np.testing.assert_array_equal(read(written(array, options)).array("a"), array)
    np.testing.assert_array_equal(read(written(array, options, libver="latest")).array("a"), array)


def test_other_arrays_in_pieces() -> None:
    for array in (np.zeros((0, 3), np.float32), np.arange(100.0)):
        options = {"chunks": (2,) * array.ndim, "maxshape": (None,) * array.ndim, **GZIP}
        np.testing.assert_array_equal(read(written(array, options)).array("a"), array)
    file = io.BytesIO()
    halves = np.arange(8, dtype=np.float32).astype(ml_dtypes.bfloat16)
    with h5py.File(file, "w") as opened:
        opened.create_dataset("a", data=halves, chunks=(3,), **GZIP).attrs["dtype"] = "bfloat16"
    np.testing.assert_array_equal(read(file.getvalue()).array("a"), halves)


@pytest.mark.parametrize(
    "options", [{"maxshape": (None, 9), "chunks": (3, 4)}, {"chunks": (1, 1), "page": True}]
)
def test_indexes_that_are_not_read(options: dict[str, Any]) -> None:
    size = (40, 40) if options.pop("page", False) else (7, 9)
    with pytest.raises(FileFormatError, match="copy it with h5py in its plain form"):
        read(written(np.zeros(size), options, libver="latest"))


def implicit() -> bytes:
    """Return a file whose array is in pieces that lie one after the other, without an index."""
    file = io.BytesIO()
    with h5py.File(file, "w", libver=("v110", "v110")) as opened:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((3, 4))
        properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        space = h5py.h5s.create_simple((7, 9))
        dataset = h5py.h5d.create(opened.id, b"a", h5py.h5t.IEEE_F32LE, space, properties)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(63, dtype=np.float32).reshape(7, 9))
    return file.getvalue()


def test_pieces_without_an_index() -> None:
    content = bytearray(implicit())
    np.testing.assert_array_equal(read(bytes(content)).array("a"), np.arange(63).reshape(7, 9))
    layout = content.index(bytes([4, 2, 0, 3, 1, 3, 4, 4, 2]))
    put(content, layout + 9, len(content) - 200, 8)
    with pytest.raises(FileFormatError, match="lie outside of its"):
        read(bytes(content))


@pytest.mark.parametrize(("place", "value"), [(4, 1), (5, 7), (6, 40), (6, 0), (7, 0), (8, 255), (16, 0)])
def test_attacks_on_a_newer_index(place: int, value: int) -> None:
    content = bytearray(written(np.ones((7, 9)), WAYS["gzip"], libver=("v110", "v110")))
    content[content.index(b"FAHD") + place] = value
    with pytest.raises(FileFormatError):
        read(bytes(content)).array("a")


def test_other_filters() -> None:
    with pytest.raises(FileFormatError, match="the filter 'lzf', which Keras does not write"):
        read(written(np.zeros((7, 9)), {"compression": "lzf"}))


@pytest.mark.parametrize("name", ["keras-3.15-trained.h5", "keras-2.15-trained.weights.h5"])
def test_models_that_were_packed_again(tmp_path: Path, name: str) -> None:
    with h5py.File(FOLDER / name) as old, h5py.File(tmp_path / "m.h5", "w") as new:
        new.attrs.update(old.attrs)

        def copy(path: str, item: Any) -> None:
            if isinstance(item, h5py.Dataset):
                options = {"shuffle": True, **GZIP} if item.shape else {}
                new.create_dataset(path, data=item[()], **options)
            else:
                new.require_group(path)
            new[path].attrs.update(item.attrs)

        old.visititems(copy)
    expected = load_model(
        FOLDER / "keras-3.15-trained.h5" if "3.15" in name else FOLDER / "keras-2.15-trained.h5"
    )
    model = load_model(tmp_path / "m.h5") if "3.15" in name else expected
    model.load_weights(tmp_path / "m.h5")
    x = inputs_of("trained")
    reference = load_model(FOLDER / name) if "3.15" in name else expected
    np.testing.assert_array_equal(model.predict(x, verbose=0), reference.predict(x, verbose=0))
    assert inspect_file(tmp_path / "m.h5").parameters > 0


# -- attacks ------------------------------------------------------------------------------------------


def in_pieces() -> tuple[bytearray, int, int]:
    """Return a file of an array in six pieces, and where the entries of their index and the description begin."""
    content = bytearray(written(np.ones((6, 8), np.float32), {"chunks": (2, 4), **GZIP}))
    tree = content.index(b"TREE", content.index(b"TREE") + 1)
    layout = content.index(bytes([3, 2, 3]) + tree.to_bytes(8, "little"))
    return content, tree, layout


def put(content: bytearray, place: int, value: int, width: int) -> None:
    content[place : place + width] = value.to_bytes(width, "little")


KEY, ENTRY = 8 + 3 * 8, 8 + 3 * 8 + 8


def outside(content: bytearray, tree: int, layout: int) -> None:
    put(content, tree + 24 + KEY, 2**40, 8)


def before_the_beginning(content: bytearray, tree: int, layout: int) -> None:
    put(content, tree + 24 + KEY, 2**64 - 8, 8)


def not_there(content: bytearray, tree: int, layout: int) -> None:
    put(content, tree + 24 + KEY, 2**64 - 1, 8)


def one_piece_twice(content: bytearray, tree: int, layout: int) -> None:
    put(
        content,
        tree + 24 + ENTRY + KEY,
        int.from_bytes(content[tree + 24 + KEY : tree + 32 + KEY], "little"),
        8,
    )


def one_place_twice(content: bytearray, tree: int, layout: int) -> None:
    content[tree + 24 + ENTRY + 8 : tree + 24 + ENTRY + KEY] = content[tree + 32 : tree + 24 + KEY]


def beyond_the_array(content: bytearray, tree: int, layout: int) -> None:
    put(content, tree + 24 + 8, 600, 8)


def between_the_pieces(content: bytearray, tree: int, layout: int) -> None:
    put(content, tree + 24 + ENTRY + 16, 3, 8)


def a_size_without_end(content: bytearray, tree: int, layout: int) -> None:
    put(content, tree + 24, 2**32 - 1, 4)


def a_filter_left_out(content: bytearray, tree: int, layout: int) -> None:
    put(content, tree + 28, 1, 4)


def one_less(content: bytearray, tree: int, layout: int) -> None:
    put(content, tree + 6, 5, 2)


def one_more(content: bytearray, tree: int, layout: int) -> None:
    put(content, tree + 6, 7, 2)


def many_more(content: bytearray, tree: int, layout: int) -> None:
    put(content, tree + 6, 2**16 - 1, 2)


def a_circle(content: bytearray, tree: int, layout: int) -> None:
    content[tree + 5] = 1
    for number in range(12):
        put(content, tree + 24 + KEY + number * ENTRY, tree, 8)


def another_tree(content: bytearray, tree: int, layout: int) -> None:
    put(content, layout + 3, content.index(b"TREE"), 8)


def no_tree(content: bytearray, tree: int, layout: int) -> None:
    put(content, layout + 3, 2**64 - 1, 8)


def pieces_without_end(content: bytearray, tree: int, layout: int) -> None:
    put(content, layout + 11, 2**32 - 1, 4)


def pieces_of_nothing(content: bytearray, tree: int, layout: int) -> None:
    put(content, layout + 11, 0, 4)


def other_elements(content: bytearray, tree: int, layout: int) -> None:
    put(content, layout + 19, 8, 4)


def more_axes(content: bytearray, tree: int, layout: int) -> None:
    content[layout + 2] = 4


def an_array_without_end(content: bytearray, tree: int, layout: int) -> None:
    shape = content.index((6).to_bytes(8, "little") + (8).to_bytes(8, "little"))
    put(content, shape, 2**40, 8)
    put(content, shape + 16, 2**40, 8)


def an_overflow(content: bytearray, tree: int, layout: int) -> None:
    shape = content.index((6).to_bytes(8, "little") + (8).to_bytes(8, "little"))
    put(content, shape, 2**32, 8)
    put(content, shape + 8, 2**32, 8)


def other_bytes(content: bytearray, tree: int, layout: int) -> None:
    start = int.from_bytes(content[tree + 24 + KEY : tree + 32 + KEY], "little")
    content[start + 4] ^= 0xFF


def a_bomb(content: bytearray, tree: int, layout: int) -> None:
    packed = zlib.compress(bytes(10**7), 9)
    put(content, tree + 24, len(packed), 4)
    put(content, tree + 24 + KEY, len(content), 8)
    put(content, content.index(b"\x89HDF") + 40, len(content) + len(packed), 8)
    content += packed


ATTACKS: dict[str, Callable[[bytearray, int, int], None]] = {
    each.__name__: each
    for each in (
        *(outside, before_the_beginning, not_there, one_piece_twice, one_place_twice, beyond_the_array),
        *(between_the_pieces, a_size_without_end, a_filter_left_out, one_less, one_more, many_more, a_circle),
        *(another_tree, no_tree, pieces_without_end, pieces_of_nothing, other_elements, more_axes),
        *(an_array_without_end, an_overflow, other_bytes, a_bomb),
    )
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_on_the_index(name: str) -> None:
    content, tree, layout = in_pieces()
    np.testing.assert_array_equal(read(bytes(content)).array("a"), np.ones((6, 8)))
    ATTACKS[name](content, tree, layout)
    with pytest.raises(FileFormatError, match="HDF5 content"):
        read(bytes(content)).array("a")


def test_arrays_that_would_fill_the_memory() -> None:
    content = written(
        np.zeros((3000, 1000), np.float32), {"chunks": (1500, 1000), "compression_opts": 9, **GZIP}
    )
    assert len(content) < 10**5
    with pytest.raises(FileFormatError, match=r"would grow from [\d,]+ to 12,000,000 bytes"):
        read(content)


def test_pieces_that_nobody_counts() -> None:
    content = bytearray(written(np.zeros((200, 1), np.uint8), {"chunks": (1, 1)}))
    place = content.index((200).to_bytes(8, "little"))
    put(content, place, 2**40, 8)
    with pytest.raises(FileFormatError, match="pieces, which are too many"):
        read(bytes(content))
