from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from ranvier.errors import ConfigurationError, DataError, ShapeError
from ranvier.plots import image_grid
from ranvier.plots.style import VERMILLION

IMAGES = np.random.default_rng(0).integers(0, 17, (4, 8, 8)).astype(np.uint8)


def captions(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def frames(figure):
    return [to_hex(patch.get_edgecolor()).upper() == VERMILLION for patch in figure.axes[0].patches]


def test_right_and_wrong(drawn):
    figure = image_grid(IMAGES, [1, 2, 3, 4], [1, 2, 5, 4], title="Test digits")
    pixels = drawn(figure)
    assert captions(figure) == ["1 ✓", "2 ✓", "✗ predicted 5\ntrue 3", "4 ✓"]
    assert frames(figure) == [False, False, True, False]
    warm = (pixels[..., 0] > 0.7) & (pixels[..., 2] < 0.3)
    assert 20 < warm.sum() < warm.size / 10
    assert figure.axes[0].get_title(loc="left") == "Test digits"


def test_names(drawn):
    figure = image_grid(IMAGES, [0, 1, 1, 0], [0, 0, 1, 1], class_names=["Ankle boot", "T-shirt/top"])
    drawn(figure)
    assert captions(figure)[:2] == ["Ankle boot ✓", "✗ Ankle boot\ntrue: T-shirt/top"]
    assert figure.get_size_inches()[0] > image_grid(IMAGES).get_size_inches()[0]


def test_one_sort_of_class_only(drawn):
    assert captions(image_grid(IMAGES, labels=[3, 1, 2, 0])) == ["3", "1", "2", "0"]
    probabilities = np.eye(4)[[3, 1, 2, 0]] * 0.6 + 0.1
    figure = image_grid(IMAGES, predictions=probabilities)
    drawn(figure)
    assert captions(figure) == ["3", "1", "2", "0"]
    assert frames(figure) == [False] * 4
    assert set(captions(image_grid(IMAGES))) == {""}


def test_grey_is_ink():
    shown = image_grid(IMAGES, columns=4).axes[0].images[0]
    assert shown.get_cmap().name == "gray_r"
    np.testing.assert_array_equal(shown.get_array()[:8, :8], IMAGES[0])


@pytest.mark.parametrize("shape", [(2, 5, 4), (2, 5, 4, 1), (2, 5, 4, 3)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_shapes_and_dtypes(shape, dtype, drawn):
    whole = 255 if dtype == np.uint8 else 1
    images = (np.random.default_rng(0).random(shape) * whole).astype(dtype)
    figure = image_grid(images, columns=1)
    drawn(figure)
    shown = figure.axes[0].images[0].get_array()
    expected = images[0] / whole if len(shape) == 4 and shape[3] == 3 else images[0].reshape(5, 4)
    np.testing.assert_allclose(shown[:5, :4], expected, rtol=1e-6)


def test_colours_from_0_to_255_as_floats():
    images = np.full((1, 2, 2, 3), 127.5)
    np.testing.assert_allclose(image_grid(images).axes[0].images[0].get_array()[:2, :2], 0.5)


@pytest.mark.parametrize(
    ("images", "options", "error", "sentence"),
    [
        (IMAGES[0], {}, ShapeError, r"received: \(8, 8\)"),
        (np.zeros((2, 4, 4, 2)), {}, ShapeError, r"received: \(2, 4, 4, 2\)"),
        (IMAGES[:0], {}, DataError, "no pictures"),
        (np.zeros((401, 2, 2)), {}, DataError, r"at most 400 pictures; received: 401. .* `images\[:64\]`"),
        (IMAGES, {"labels": [1, 2]}, ShapeError, "`labels` must be as many as the pictures, 4; received: 2"),
        (IMAGES, {"labels": [0, 1, 2, 3], "class_names": ["a"]}, ConfigurationError, "1 names and a class 1"),
    ],
)
def test_what_is_refused(images, options, error, sentence):
    with pytest.raises(error, match=sentence):
        image_grid(images, **options)
