from __future__ import annotations

from pathlib import Path

import pytest

from ranvier.folders import cache_folder


def test_named_folder(monkeypatch):
    monkeypatch.delenv("RANVIER_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/ranvier")


def test_default_is_the_systems_convention(monkeypatch):
    monkeypatch.delenv("RANVIER_CACHE_DIR", raising=False)
    pooch = pytest.importorskip("pooch")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_folder() == pooch.os_cache("ranvier")


def test_a_chosen_folder_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANVIER_CACHE_DIR", "/chosen")
    assert cache_folder() == Path("/chosen")
