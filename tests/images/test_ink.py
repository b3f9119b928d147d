"""Whatever the colours, the same ink."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ranvier.errors import DataError, DataTypeError, FileFormatError, MissingExtraError, ShapeError
from ranvier.images import ink
from ranvier.images.ink import decode_picture, ink_of, picture_of, read_picture


def mask_of(seven: Image.Image) -> Image.Image:
    return Image.fromarray(255 - np.asarray(seven))


def coloured(seven, stroke, paper):
    picture = Image.new("RGB", seven.size, paper)
    picture.paste(stroke, mask=mask_of(seven))
    return picture


def transparent(seven, stroke):
    picture = Image.new("RGBA", seven.size, (0, 0, 0, 0))
    picture.paste((*stroke, 255), mask=mask_of(seven))
    return picture


VARIANTS = {
    "inverted": lambda seven: Image.fromarray(255 - np.asarray(seven)),
    "blue on yellow": lambda seven: coloured(seven, (20, 20, 120), (250, 240, 120)),
    "white on green": lambda seven: coloured(seven, (255, 255, 255), (10, 90, 30)),
    "faint": lambda seven: coloured(seven, (150, 150, 150), (200, 200, 200)),
    "black on nothing": lambda seven: transparent(seven, (0, 0, 0)),
    "white on nothing": lambda seven: transparent(seven, (255, 255, 255)),
    "opaque with alpha": lambda seven: seven.convert("RGBA"),
    "grey with alpha": lambda seven: seven.convert("LA"),
    "palette": lambda seven: coloured(seven, (200, 0, 0), (255, 255, 255)).convert("P"),
    "one bit": lambda seven: seven.convert("1"),
    "sixteen bits": lambda seven: Image.fromarray(np.asarray(seven).astype(np.uint16) * 257),
    "floats": lambda seven: Image.fromarray(np.asarray(seven).astype(np.float32) * 3),
    "print": lambda seven: seven.convert("RGB").convert("CMYK"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_ink(seven, variant):
    expected = ink_of(seven)
    ours = ink_of(VARIANTS[variant](seven))
    assert ours.shape == expected.shape
    assert np.abs(ours - expected).max() < 0.1


def test_by_hand():
    grey = np.full((6, 6), 200, np.uint8)
    grey[2:4, 1:4] = [[100, 0, 0], [0, 0, 150]]
    np.testing.assert_allclose(ink_of(picture_of(grey)), [[0.5, 1, 1], [1, 1, 0.25]])


def test_shadow_and_grain(seven):
    """A photograph: paper from 110 to 230, and grain."""
    rng = np.random.default_rng(0)
    light = np.linspace(0.43, 0.9, seven.width)[None, :]
    photograph = np.clip(np.asarray(seven) * light + rng.normal(0, 3, (seven.height, seven.width)), 0, 255)
    expected, ours = ink_of(seven), ink_of(picture_of(photograph.astype(np.uint8)))
    assert np.abs(np.subtract(ours.shape, expected.shape)).max() <= 4
    height, width = np.minimum(ours.shape, expected.shape)
    assert np.abs(ours[:height, :width] - expected[:height, :width]).mean() < 0.08


def test_large_pictures_are_reduced(seven):
    large = seven.resize((seven.width * 10, seven.height * 10))
    expected, ours = ink_of(seven), ink_of(large)
    assert max(ours.shape) < 640
    np.testing.assert_allclose(
        ours.shape[0] / ours.shape[1], expected.shape[0] / expected.shape[1], rtol=0.05
    )


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "gif"])
def test_files(seven, tmp_path, suffix):
    seven.save(tmp_path / f"seven.{suffix}")
    ours = ink_of(read_picture(tmp_path / f"seven.{suffix}"))
    assert np.abs(np.subtract(ours.shape, ink_of(seven).shape)).max() <= 2


def test_the_cameras_turn_is_undone(seven, tmp_path):
    turned = seven.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 270 degrees
    turned.save(tmp_path / "seven.png", exif=exif)
    assert read_picture(tmp_path / "seven.png").size == seven.size


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("L", (50, 50), 255),
        Image.new("L", (50, 50), 0),
        Image.new("RGB", (300, 300), (200, 190, 180)),
        Image.new("RGBA", (50, 50), (0, 0, 0, 255)),
        Image.new("L", (1, 1), 7),
    ],
)
def test_blank_pictures(picture):
    with pytest.raises(DataError, match="The picture is blank: no digit stands out"):
        ink_of(picture)


def test_transparent_picture():
    with pytest.raises(DataError, match="The picture is blank: it is transparent everywhere"):
        ink_of(Image.new("RGBA", (50, 50), (10, 20, 30, 0)))


def test_files_that_are_none(tmp_path, seven):
    with pytest.raises(
        FileFormatError, match=r"There is no file '.*absent\.png'; expected a picture of a digit"
    ):
        read_picture(tmp_path / "absent.png")
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(FileFormatError, match=r"received: '.*text\.png', which is none"):
        read_picture(tmp_path / "text.png")
    seven.save(tmp_path / "half.png")
    content = (tmp_path / "half.png").read_bytes()
    (tmp_path / "half.png").write_bytes(content[: len(content) // 2])
    with pytest.raises(FileFormatError, match=r"half\.png' cannot be read: "):
        read_picture(tmp_path / "half.png")
    with pytest.raises(FileFormatError, match="cannot be read: "):
        read_picture(tmp_path)


def test_a_picture_too_large(seven, tmp_path, monkeypatch):
    seven.save(tmp_path / "seven.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(FileFormatError, match="cannot be read: Image size"):
        read_picture(tmp_path / "seven.png")


def test_bytes_from_anyone(seven):
    def encoded(kind):
        buffer = io.BytesIO()
        seven.save(buffer, kind)
        return buffer.getvalue()

    png, formats = encoded("PNG"), ("PNG", "JPEG")
    np.testing.assert_array_equal(decode_picture(png, formats, 10**6), seven)
    for content in (encoded("BMP"), b"", b"<svg/>"):
        with pytest.raises(FileFormatError, match=rf"PNG or JPEG; received {len(content):,} bytes"):
            decode_picture(content, formats, 10**6)
    with pytest.raises(FileFormatError, match=r"at most 1,000 pixels; received: \d+ by \d+"):
        decode_picture(png, formats, 1000)
    for length in range(40, len(png) // 2, 97):
        with pytest.raises(FileFormatError, match=r"cannot be read|that are none"):
            decode_picture(png[:length], formats, 10**6)


@pytest.mark.parametrize(
    ("array", "error", "sentence"),
    [
        (np.zeros((4, 4)), DataTypeError, "must be of dtype uint8, from 0 to 255; received: float64"),
        (np.zeros(4, np.uint8), ShapeError, r"received: \(4,\)"),
        (np.zeros((4, 4, 2), np.uint8), ShapeError, r"received: \(4, 4, 2\)"),
        (np.zeros((0, 4), np.uint8), ShapeError, r"received: \(0, 4\)"),
    ],
)
def test_arrays_that_are_no_picture(array, error, sentence):
    with pytest.raises(error, match=sentence):
        picture_of(array)


def test_without_pillow(monkeypatch):
    monkeypatch.setattr(ink, "Image", None)
    with pytest.raises(
        MissingExtraError, match=r"Reading pictures needs the package 'pillow'.* 'ranvier\[plots\]'"
    ):
        read_picture("seven.png")
