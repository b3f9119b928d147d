"""Code and paths to code in every place of a configuration that Keras wrote."""

from __future__ import annotations

import json
from typing import Any

import h5py
import pytest

from tests.storage.attacks.keras_files import edit_config, write_honest
from tests.storage.attacks.payloads import PAYLOADS
from tests.storage.attacks.readers import refused


def layer(described: dict[str, Any]) -> dict[str, Any]:
    return described["config"]["layers"][1]


def in_layer(name: str) -> Any:
    return lambda described, payload: layer(described)["config"].update({name: payload})


def in_compilation(name: str) -> Any:
    return lambda described, payload: described["compile_config"].update({name: payload})


PLACES: dict[str, Any] = {
    "a layer": lambda described, payload: described["config"]["layers"].__setitem__(1, payload),
    "one more layer": lambda described, payload: described["config"]["layers"].append(payload),
    "the name of a class": lambda described, payload: layer(described).update(class_name=payload),
    "a registered name": lambda described, payload: layer(described).update(
        class_name="x", registered_name=payload
    ),
    "an activation": in_layer("activation"),
    "an initializer": in_layer("kernel_initializer"),
    "a regularizer": in_layer("kernel_regularizer"),
    "a constraint": in_layer("bias_constraint"),
    "units": in_layer("units"),
    "a new argument": in_layer("function"),
}
COMPILED: dict[str, Any] = {
    "the optimizer": in_compilation("optimizer"),
    "a learning rate": lambda described, payload: described["compile_config"]["optimizer"]["config"].update(
        learning_rate=payload
    ),
    "the loss": in_compilation("loss"),
    "a metric": lambda described, payload: described["compile_config"].update(metrics=[payload]),
    "a weighted metric": lambda described, payload: described["compile_config"].update(
        weighted_metrics=[payload]
    ),
}
LEGACY: dict[str, Any] = {
    "the optimizer": lambda described, payload: described.update(optimizer_config=payload),
    "the loss": lambda described, payload: described.update(loss=payload),
    "a metric": lambda described, payload: described.update(metrics=[payload]),
}


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("place", PLACES)
def test_networks(tmp_path, place: str, suffix: str) -> None:
    for payload in PAYLOADS.values():
        path = write_honest(tmp_path, suffix)
        edit_config(path, lambda described, chosen=payload: PLACES[place](described, chosen))
        refused(path)


@pytest.mark.parametrize("place", COMPILED)
def test_what_compile_was_given(tmp_path, place: str) -> None:
    for payload in PAYLOADS.values():
        path = write_honest(tmp_path, ".keras")
        edit_config(path, lambda described, chosen=payload: COMPILED[place](described, chosen))
        refused(path)


@pytest.mark.parametrize("place", LEGACY)
def test_what_compile_was_given_in_an_older_file(tmp_path, place: str) -> None:
    for payload in PAYLOADS.values():
        path = write_honest(tmp_path, ".h5")
        with h5py.File(path, "r+") as file:
            described = json.loads(file.attrs["training_config"])
            LEGACY[place](described, payload)
            file.attrs["training_config"] = json.dumps(described)
        refused(path)
