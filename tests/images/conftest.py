from __future__ import annotations

import pytest

Image = pytest.importorskip("PIL.Image")
ImageDraw = pytest.importorskip("PIL.ImageDraw")


@pytest.fixture
def seven() -> Image.Image:
    """A seven drawn with a broad pen, dark on light, off the middle."""
    picture = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(picture).line([(150, 40), (220, 40), (180, 140)], fill=0, width=12, joint="curve")
    return picture
