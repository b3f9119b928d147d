from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")


@pytest.fixture(autouse=True)
def nothing_global_changes():
    """No function may change matplotlib's settings or leave a current figure."""
    before = dict(matplotlib.rcParams)
    yield
    assert dict(matplotlib.rcParams) == before
    pyplot = __import__("sys").modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


@pytest.fixture
def drawn() -> Any:
    """Draw a figure and return its pixels, shape (height, width, 3)."""

    def draw(figure: Any) -> np.ndarray:
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=60)
        buffer.seek(0)
        image = matplotlib.image.imread(buffer)[..., :3]
        assert image.std() > 0.01
        return image

    return draw
