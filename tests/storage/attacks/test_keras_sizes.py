"""Files of Keras that ask for more than they hold, measured in a process of their own."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from tests.storage.attacks import test_archives, test_hdf5
from tests.storage.attacks.children import answer_of
from tests.storage.attacks.keras_files import (
    CONFIG,
    edit_config,
    edit_weights,
    honest,
    members,
    pack,
    write_honest,
)
from tests.storage.attacks.sizes import MEGABYTE

ROOM = 48 * MEGABYTE
MUCH = 8 * MEGABYTE
Write = Callable[[Path], None]


def text(content: str) -> Write:
    """Write an archive whose configuration is a text, compressed as well as it can be."""

    def write(path: Path) -> None:
        pack(path, {**members(honest(".keras")[0]), CONFIG: content.encode()}, zipfile.ZIP_DEFLATED)

    return write


def changed(change: Callable[[dict[str, Any]], Any]) -> Write:
    def write(path: Path) -> None:
        path.write_bytes(honest(".keras")[0])
        edit_config(path, change)

    return write


def in_layer(**arguments: Any) -> Write:
    return changed(lambda described: described["config"]["layers"][1]["config"].update(arguments))


ONE = {"module": "keras.layers", "class_name": "ReLU", "config": {}, "registered_name": None}
ATTACKS: dict[str, Write] = {
    "lists": text('{"a": [' + "[]," * (MUCH // 3) + "0]}"),
    "tables": text('{"a": [' + "{}," * (MUCH // 3) + "0]}"),
    "numbers": text('{"a": [' + "1.5," * (MUCH // 4) + "0]}"),
    "brackets": text("[" * MUCH),
    "a hundred thousand layers": changed(
        lambda described: described["config"].update(layers=[ONE] * 100_000)
    ),
    "twelve thousand layers": changed(lambda described: described["config"]["layers"].extend([ONE] * 12_000)),
    "nesting": text('{"class_name": "Sequential", "config": {"layers": [' * 5000 + "]}}" * 5000),
    "units": in_layer(units=10**12),
    "units beyond 64 bits": in_layer(units=10**30),
    "a wider input": changed(
        lambda described: described["config"]["layers"][0]["config"].update(batch_shape=[None, 10**12])
    ),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sizes")
    for suffix in (".keras", ".h5", ".weights.h5"):
        write_honest(folder, suffix)
    large = Sequential([Input((1500,)), *(Dense(1500) for _ in range(3))])
    large.compile("sgd", "mse")
    found = {f"honest {suffix}": folder / f"m{suffix}" for suffix in (".keras", ".h5", ".weights.h5")}
    for suffix in (".keras", ".h5"):
        found[f"large {suffix}"] = folder / f"large{suffix}"
        large.save(found[f"large {suffix}"])
    archives = {
        name: (lambda path, attack=attack: attack(path, members(honest(".keras")[0])))
        for name, attack in test_archives.ATTACKS.items()
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, (name, write) in enumerate({**ATTACKS, **archives}.items()):
            found[name] = folder / f"a{number}.keras"
            write(found[name])
        for number, (name, change) in enumerate(test_hdf5.ATTACKS.items()):
            for suffix in (".keras", ".h5"):
                path = folder / f"h{number}{suffix}"
                path.write_bytes(honest(suffix)[0])
                edit_weights(path, lambda file, made=change: made(file, folder))
                found[f"{name} {suffix}"] = path
    return found


def test_nothing_takes_more_memory_than_twice_its_size(written: dict[str, Path], canary: list[str]) -> None:
    folder = next(iter(written.values())).parent
    told = answer_of(canary, "sizes_child", folder, *(path.name for path in written.values()))
    names = {path.name: name for name, path in written.items()}
    for each in told:
        name = names[each["file"]]
        assert each["outcome"] in ("read", "refused"), (name, each)
        if not name.startswith("honest"):
            assert each["grown"] < 2 * written[name].stat().st_size + ROOM, (name, each)
        if name in ATTACKS and each["reader"] == "load_model":
            assert each["outcome"] == "refused", name
    read = {
        names[each["file"]] for each in told if each["reader"] == "load_model" and each["outcome"] == "read"
    }
    assert {"honest .keras", "honest .h5", "large .keras", "large .h5"} <= read
