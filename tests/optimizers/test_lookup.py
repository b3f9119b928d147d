"""Optimizers by name and by configuration."""

from __future__ import annotations

from typing import Any

import pytest

from ranvier import optimizers
from ranvier.errors import ConfigurationError, FileFormatError, UnknownNameError, UnsupportedError
from ranvier.optimizers import SGD, Adam
from ranvier.registry import custom_object_scope


class Mine(SGD):
    """A user's optimizer."""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SGD", "SGD"),
        ("sgd", "SGD"),
        ("Adam", "Adam"),
        ("ADAM", "Adam"),
        ("adamw", "AdamW"),
        ("rmsprop", "RMSprop"),
        ("RMSProp", "RMSprop"),
        ("nadam", "Nadam"),
        ("ftrl", "Ftrl"),
        ("schedulefreeadamw", "ScheduleFreeAdamW"),
    ],
)
def test_names_in_any_case(name: str, kind: str) -> None:
    assert type(optimizers.get(name)).__name__ == kind


def test_every_optimizer_is_found_by_its_own_name() -> None:
    for name in optimizers.__all__:
        kind = getattr(optimizers, name)
        if isinstance(kind, type) and kind not in (optimizers.Optimizer, optimizers.OptaxOptimizer):
            assert type(optimizers.get(name)) is kind


def test_instances_classes_configurations_and_none() -> None:
    optimizer = Adam(0.3)
    assert optimizers.get(optimizer) is optimizer
    assert type(optimizers.get(Mine)) is Mine
    assert optimizers.get(None) is None
    built = optimizers.get({"class_name": "sgd", "config": {"learning_rate": 0.25, "momentum": 0.5}})
    assert built.get_config()["momentum"] == 0.5
    assert optimizers.deserialize(optimizers.serialize(optimizer)).get_config() == optimizer.get_config()


def test_users_classes_are_found_where_they_are_handed_over() -> None:
    described = optimizers.serialize(Mine(0.5))
    assert described["class_name"] == "Mine"
    assert type(optimizers.deserialize(described, {"Mine": Mine})) is Mine
    with custom_object_scope({"Mine": Mine, "adam": Mine}):
        assert type(optimizers.get("Mine")) is Mine
        assert type(optimizers.get("adam")) is Mine
    assert Mine(0.5).structure() != Mine(0.5).structure()


def test_unknown_names_answer_with_the_closest() -> None:
    with pytest.raises(UnknownNameError, match=r"Unknown optimizer; received: 'adm'. Did you mean .*'Adam'"):
        optimizers.get("adm")
    with pytest.raises(UnknownNameError, match="Known names: Adadelta"):
        optimizers.get("xyzzy")


@pytest.mark.parametrize("name", ["LossScaleOptimizer", "multioptimizer"])
def test_what_keras_has_and_ranvier_has_not(name: str) -> None:
    with pytest.raises(UnsupportedError, match=name):
        optimizers.get(name)


@pytest.mark.parametrize("wrong", [1.0, ["adam"], int, lambda: None])
def test_what_is_no_optimizer(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="Expected the name of an optimizer"):
        optimizers.get(wrong)


def test_wrong_configurations() -> None:
    with pytest.raises(FileFormatError, match="class_name"):
        optimizers.get({"config": {}})
    with pytest.raises(FileFormatError, match=r"must stand for a class with `get_config`.*dict"):
        optimizers.deserialize({"class_name": "X", "config": {}}, {"X": dict})
