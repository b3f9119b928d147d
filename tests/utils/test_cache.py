from __future__ import annotations

from pathlib import Path

import pytest

from ranvier.utils.cache import cache_folder


def test_named_folder(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/ranvier")


def test_default_is_the_systems_convention(monkeypatch):
    pooch = pytest.importorskip("pooch")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_folder() == pooch.os_cache("ranvier")
