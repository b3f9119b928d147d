"""The faults that were published of Keras' files, one test each: what was done there is refused here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.storage.attacks.keras_files import (
    CONFIG,
    WEIGHTS,
    edit_config,
    edit_weights,
    first_dataset,
    honest,
    members,
    pack,
    write_honest,
)
from tests.storage.attacks.payloads import BYTECODE, LAMBDA, keras_object
from tests.storage.attacks.readers import refused
from tests.storage.files import edit_document, fitted_model


def layers(described: dict[str, Any]) -> list[Any]:
    return described["config"]["layers"]


def with_layer(folder: Path, suffix: str, *added: Any, first: bool = False) -> Path:
    """Write a file of Keras whose network has more layers."""
    path = write_honest(folder, suffix)
    place = 1 if first else 3
    edit_config(path, lambda described: layers(described).__setitem__(slice(place, place), added))
    return path


def native_with_layer(folder: Path, added: Any) -> Path:
    path = folder / "m.safetensors"
    fitted_model().save(path)
    edit_document(path, lambda document: document["model"]["config"]["layers"].append(added))
    return path


def test_cve_2024_3660(tmp_path) -> None:
    """Keras before 2.13 ran the code of a `Lambda` layer in a model file, in whatever format, without asking."""
    old = {
        "class_name": "Lambda",
        "config": {
            "name": "lambda",
            "trainable": True,
            "function": [BYTECODE, None, None],
            "function_type": "lambda",
            "module": "__main__",
            "output_shape": None,
            "arguments": {},
        },
    }
    for suffix in (".h5", ".keras"):
        refused(with_layer(tmp_path, suffix, old), "Lambda")
        refused(with_layer(tmp_path, suffix, LAMBDA), "Lambda")
    refused(native_with_layer(tmp_path, old), "Lambda")
    refused(native_with_layer(tmp_path, LAMBDA), "Lambda")


def test_cve_2025_1550(tmp_path) -> None:
    """Safe mode looked at lambdas alone: a configuration could name any module and any function in it, which was
    then imported and called with the arguments beside it."""
    for module, name, config in (
        ("os", "system", {"command": "echo attacked"}),
        ("subprocess", "Popen", {"args": ["echo", "attacked"]}),
        ("builtins", "exec", {"source": "print('attacked')"}),
        ("heapq", "_heapify_max", {}),
        ("antigravity", "geohash", {}),
    ):
        for described in (keras_object(module, name, config), keras_object(module, "function", name, name)):
            refused(with_layer(tmp_path, ".keras", described))
            refused(with_layer(tmp_path, ".h5", described))
            refused(native_with_layer(tmp_path, described))
            path = write_honest(tmp_path, ".keras")
            edit_config(
                path, lambda whole, what=described: layers(whole)[1]["config"].update(activation=what)
            )
            refused(path)


def test_cve_2025_8747(tmp_path) -> None:
    """After modules had been restricted to Keras' own, its own functions were misused: `get_file` downloads and
    unpacks whatever it is told to."""
    fetched = {"fname": str(tmp_path / "escaped"), "origin": "http://127.0.0.1:9/attack.tar", "extract": True}
    for module in ("keras.utils", "keras.src.utils.file_utils", "keras"):
        for described in (
            keras_object(module, "get_file", fetched),
            keras_object(module, "function", "get_file"),
            keras_object(module, "function", "get_file", "get_file"),
        ):
            refused(with_layer(tmp_path, ".keras", described))
            path = write_honest(tmp_path, ".keras")
            edit_config(
                path, lambda whole, what=described: layers(whole)[1]["config"].update(activation=what)
            )
            refused(path)
    refused(native_with_layer(tmp_path, keras_object("ranvier.utils", "get_file", fetched)))
    assert not (tmp_path / "escaped").exists()


def test_cve_2025_9905(tmp_path) -> None:
    """The older HDF5 format did not know safe mode: its `Lambda` layers were run though it was asked for."""
    for described in (
        LAMBDA,
        {"class_name": "Lambda", "config": {"function": [BYTECODE, None, None], "function_type": "lambda"}},
        {
            "class_name": "Lambda",
            "config": {"function": "system", "function_type": "function", "module": "os"},
        },
        {"class_name": "TensorFlowOpLayer", "config": {"node_def": "attack"}},
    ):
        refused(with_layer(tmp_path, ".h5", described))


def test_cve_2025_9906(tmp_path) -> None:
    """A configuration could first call the function that switches safe mode off, and then bring its lambda."""
    for off in (
        keras_object("keras.config", "enable_unsafe_deserialization", {}),
        keras_object("keras.config", "function", "enable_unsafe_deserialization"),
        keras_object("keras.src.saving.serialization_lib", "enable_unsafe_deserialization", {}),
    ):
        refused(with_layer(tmp_path, ".keras", off, LAMBDA, first=True))
        path = write_honest(tmp_path, ".keras")

        def change(whole: dict[str, Any], what: Any = off) -> None:
            layers(whole)[1]["config"]["activation"] = what
            layers(whole).append(LAMBDA)

        edit_config(path, change)
        refused(path)


def huge(file: h5py.File) -> None:
    name = first_dataset(file)
    group, own = file[name].parent, name.rpartition("/")[2]
    del group[own]
    group.create_dataset(own, (10**6, 10**6, 10**6), np.float32, chunks=(100, 100, 100))


def test_cve_2026_0897(tmp_path) -> None:
    """A tool that looked into the weights of an archive took as much memory as a dataset declared to need."""
    path = write_honest(tmp_path, ".keras")
    edit_weights(path, huge)
    assert path.stat().st_size < 100_000
    refused(path, None, "load_model", "load_weights")


def test_cve_2026_1462(tmp_path) -> None:
    """A `TFSMLayer` loaded the SavedModel whose folder the file named, and ran the program in it."""
    folder = tmp_path / "saved_model"
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(b"attack")
    for module in ("keras.layers", "keras.src.export.tfsm_layer", None):
        described = keras_object(
            module, "TFSMLayer", {"name": "t", "filepath": str(folder), "call_endpoint": "serve"}
        )
        refused(with_layer(tmp_path, ".keras", described), "TFSMLayer")
        refused(with_layer(tmp_path, ".h5", described), "TFSMLayer")
        refused(native_with_layer(tmp_path, described), "TFSMLayer")


def test_cve_2026_1669(tmp_path) -> None:
    """The numbers of a dataset may lie in another file, and any file of the reader's machine could be named: its
    content came back as weights."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"the reader's own file, 48 bytes of which are needed....")

    def outside(file: h5py.File) -> None:
        name = first_dataset(file)
        group, own = file[name].parent, name.rpartition("/")[2]
        del group[own]
        group.create_dataset(own, (3, 4), np.float32, external=[(str(secret), 0, 48)])

    for suffix in (".keras", ".h5", ".weights.h5"):
        path = write_honest(tmp_path, suffix)
        edit_weights(path, outside)
        refused(path, None, "load_weights", *(() if suffix == ".weights.h5" else ("load_model",)))


