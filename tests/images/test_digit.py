"""The forms of MNIST and of the digits set."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ranvier.datasets import digits, mnist
from ranvier.errors import ConfigurationError
from ranvier.images import load_digit, prepare_digit
from ranvier.images.digit import as_digits, as_mnist


def centre_of_mass(image):
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
    return (image * rows).sum() / image.sum(), (image * columns).sum() / image.sum()


def test_mnist_by_hand():
    """A square of ink fills the box; its centre of mass, 9.5 in the box, goes to 14 less a half."""
    image = as_mnist(np.ones((50, 50)))
    assert image.dtype == np.uint8
    inside = np.zeros((28, 28), bool)
    inside[4:24, 4:24] = True
    np.testing.assert_array_equal(image, np.where(inside, 255, 0))


def test_digits_by_hand():
    """A bar as tall as the bitmap and 8 of 32 wide covers the four columns of blocks it touches halfway."""
    counts = as_digits(np.ones((64, 16)))
    assert counts.dtype == np.uint8
    np.testing.assert_array_equal(counts, np.tile([0, 0, 0, 16, 16, 0, 0, 0], (8, 1)))


def test_box_aspect_and_centre(seven, tmp_path):
    seven.save(tmp_path / "seven.png")
    image = load_digit(tmp_path / "seven.png")
    assert image.shape == (28, 28)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    height, width = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    assert height == 20
    assert width == pytest.approx(20 * 80 / 106, abs=1.5)
    assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.51)
    assert image.max() == 255
    np.testing.assert_array_equal(load_digit(str(tmp_path / "seven.png"), size=(28, 28)), image)


def test_place_and_size_do_not_matter(seven):
    expected = prepare_digit(seven).astype(float)
    moved = Image.new("L", (900, 1200), 255)
    moved.paste(seven.resize((600, 400)), (17, 600))
    assert np.abs(prepare_digit(moved) - expected).mean() < 3


def test_a_thin_pen_is_drawn_out():
    """A line of one pixel in a large picture would vanish when it is scaled down."""
    picture = Image.new("L", (400, 400), 255)
    ImageDraw.Draw(picture).line([(100, 80), (260, 80), (180, 320)], fill=0, width=1)
    thin, small = prepare_digit(picture), prepare_digit(picture, (8, 8))
    picture = Image.new("L", (400, 400), 255)
    ImageDraw.Draw(picture).line([(100, 80), (260, 80), (180, 320)], fill=0, width=22, joint="curve")
    broad, bold = prepare_digit(picture), prepare_digit(picture, (8, 8))
    assert 0.6 < thin.mean() / broad.mean() < 1.2
    assert 0.6 < small.mean() / bold.mean() < 1.2


def test_slanted_digits_are_straightened():
    upright, slanted = np.zeros((80, 90)), np.zeros((80, 90))
    for row in range(80):
        upright[row, 40:52] = 1
        slanted[row, 66 - row // 2 : 78 - row // 2] = 1
    expected = as_digits(upright[:, 40:52])
    assert np.abs(as_digits(slanted[:, 27:78]).astype(int) - expected).mean() < 1.5


def test_arrays_are_pictures(seven):
    expected = prepare_digit(seven)
    np.testing.assert_array_equal(prepare_digit(np.asarray(seven)), expected)
    np.testing.assert_array_equal(prepare_digit(np.asarray(seven.convert("RGB"))), expected)
    np.testing.assert_array_equal(prepare_digit(np.asarray(seven.convert("RGBA"))), expected)


@pytest.mark.parametrize("shape", [(1, 30), (30, 1), (2, 2), (1, 1), (300, 3)])
def test_odd_shapes_of_ink(shape):
    ink = np.ones(shape)
    assert as_mnist(ink).max() == 255
    assert as_digits(ink).max() >= 8


@pytest.mark.parametrize("size", [(32, 32), (28,), (8, 28)])
def test_other_sizes(seven, size, tmp_path):
    with pytest.raises(
        ConfigurationError, match=r"`size` must be \(28, 28\), .* or \(8, 8\), .*; received: "
    ):
        prepare_digit(seven, size)
    with pytest.raises(ConfigurationError):
        load_digit(tmp_path / "absent.png", size)


def test_mnist_stays_as_it_is(data_home):
    """What was made by these rules comes out nearly unchanged, also from an enlarged picture."""
    _, (images, _) = mnist.load_data()
    differences = []
    for image in images[:40]:
        assert np.abs(prepare_digit(255 - image).astype(int) - image).mean() < 2.5
        large = Image.new("L", (500, 400), 255)
        large.paste(Image.fromarray(255 - image).resize((224, 224), Image.Resampling.BICUBIC), (200, 90))
        differences.append(np.abs(prepare_digit(large).astype(int) - image).mean())
    assert np.mean(differences) < 10


def test_the_digits_are_recognised_again():
    """Enlarged to pictures and brought back, nine in ten go to their own class's nearest neighbour."""
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    x_train = x_train.reshape(-1, 64).astype(int)
    hits = 0
    for image, label in zip(x_test[:120], y_test, strict=False):
        picture = Image.fromarray((255 - image * 15).astype(np.uint8)).resize(
            (160, 160), Image.Resampling.BICUBIC
        )
        again = prepare_digit(picture, (8, 8)).reshape(-1).astype(int)
        hits += y_train[((x_train - again) ** 2).sum(axis=1).argmin()] == label
    assert hits >= 0.88 * 120
