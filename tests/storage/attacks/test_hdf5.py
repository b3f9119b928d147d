"""HDF5 files that reach beyond themselves, lie about sizes, or hold what is no array of numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from ranvier.errors import FileFormatError
from ranvier.models import load_model
from tests.storage.attacks.keras_files import (
    SUFFIXES,
    X,
    edit_weights,
    first_dataset,
    honest,
    write_honest,
)
from tests.storage.attacks.readers import READERS, refused
from tests.storage.files import small_model

SECRET = np.full((3, 4), 42.0, np.float32)
Change = Callable[[h5py.File, Path], Any]


def replaced(make: Callable[[h5py.Group, str, Path], Any]) -> Change:
    """Put something else in the place of the first weight."""

    def change(file: h5py.File, folder: Path) -> None:
        name = first_dataset(file)
        group = file[name].parent
        own = name.rpartition("/")[2]
        del group[own]
        make(group, own, folder)

    return change


def secret_file(folder: Path) -> Path:
    path = folder / "secret.h5"
    if not path.exists():
        with h5py.File(path, "w") as file:
            file["secret"] = SECRET
        (folder / "secret.bin").write_bytes(SECRET.tobytes())
    return path


def external_link(group: h5py.Group, name: str, folder: Path) -> None:
    group[name] = h5py.ExternalLink(str(secret_file(folder)), "/secret")


def external_storage(group: h5py.Group, name: str, folder: Path) -> None:
    secret_file(folder)
    group.create_dataset(
        name, (3, 4), np.float32, external=[(str(folder / "secret.bin"), 0, h5py.h5f.UNLIMITED)]
    )


def virtual(group: h5py.Group, name: str, folder: Path) -> None:
    layout = h5py.VirtualLayout((3, 4), np.float32)
    layout[:] = h5py.VirtualSource(str(secret_file(folder)), "secret", (3, 4))
    group.create_virtual_dataset(name, layout)


def virtual_of_itself(group: h5py.Group, name: str, folder: Path) -> None:
    layout = h5py.VirtualLayout((3, 4), np.float32)
    layout[:] = h5py.VirtualSource(".", f"{group.name}/{name}", (3, 4))
    group.create_virtual_dataset(name, layout)


def soft_link(group: h5py.Group, name: str, folder: Path) -> None:
    group.file.create_dataset("elsewhere", data=SECRET)
    group[name] = h5py.SoftLink("/elsewhere")


def soft_cycle(group: h5py.Group, name: str, folder: Path) -> None:
    group[name] = h5py.SoftLink(f"{group.name}/{name}")


def chunks_without_end(group: h5py.Group, name: str, folder: Path) -> None:
    group.create_dataset(name, (10**6, 10**6), np.float32, chunks=(1000, 1000))


def compressed_without_end(group: h5py.Group, name: str, folder: Path) -> None:
    group.create_dataset(
        name, (3000, 10_000), np.float32, chunks=(1500, 10_000), compression="gzip", data=None
    )
    for start in range(0, 3000, 1500):
        group[name][start : start + 1500] = np.zeros((1500, 10_000), np.float32)


def unwritten(group: h5py.Group, name: str, folder: Path) -> None:
    # The right shape, and no number was ever written.
    group.create_dataset(name, (3, 4), np.float32, chunks=(3, 4), fillvalue=np.nan)


def of(data: Any, dtype: Any = None) -> Callable[[h5py.Group, str, Path], Any]:
    return lambda group, name, folder: group.create_dataset(name, data=data, dtype=dtype)


def reference(group: h5py.Group, name: str, folder: Path) -> None:
    group.create_dataset(name, (3, 4), h5py.ref_dtype)


def unknown_filter(group: h5py.Group, name: str, folder: Path) -> None:
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk((3, 4))
    properties.set_filter(32123, h5py.h5z.FLAG_OPTIONAL, (1, 2))
    space = h5py.h5s.create_simple((3, 4))
    h5py.h5d.create(group.id, name.encode(), h5py.h5t.NATIVE_FLOAT, space, properties)


def loop(file: h5py.File, folder: Path) -> None:
    group = file[first_dataset(file)].parent
    group["around"] = file["/"]


def deep(file: h5py.File, folder: Path) -> None:
    group = file
    for _ in range(3000):
        group = group.create_group("g")


def wide(file: h5py.File, folder: Path) -> None:
    group = file[first_dataset(file)].parent
    for number in range(20_000):
        group.create_group(f"g{number}")


ATTACKS: dict[str, Change] = {
    "an external link": replaced(external_link),
    "external storage": replaced(external_storage),
    "a virtual dataset": replaced(virtual),
    "a virtual dataset of itself": replaced(virtual_of_itself),
    "a soft link": replaced(soft_link),
    "a soft link to itself": replaced(soft_cycle),
    "a group in the place of an array": replaced(lambda group, name, folder: group.create_group(name)),
    "a type in the place of an array": replaced(
        lambda group, name, folder: group.__setitem__(name, np.dtype("float32"))
    ),
    "nothing": replaced(lambda group, name, folder: None),
    "a shape without end": replaced(chunks_without_end),
    "much that is compressed": replaced(compressed_without_end),
    "another shape": replaced(of(np.zeros((4, 3), np.float32))),
    "a transposed shape": replaced(of(np.zeros((12,), np.float32))),
    "a scalar": replaced(of(np.float32(1))),
    "text": replaced(of(np.full((3, 4), "attack", object), h5py.string_dtype())),
    "bytes of a fixed length": replaced(of(np.full((3, 4), b"attack"))),
    "rows of any length": replaced(
        lambda group, name, folder: group.create_dataset(name, (3, 4), h5py.vlen_dtype(np.float32))
    ),
    "records": replaced(of(np.zeros((3, 4), [("a", "f4"), ("b", "f8")]))),
    "complex numbers": replaced(of(np.zeros((3, 4), np.complex64))),
    "opaque bytes": replaced(of(np.zeros((3, 4), np.void(4).dtype))),
    "references": replaced(reference),
    "an empty dataspace": replaced(
        lambda group, name, folder: group.create_dataset(name, data=h5py.Empty("f4"))
    ),
    "a filter nobody has": replaced(unknown_filter),
}
SURVIVED: dict[str, Change] = {
    "a loop of groups": loop,
    "a deep file": deep,
    "a wide file": wide,
    "never written": replaced(unwritten),
}


def readers_of(suffix: str) -> tuple[str, ...]:
    return ("load_weights",) if suffix == ".weights.h5" else ("load_model", "load_weights")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_files_as_keras_wrote_them(tmp_path, suffix: str) -> None:
    path = write_honest(tmp_path, suffix)
    expected = honest(suffix)[1]
    model = small_model()
    model.load_weights(path)
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, rtol=1e-5)
    if suffix != ".weights.h5":
        np.testing.assert_allclose(load_model(path).predict(X, verbose=0), expected, rtol=1e-5)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", ATTACKS)
def test_datasets(tmp_path, name: str, suffix: str) -> None:
    path = write_honest(tmp_path, suffix)
    edit_weights(path, lambda file: ATTACKS[name](file, tmp_path))
    refused(path, None, *readers_of(suffix))
    assert not any(str(tmp_path / "secret") in message for message in _messages(path))


def _messages(path: Path) -> list[str]:
    found = []
    for read in READERS.values():
        try:
            read(path)
        except FileFormatError as error:
            found.append(str(error))
    return found


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", SURVIVED)
def test_files_that_are_odd(tmp_path, name: str, suffix: str) -> None:
    """Some may be read, since nothing that is needed is touched; none takes long."""
    path = write_honest(tmp_path, suffix)
    edit_weights(path, lambda file: SURVIVED[name](file, tmp_path))
    refused(path, None, "backup")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_hundredth_of_a_file(tmp_path, suffix: str) -> None:
    path = write_honest(tmp_path, suffix)
    content = path.read_bytes()
    for part in range(100):
        path.write_bytes(content[: len(content) * part // 100])
        refused(path, None, *READERS)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_flipped_bits(tmp_path, suffix: str) -> None:
    """HDF5 keeps no checksums here, so a weight may be another; whatever is noticed ends in one error."""
    path = write_honest(tmp_path, suffix)
    content = path.read_bytes()
    generator = np.random.default_rng(8)
    for position in generator.integers(0, len(content), 150):
        changed = bytearray(content)
        changed[position] ^= 1 << int(generator.integers(8))
        path.write_bytes(changed)
        refused(path, None, "backup")
