from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from tests.file_server import FileServer, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield from serve()


@pytest.fixture(scope="session")
def keras() -> Any:
    """Real Keras, the oracle."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("keras")
