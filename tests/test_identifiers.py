from __future__ import annotations

import functools
from typing import Any

import pytest

from ranvier.errors import ConfigurationError, FileFormatError, UnknownNameError
from ranvier.identifiers import describe, resolve
from ranvier.registry import Registry, register_serializable


def double(x: Any) -> Any:
    return 2 * x


class Scale:
    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor

    def __call__(self, x: Any) -> Any:
        return self.factor * x

    def get_config(self) -> dict[str, Any]:
        return {"factor": self.factor}


@register_serializable(package="tests_identifiers")
def triple(x: Any) -> Any:
    return 3 * x


class Power:
    def __init__(self, exponent: float, *, base: float) -> None:
        self.exponent, self.base = exponent, base

    def __call__(self, x: Any) -> Any:
        return x


TABLE = Registry("thing", {"double": double, "Scale": Scale}, {"twice": "double"})


@pytest.mark.parametrize("identifier", ["double", "twice", double])
def test_function(identifier: Any) -> None:
    assert resolve(TABLE, identifier) is double


@pytest.mark.parametrize("identifier", ["Scale", Scale, {"class_name": "Scale", "config": {"factor": 1.0}}])
def test_class(identifier: Any) -> None:
    found = resolve(TABLE, identifier)
    assert isinstance(found, Scale)
    assert found.factor == 1.0


@pytest.mark.parametrize(
    ("entry", "description"),
    [
        (double, "double"),
        (triple, {"class_name": "function", "config": "tests_identifiers>triple",
                  "registered_name": "tests_identifiers>triple"}),
        (Scale(2.0), {"class_name": "Scale", "config": {"factor": 2.0}, "registered_name": None}),
    ],
)  # fmt: skip
def test_description_goes_round(entry: Any, description: Any) -> None:
    assert describe(TABLE, entry) == description
    assert resolve(TABLE, description)(5.0) == entry(5.0)


@pytest.mark.parametrize("nameless", [lambda x: x, functools.partial(double, 1)])
def test_what_has_no_name(nameless: Any) -> None:
    with pytest.raises(
        ConfigurationError, match=r"^This thing has no name by which a file could find it again"
    ):
        describe(TABLE, nameless)


@pytest.mark.parametrize("identifier", [3, 2.5, object(), ["double"]])
def test_other_kinds(identifier: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"Expected a name, .* as thing; received: "):
        resolve(TABLE, identifier)


def test_unknown_name() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'double'"):
        resolve(TABLE, "duoble")


def test_malformed_configuration() -> None:
    with pytest.raises(FileFormatError, match="configuration of a thing"):
        resolve(TABLE, {"klass": "Scale"})


def test_a_class_that_needs_arguments_is_more_than_its_name() -> None:
    table = Registry("thing", {"Power": Power})
    for identifier in ("Power", Power):
        with pytest.raises(
            ConfigurationError, match=r"needs the argument 'exponent'.*Power\(exponent=..., base=...\)"
        ):
            resolve(table, identifier)
