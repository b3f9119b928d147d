"""Text that is JSON, or nearly, and means no network."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from ranvier.errors import FileFormatError
from ranvier.models import load_model, model_from_json
from tests.storage.attacks.readers import READERS, refused, survived
from tests.storage.files import edit_document, fitted_model, join, split

VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "minus one": -1,
    "zero": 0,
    "half": 0.5,
    "huge": 10**18,
    "beyond 64 bits": 10**30,
    "beyond floats": 10**400,
    "nan": float("nan"),
    "infinity": float("inf"),
    "text": "attack",
    "empty text": "",
    "nul": "a\x00b",
    "list": [],
    "nested list": [[[]]],
    "table": {},
    "nested table": {"class_name": {"class_name": {}}},
    "marks": {"__tensor__": [0, 0]},
}


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("honest") / "m.safetensors"
    fitted_model().save(path)
    return path.read_bytes()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List every place in nested tables and lists."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def test_every_value_of_a_configuration_exchanged_for_every_other(tmp_path, honest: bytes) -> None:
    """Not all of them do harm: a name may be another name. Whatever else they are, they are refused."""
    path = tmp_path / "m.safetensors"
    path.write_bytes(honest)
    header, data = split(path)
    document = json.loads(header["__metadata__"]["ranvier"])
    chosen = [place for place in places(document) if place and place[0] != "checksums"]
    outcomes = []
    for number, place in enumerate(chosen):
        # Each place meets four of the values, so that every value meets every kind of place.
        for offset in range(4):
            value = list(VALUES.values())[(number * 4 + offset) % len(VALUES)]
            changed = json.loads(json.dumps(document))
            target = changed
            for key in place[:-1]:
                target = target[key]
            target[place[-1]] = value
            text = json.dumps(changed)
            header["__metadata__"] = {"ranvier": text, "ranvier.crc32": str(zlib.crc32(text.encode()))}
            join(path, header, data)
            outcomes.append(survived(path, load_model))
    assert len(outcomes) > 500
    assert outcomes.count(False) > len(outcomes) / 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "3",
        '"model"',
        "NaN",
        '{"class_name": "Dense"',
        "{'class_name': 'Dense'}",
        '{"class_name": "Dense", "class_name": "Sequential", "config": {}}',
        '{"class_name": "Sequential", "config": {"layers": [], "layers": []}}',
        '{"class_name": "Sequential", "name": "\\ud800", "config": {}}',
        '{"class_name": "Sequential", "config": {"layers": ' + "[" * 50_000,
        '{"class_name": "Sequential", "config": {"layers": [' * 500 + "]}}" * 500,
        '{"class_name": "Dense", "config": {"units": ' + "9" * 10_000 + "}}",
        '{"class_name": "Dense", "config": {"units": 1e999}}',
        '{"class_name": "Dense", "config": {"units": NaN}}',
        '{"class_name": "Dense", "config": {"units": Infinity}}',
        '{"class_name": "Dense", "config": {"self": 3, "units": 2}}',
        '{"class_name": "Dense", "config": {"__class__": "os", "units": 2}}',
    ],
    ids=range(19),
)
def test_texts(tmp_path, honest: bytes, text: str) -> None:
    with pytest.raises(FileFormatError):
        model_from_json(text)
    path = tmp_path / "m.safetensors"
    path.write_bytes(honest)
    header, data = split(path)
    whole = f'{{"kind": "model", "format": 1, "model": {text}}}'
    header["__metadata__"] = {"ranvier": whole, "ranvier.crc32": str(zlib.crc32(whole.encode()))}
    join(path, header, data)
    refused(path)
    header["__metadata__"] = {"ranvier": text, "ranvier.crc32": str(zlib.crc32(text.encode()))}
    join(path, header, data)
    refused(path, None, *READERS)


def test_names_that_stand_twice(tmp_path, honest: bytes) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(honest)
    header, data = split(path)
    text = json.dumps(header)
    twice = text[:-1] + ', "weights/dense/bias": ' + json.dumps(header["weights/dense/bias"]) + "}"
    join(path, twice.encode(), data)
    refused(path, "stands twice", *READERS)


def test_a_newer_version_and_none(tmp_path, honest: bytes) -> None:
    path = tmp_path / "m.safetensors"
    for version, sentence in (
        (2, "newer"),
        (10**30, "newer"),
        (None, "version"),
        ("1", "version"),
        (True, "version"),
    ):
        path.write_bytes(honest)
        edit_document(path, lambda document, what=version: document.update(format=what))
        refused(path, sentence, *READERS)
