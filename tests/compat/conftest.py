"""Tests of compatibility run beside real Keras, which is put away meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from ranvier import compat
from ranvier.compat.names import TOP_LEVEL


@pytest.fixture
def without_keras() -> Iterator[None]:
    """Forget the real packages for one test, and leave no alias behind."""
    real = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] in TOP_LEVEL}
    try:
        yield
    finally:
        compat.uninstall()
        sys.modules.update(real)
