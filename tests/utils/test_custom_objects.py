from __future__ import annotations

import pytest

from ranvier import registry
from ranvier.errors import ConfigurationError
from ranvier.utils import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)


@pytest.fixture(autouse=True)
def _forget():
    before = dict(registry._registered), dict(registry._registered_names)
    yield
    for table, old in zip((registry._registered, registry._registered_names), before, strict=True):
        table.clear()
        table.update(old)


def test_registering():
    @register_keras_serializable("mine")
    def twice(x):
        return 2 * x

    assert get_registered_name(twice) == "mine>twice"
    assert get_registered_object("mine>twice") is twice
    assert get_custom_objects()["mine>twice"] is twice


def test_the_live_table():
    get_custom_objects()["thrice"] = entry = lambda x: 3 * x
    assert get_registered_object("thrice") is entry
    assert registry.custom_object("thrice") is entry


@pytest.mark.parametrize("scope", [custom_object_scope, CustomObjectScope])
def test_scope(scope):
    with scope({"entry": int}):
        assert get_registered_object("entry") is int
    assert get_registered_object("entry") is None


def test_fallbacks():
    assert get_registered_name(int) == "int"
    assert get_registered_object("a", custom_objects={"a": 1}, module_objects={"a": 2}) == 1
    assert get_registered_object("a", module_objects={"a": 2}) == 2
    with pytest.raises(ConfigurationError, match="Expected a class or a function; received: 3"):
        get_registered_name(3)
