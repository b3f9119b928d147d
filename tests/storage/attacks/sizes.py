"""Native files that ask for more than they hold: of memory, of layers, of depth."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ranvier.layers import Conv2D, Dense, Flatten, Input
from ranvier.models import Sequential
from tests.storage.files import edit_document, fitted_model, join, split

MEGABYTE = 2**20
MUCH = 8 * MEGABYTE


def _raw(length: int, content: bytes = b"", size: int | None = None) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(length.to_bytes(8, "little") + content)
            if size is not None:
                file.truncate(size)  # a hole: it takes no room on the disk

    return write


def _header(text: bytes) -> Callable[[Path], None]:
    return lambda path: join(path, text, b"")


def _document(text: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        checked = {"ranvier": text, "ranvier.crc32": str(zlib.crc32(text.encode()))}
        join(path, {"__metadata__": checked}, b"")

    return write


def _changed(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        fitted_model().save(path)
        edit_document(path, change)

    return write


def _layer(class_name: str, **config: Any) -> Callable[[Path], None]:
    entry = {"class_name": class_name, "name": "more", "config": {"name": "more", **config}}
    return _changed(lambda document: document["model"]["config"]["layers"].append(entry))


def _argument(**config: Any) -> Callable[[Path], None]:
    return _changed(lambda document: document["model"]["config"]["layers"][1]["config"].update(config))


def _image(**config: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        Sequential([Input((6, 6, 1)), Conv2D(2, 3), Flatten(), Dense(2)]).save(path)
        edit_document(
            path, lambda document: document["model"]["config"]["layers"][1]["config"].update(config)
        )

    return write


def _arrays(**entry: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        fitted_model().save(path)
        header, data = split(path)
        header["weights/dense/kernel"].update(entry)
        join(path, header, data)

    return write


def _many_arrays(path: Path) -> None:
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    join(path, {f"a{number}": empty for number in range(300_000)}, b"")


def _with_layers(text: str) -> Callable[[Path], None]:
    """Put a text where a model's layers stand."""

    def write(path: Path) -> None:
        fitted_model().save(path)
        header, data = split(path)
        document = json.loads(header["__metadata__"]["ranvier"])
        document["model"]["config"]["layers"] = "HERE"
        whole = json.dumps(document).replace('"HERE"', text)
        header["__metadata__"] = {"ranvier": whole, "ranvier.crc32": str(zlib.crc32(whole.encode()))}
        join(path, header, data)

    return write


def _nested(depth: int) -> str:
    return '[{"class_name": "Sequential", "config": {"layers": ' * depth + "[]" + "}}]" * depth


ATTACKS: dict[str, Callable[[Path], None]] = {
    "a header of 200 MB": _raw(200 * MEGABYTE, b"{", 200 * MEGABYTE + 8),
    "a header of 200 MB that is not there": _raw(200 * MEGABYTE, b"{}"),
    "a header without end": _raw(2**63 + 1, b"{}"),
    "a header of brackets": _header(b"[" * MUCH),
    "a header of lists": _header(b'{"a": [' + b"[]," * (MUCH // 3) + b"0]}"),
    "a header of tables": _header(b'{"a": [' + b"{}," * (MUCH // 3) + b"0]}"),
    "a header of numbers": _header(b'{"a": [' + b"1.5," * (MUCH // 4) + b"0]}"),
    "a header of names": _header(b"{" + b",".join(b'"%d":0' % number for number in range(500_000)) + b"}"),
    "a header of spaces": _header(b" " * MUCH),
    "many arrays": _many_arrays,
    "a configuration of lists": _document(
        '{"kind": "model", "format": 1, "model": [' + "[]," * (MUCH // 3) + "0]}"
    ),
    "a configuration of numbers": _document(
        '{"kind": "model", "format": 1, "model": [' + "9," * (MUCH // 2) + "0]}"
    ),
    "a million layers": _with_layers("[" + ",".join(['{"class_name":"ReLU"}'] * 1_000_000) + "]"),
    "twenty thousand layers": _changed(
        lambda document: document["model"]["config"].update(
            layers=document["model"]["config"]["layers"] * 5000
        )
    ),
    "nested two hundred times": _with_layers(_nested(200)),
    "nested a hundred thousand times": _with_layers(_nested(100_000)),
    "units": _argument(units=10**12),
    "units beyond 64 bits": _argument(units=10**30),
    "units of every entry": _argument(units=10**9),
    "a wider input": _changed(
        lambda document: document["model"]["config"]["layers"][0]["config"].update(batch_shape=[None, 10**12])
    ),
    "an input of a million axes": _changed(
        lambda document: document["model"]["config"]["layers"][0]["config"].update(
            batch_shape=[None] + [1] * 10**6
        )
    ),
    "a batch without end": _changed(
        lambda document: document["model"]["config"]["layers"][0]["config"].update(batch_shape=[10**15, 3])
    ),
    "filters": _image(filters=10**12),
    "a kernel": _image(kernel_size=[10**6, 10**6]),
    "many repeats and a layer on top": _changed(
        lambda document: document["model"]["config"]["layers"].extend(
            [
                {"class_name": "RepeatVector", "name": "r", "config": {"n": 10**12, "name": "r"}},
                {"class_name": "Flatten", "name": "f", "config": {"name": "f"}},
                {"class_name": "Dense", "name": "d", "config": {"units": 10**6, "name": "d"}},
            ]
        )
    ),
    "a reshape": _layer("Reshape", target_shape=[10**9, 10**9]),
    "a permutation": _layer("Permute", dims=[1] * 10**6),
    "padding on top": _image(padding="same", strides=[10**15, 10**15]),
    "a mean of a million": _layer("Normalization", mean=[1.0] * 10**6, variance=[1.0] * 10**6),
    "a shape of an array": _arrays(shape=[2**40, 2**40]),
    "a shape that fits by overflow": _arrays(shape=[2**32, 2**32]),
    "a shape without entries": _arrays(shape=[0, 2**61], data_offsets=[0, 0]),
    "offsets beyond the file": _arrays(data_offsets=[0, 2**50], shape=[2**48]),
    "a wide optimizer": _changed(
        lambda document: document["optimizer"].update(variables=["dense/kernel"] * 10**6)
    ),
    "many slots": _changed(
        lambda document: document["optimizer"].update(
            slots={str(n): ["optimizer/velocity/dense/kernel"] * 1000 for n in range(200)}
        )
    ),
    "many metrics": _changed(lambda document: document["compile"].update(metrics=["accuracy"] * 10**6)),
    "many thresholds": _changed(
        lambda document: document["compile"].update(
            metrics=[{"class_name": "AUC", "config": {"num_thresholds": 10**12}}]
        )
    ),
    "many classes": _changed(
        lambda document: document["compile"].update(
            metrics=[{"class_name": "MeanIoU", "config": {"num_classes": 10**7}}]
        )
    ),
    "a schedule without end": _changed(
        lambda document: document["compile"]["optimizer"]["config"].update(
            learning_rate={
                "class_name": "CosineDecay",
                "config": {"initial_learning_rate": 1, "decay_steps": 10**400},
            }
        )
    ),
    "steps": _changed(lambda document: document["compile"].update(steps_per_execution=10**30)),
    "all classes": _changed(
        lambda document: document["compile"].update(
            metrics=[{"class_name": "OneHotMeanIoU", "config": {"num_classes": 10**400}}]
        )
    ),
    "iterations": _changed(lambda document: document["optimizer"].update(iterations=10**30)),
}
HARMLESS = {"a batch without end", "many metrics", "steps"}
"""What may be accepted, for it takes no memory until data come; it must be quick all the same."""
