from __future__ import annotations

import warnings
from typing import Any

import pytest


@pytest.fixture(scope="session")
def keras_callbacks() -> Any:
    """Real Keras' callbacks, the oracle."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        keras = pytest.importorskip("keras")
    return keras.callbacks
