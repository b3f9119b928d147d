"""The public face: every name in an ``__all__`` exists, once, in order; the root stays lazy."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from types import ModuleType

import pytest

import ranvier

HEAVY = ("jax", "keras", "matplotlib", "pandas", "polars", "scipy", "sklearn", "tensorflow", "torch")


def _all_modules() -> list[str]:
    found = pkgutil.walk_packages(ranvier.__path__, prefix="ranvier.")
    return sorted(module.name for module in found if not module.name.endswith("__main__"))


def _sorted_as_ruff_does(names: list[str]) -> list[str]:
    """Constants, then classes, then the rest, numbers by value."""

    def place(name: str) -> tuple[int, list[tuple[int, str]]]:
        kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
        pieces = re.findall(r"\d+|\D+", name)
        return kind, [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in pieces]

    return sorted(names, key=place)


def _fault(name: str) -> str | None:
    """Say what is wrong with the ``__all__`` of a module; None where it is right or absent."""
    module = importlib.import_module(name)
    names = list(getattr(module, "__all__", []))
    missing = [member for member in names if not hasattr(module, member)]
    if missing:
        return f"{name} lists what does not exist: {missing}"
    if len(set(names)) != len(names):
        return f"{name} lists a name twice"
    if names not in (sorted(names), _sorted_as_ruff_does(names)):
        return f"{name}.__all__ is not sorted"
    return None


def test_all_names_exist_once_in_order() -> None:
    faults = [_fault(name) for name in _all_modules()]
    assert [fault for fault in faults if fault is not None] == []


def test_every_public_module_lists_its_names() -> None:
    modules = [getattr(ranvier, name) for name in _root_names()]
    unlisted = [
        module.__name__
        for module in modules
        if isinstance(module, ModuleType) and not hasattr(module, "__all__")
    ]
    assert unlisted == []


def test_lazy_names_of_the_root_resolve() -> None:
    for name in _root_names():
        assert getattr(ranvier, name) is not None
        assert name in dir(ranvier)


def test_unknown_name_of_the_root_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        ranvier.no_such_name  # noqa: B018


def test_importing_the_root_loads_nothing_heavy() -> None:
    code = f"import sys, ranvier; print([name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def _root_names() -> list[str]:
    return list(getattr(ranvier, "__all__", []))
