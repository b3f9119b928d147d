from __future__ import annotations

import json
from typing import Any

import jax
import numpy as np
import pytest

from ranvier import __version__
from ranvier.errors import RunFolderError
from ranvier.report import RunSettings, TableRunSettings
from ranvier.report.run_settings import FORMAT, settings_from


def _values(settings: RunSettings) -> dict[str, Any]:
    return json.loads(json.dumps(settings.as_dict()))


def test_settings_survive_json(settings: RunSettings) -> None:
    values = _values(settings)
    assert next(iter(values)) == "format"
    assert settings_from(values, "settings.json") == settings


def test_versions_are_those_installed(settings: RunSettings) -> None:
    assert settings.versions["ranvier"] == __version__
    assert settings.versions["jax"] == jax.__version__
    assert settings.versions["numpy"] == np.__version__


def test_unknown_parts_are_left_alone(settings: RunSettings) -> None:
    assert settings_from({**_values(settings), "note": "mine"}, "settings.json") == settings


def test_a_whole_number_serves_as_a_float(settings: RunSettings) -> None:
    values = _values(settings)
    values["training"]["learning_rate"] = 1
    assert settings_from(values, "settings.json").training.learning_rate == 1


@pytest.mark.parametrize("versions", [{"ranvier": "9.1"}, {}, None])
def test_newer_version(settings: RunSettings, versions: Any) -> None:
    values = {**_values(settings), "format": FORMAT + 1, "versions": versions}
    writer = "9.1" if versions else "of unknown version"
    with pytest.raises(
        RunFolderError, match=f"made by a newer version.*written by Ranvier {writer}; this is"
    ):
        settings_from(values, "settings.json")


@pytest.mark.parametrize("values", [None, [], 3, {}, {"format": "1"}, {"format": True}])
def test_what_are_no_settings(values: Any) -> None:
    with pytest.raises(RunFolderError, match=r"'settings.json' are damaged: they do not tell the version"):
        settings_from(values, "settings.json")


@pytest.mark.parametrize(
    ("part", "name", "value", "words"),
    [
        (None, "seed", "0", "`seed` cannot be '0'"),
        (None, "seed", True, "`seed` cannot be True"),
        (None, "input", None, "`input` cannot be None"),
        (None, "versions", {"jax": 1}, "`versions` cannot be"),
        ("input", "class_names", ["a", 1], "`input.class_names` cannot be"),
        ("network", "hidden", 64, "`network.hidden` cannot be 64"),
        ("network", "hidden", [64.5], "`network.hidden` cannot be"),
        ("training", "learning_rate", "small", "`training.learning_rate` cannot be 'small'"),
        ("training", "patience", "long", "`training.patience` cannot be 'long'"),
    ],
)
def test_parts_of_the_wrong_kind(
    settings: RunSettings, part: str | None, name: str, value: Any, words: str
) -> None:
    values = _values(settings)
    (values if part is None else values[part])[name] = value
    with pytest.raises(RunFolderError, match=words):
        settings_from(values, "settings.json")


@pytest.mark.parametrize(("part", "name"), [(None, "network"), ("training", "epochs")])
def test_missing_parts(settings: RunSettings, part: str | None, name: str) -> None:
    values = _values(settings)
    del (values if part is None else values[part])[name]
    with pytest.raises(RunFolderError, match=f"`{f'{part}.' if part else ''}{name}` is missing"):
        settings_from(values, "settings.json")


def test_table_settings_survive_json(table_settings: TableRunSettings) -> None:
    values = json.loads(json.dumps(table_settings.as_dict()))
    assert list(values)[:2] == ["format", "kind"]
    assert settings_from(values, "settings.json") == table_settings


def test_settings_of_the_first_format_are_those_of_images(settings: RunSettings) -> None:
    values = {**_values(settings), "format": 1}
    del values["kind"]
    read = settings_from(values, "settings.json")
    assert isinstance(read, RunSettings)
    assert (read.format, read.kind, read.network) == (1, "images", settings.network)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda values: values.update(kind="sounds"), "`kind` cannot be 'sounds'"),
        (lambda values: values.update(task="guessing"), "`task` cannot be 'guessing'"),
        (lambda values: values["table"]["columns"].append(3), r"`table.columns\[2\]` cannot be 3"),
        (lambda values: values["table"]["columns"][0].pop("name"), r"`table.columns\[0\].name` is missing"),
        (
            lambda values: values["table"]["columns"][1].update(type="x"),
            r"`table.columns\[1\].type` cannot be 'x'",
        ),
    ],
)
def test_damaged_table_settings(table_settings: TableRunSettings, change: Any, words: str) -> None:
    values = json.loads(json.dumps(table_settings.as_dict()))
    change(values)
    with pytest.raises(RunFolderError, match=words):
        settings_from(values, "settings.json")
