"""Every test here has a cache of its own and no data of the user; `data_home` gives it the real ones."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.datasets.idx_bytes import idx_bytes
from tests.file_server import FileServer, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which downloads are kept."""
    monkeypatch.setenv("RANVIER_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("RANVIER_DATA_HOME", raising=False)
    return tmp_path / "cache" / "datasets"


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's, named by RANVIER_DATA_HOME."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("RANVIER_DATA_HOME", str(folder))
    return folder


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield from serve()


@pytest.fixture
def small_images() -> dict[str, np.ndarray]:
    """The four arrays of a small MNIST, by file name."""
    rng = np.random.default_rng(0)
    return {
        "train-images-idx3-ubyte": rng.integers(0, 256, (60, 28, 28), np.uint8),
        "train-labels-idx1-ubyte": rng.integers(0, 10, 60, np.uint8),
        "t10k-images-idx3-ubyte": rng.integers(0, 256, (20, 28, 28), np.uint8),
        "t10k-labels-idx1-ubyte": rng.integers(0, 10, 20, np.uint8),
    }


@pytest.fixture
def small_files(small_images: dict[str, np.ndarray]) -> dict[str, bytes]:
    """The same as files, compressed, by the name they are served under."""
    return {f"{name}.gz": gzip.compress(idx_bytes(array), mtime=0) for name, array in small_images.items()}
