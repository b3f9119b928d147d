"""Code and paths to code in every place of a configuration: nothing of it is run, imported or fetched."""

from __future__ import annotations

from typing import Any

import pytest

from tests.storage.attacks.payloads import PAYLOADS
from tests.storage.attacks.readers import refused
from tests.storage.files import edit_document, fitted_model


def layer(document: dict[str, Any], index: int = 1) -> dict[str, Any]:
    return document["model"]["config"]["layers"][index]


def in_layer(name: str) -> Any:
    return lambda document, payload: layer(document)["config"].update({name: payload})


def in_compilation(name: str) -> Any:
    return lambda document, payload: document["compile"].update({name: payload})


PLACES: dict[str, Any] = {
    "the model": lambda document, payload: document.update(model=payload),
    "a layer": lambda document, payload: document["model"]["config"]["layers"].__setitem__(1, payload),
    "the name of a class": lambda document, payload: layer(document).update(class_name=payload),
    "a registered name": lambda document, payload: layer(document).update(
        class_name="x", registered_name=payload
    ),
    "an activation": in_layer("activation"),
    "an initializer": in_layer("kernel_initializer"),
    "a regularizer": in_layer("kernel_regularizer"),
    "a constraint": in_layer("bias_constraint"),
    "an activity regularizer": in_layer("activity_regularizer"),
    "a dtype": in_layer("dtype"),
    "units": in_layer("units"),
    "a new argument": in_layer("function"),
    "a build": lambda document, payload: document["model"].update(
        class_name="Model", config={}, build=payload
    ),
    "the optimizer": in_compilation("optimizer"),
    "a learning rate": lambda document, payload: document["compile"]["optimizer"]["config"].update(
        learning_rate=payload
    ),
    "the loss": in_compilation("loss"),
    "a loss in a wrapper": lambda document, payload: document["compile"].update(
        loss={"class_name": "LossFunctionWrapper", "config": {"fn": payload}}
    ),
    "a metric": lambda document, payload: document["compile"].update(metrics=[payload]),
    "a weighted metric": lambda document, payload: document["compile"].update(weighted_metrics=[payload]),
    "a metric in a wrapper": lambda document, payload: document["compile"].update(
        metrics=[{"class_name": "MeanMetricWrapper", "config": {"fn": payload}}]
    ),
}


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("honest") / "m.safetensors"
    fitted_model().save(path)
    return path.read_bytes()


@pytest.mark.parametrize("place", PLACES)
def test_native_files(tmp_path, honest: bytes, place: str) -> None:
    for number, payload in enumerate(PAYLOADS.values()):
        path = tmp_path / f"{number}.safetensors"
        path.write_bytes(honest)
        edit_document(path, lambda document, chosen=payload: PLACES[place](document, chosen))
        refused(path)
