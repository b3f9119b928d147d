"""What every test starts from: one engine, one backend, one seed, no traces in the user's folders."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

# Before anything imports JAX, Keras or matplotlib. The workers of xdist inherit the folders.
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["KERAS_BACKEND"] = "jax"
os.environ["MPLBACKEND"] = "Agg"
os.environ.pop("JAX_COMPILATION_CACHE_DIR", None)
_OWN_FOLDER = "RANVIER_TEST_FOLDER"
_creator = _OWN_FOLDER not in os.environ
if _creator:
    os.environ[_OWN_FOLDER] = tempfile.mkdtemp(prefix="ranvier-tests-")
_folder = Path(os.environ[_OWN_FOLDER])
os.environ["KERAS_HOME"] = str(_folder / "keras")
os.environ["MPLCONFIGDIR"] = str(_folder / "matplotlib")
os.environ["RANVIER_CACHE_DIR"] = str(_folder / "compiled")

import numpy as np  # noqa: E402
import pytest  # noqa: E402

from ranvier.naming import reset_names  # noqa: E402
from ranvier.random import set_random_seed  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[1]


def pytest_unconfigure() -> None:
    """Remove the folder of this run, in the process that made it."""
    if _creator:
        shutil.rmtree(_folder, ignore_errors=True)
        os.environ.pop(_OWN_FOLDER, None)


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Seed Ranvier, NumPy, Python and, where it is loaded, Keras; count names from the beginning."""
    random.seed(0)
    np.random.seed(0)
    set_random_seed(0)
    reset_names()
    keras = sys.modules.get("keras")
    if keras is not None:
        keras.utils.set_random_seed(0)


@pytest.fixture
def data_home(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds data sets such as MNIST, also set as ``RANVIER_DATA_HOME``."""
    folder = find_data_home()
    if folder is None:
        pytest.skip("no data sets: RANVIER_DATA_HOME is not set and ../shared/data is missing")
    monkeypatch.setenv("RANVIER_DATA_HOME", str(folder))
    return folder


def find_data_home() -> Path | None:
    """Return the folder of data sets, or None where there is none."""
    for folder in (os.environ.get("RANVIER_DATA_HOME"), REPOSITORY.parent / "shared" / "data"):
        if folder and Path(folder).is_dir():
            return Path(folder).resolve()
    return None


@pytest.fixture
def strict_promotion() -> Iterator[None]:
    """Run a test under JAX's strict promotion: mixed dtypes and unequal ranks raise."""
    import jax

    with jax.numpy_dtype_promotion("strict"):
        yield