def test_cve_2026_12479(tmp_path) -> None:
    """The names of layers became names of folders on the disk, and one of them could be `..`."""
    inside = tmp_path / "inside"
    inside.mkdir()
    for name in ("..", "../..", "../escaped", "a/../..", "..\\escaped", str(tmp_path / "escaped")):
        path = write_honest(inside, ".keras")

        def rename(whole: dict[str, Any], to: str = name) -> None:
            layers(whole)[1]["config"]["name"] = to

        edit_config(path, rename)
        if "/" in name:
            refused(path)
        else:
            refused(path, None, "backup")  # a name is text, and may be read as one
    parts = members(honest(".keras")[0])
    pack(inside / "m.keras", {**parts, "assets/../../escaped": b"attack"})
    refused(inside / "m.keras")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["inside"]
    assert [each.name for each in inside.iterdir()] == ["m.keras"]


def test_cve_2026_12570(tmp_path) -> None:
    """`load_model` itself had kept what 2026-0897 was about: it read datasets of any declared size, and compressed
    zeros of any number."""

    def zeros(file: h5py.File) -> None:
        name = first_dataset(file)
        group, own = file[name].parent, name.rpartition("/")[2]
        del group[own]
        group.create_dataset(own, (9000, 10_000), np.float32, chunks=(3000, 10_000), compression="gzip")
        for start in range(0, 9000, 3000):
            group[own][start : start + 3000] = np.zeros((3000, 10_000), np.float32)

    def wide(whole: dict[str, Any]) -> None:
        layers(whole)[0]["config"]["batch_shape"] = [None, 9000]
        layers(whole)[1]["config"]["units"] = 10_000
        layers(whole)[1]["build_config"] = {"input_shape": [None, 9000]}

    path = write_honest(tmp_path, ".keras")
    edit_weights(path, zeros)
    refused(path, None, "load_model", "load_weights")
    # Even where the configuration agrees with the dataset: 360 MB out of less than half a MB.
    edit_config(path, wide)
    assert path.stat().st_size < 500_000
    refused(path)
    parts = members(path.read_bytes())
    assert set(parts) >= {CONFIG, WEIGHTS}
    assert json.loads(parts[CONFIG])["class_name"] == "Sequential"
