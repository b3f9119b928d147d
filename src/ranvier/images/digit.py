"""A picture of a digit as MNIST, or as the digits set of scikit-learn, would have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.images.ink import Image, check_pillow, ink_of, picture_of, read_picture

if TYPE_CHECKING:
    import os

_MNIST = (28, 28)
_DIGITS = (8, 8)
_BOX = 20  # side of the square that MNIST fits a digit into
_BITMAP = 32  # side of the bitmap whose blocks of 4 by 4 the digits set counts
_NARROW = 20  # width that a digit may take in it
_WORKING_SIDE = 160  # pixels of the longer side while strokes are thickened
# Widths of strokes relative to the longer side: what is thinner than the first is drawn out to the second.
_MNIST_STROKES = (0.05, 0.09)
_DIGITS_STROKES = (0.1, 0.1)
_BITMAP_THRESHOLD = 0.4


def load_digit(path: str | os.PathLike[str], size: tuple[int, int] = _MNIST) -> np.ndarray[Any, Any]:
    """Read a picture of one handwritten digit and bring it into the form of a data set.

    It may be dark on light or light on dark, coloured, partly transparent, of any size, with the digit
    anywhere in it.

    Args:
        path: A PNG, JPEG or other picture.
        size: ``(28, 28)`` for a network trained on MNIST: the digit fits a box of 20 by 20, its
            centre of mass in the middle. ``(8, 8)`` for one trained on the digits: upright, filling
            the height, values from 0 to 16.

    Returns:
        An array of that shape, uint8: 0 for paper, 255 (or 16) for ink.

    Raises:
        FileFormatError: If there is no such file, or it is no picture.
        DataError: If the picture is blank.
        ConfigurationError: If ``size`` is another.
        MissingExtraError: If Pillow is not installed.

    Example:
        >>> load_digit("seven.png").shape  # doctest: +SKIP
        (28, 28)
    """
    _check_size(size)
    return _prepared(read_picture(path), size)


def prepare_digit(
    picture: Image.Image | np.ndarray[Any, Any], size: tuple[int, int] = _MNIST
) -> np.ndarray[Any, Any]:
    """Do what :func:`load_digit` does for a picture in memory.

    Args:
        picture: A picture of Pillow, or an array of shape (height, width), optionally with 3 or 4
            colour channels last, uint8.
        size: ``(28, 28)`` or ``(8, 8)``.

    Returns:
        An array of that shape, uint8.

    Raises:
        DataError: If the picture is blank.
        DataTypeError: If the array is of another dtype.
        ShapeError: If the array is of another shape.
        ConfigurationError: If ``size`` is another.
        MissingExtraError: If Pillow is not installed.
    """
    _check_size(size)
    check_pillow()
    return _prepared(picture_of(picture) if isinstance(picture, np.ndarray) else picture, size)


def _check_size(size: tuple[int, int]) -> None:
    if tuple(size) not in (_MNIST, _DIGITS):
        raise ConfigurationError(
            f"`size` must be (28, 28), the form of MNIST, or (8, 8), the form of the digits; received: {size!r}."
        )


def _prepared(picture: Image.Image, size: tuple[int, int]) -> np.ndarray[Any, Any]:
    return as_mnist(ink_of(picture)) if tuple(size) == _MNIST else as_digits(ink_of(picture))


def as_mnist(ink: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Scale ink to a box of 20 by 20 and put its centre of mass into the middle of 28 by 28.

    Args:
        ink: Shape (height, width), from 0 to 1, cropped.

    Returns:
        Shape (28, 28), uint8 from 0 to 255.

    Source: Y. LeCun, C. Cortes, C. Burges, the MNIST database.
    """
    strokes = _thickened(ink, *_MNIST_STROKES)
    factor = _BOX / max(strokes.shape)
    small = _resized(strokes, *(max(1, round(length * factor)) for length in strokes.shape))
    small = small / small.max()
    image = np.zeros(_MNIST)
    top, left = (
        int(np.clip(round(side / 2 - centre), 0, side - length))
        for side, centre, length in zip(_MNIST, _centre_of_mass(small), small.shape, strict=True)
    )
    image[top : top + small.shape[0], left : left + small.shape[1]] = small
    return np.rint(image * 255.0).astype(np.uint8)


def as_digits(ink: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Fit ink into a bitmap of 20 by 32, straighten it, and count its pixels in blocks of 4 by 4.

    Args:
        ink: Shape (height, width), from 0 to 1, cropped.

    Returns:
        Shape (8, 8), uint8 from 0 to 16.

    Source: C. Kaynak, E. Alpaydin, Optical Recognition of Handwritten Digits, UCI, and the
    preprocessing of NIST's form-based handprint recognition system that it was made with.
    """
    strokes = _thickened(ink, *_DIGITS_STROKES)
    height, width = strokes.shape
    fitted = _resized(strokes, _BITMAP, int(np.clip(round(_BITMAP * width / height), 1, _NARROW)))
    bitmap = _straightened(fitted / fitted.max()) > _BITMAP_THRESHOLD
    blocks = bitmap.reshape(8, 4, 8, 4).sum(axis=(1, 3))
    counts: np.ndarray[Any, Any] = blocks.astype(np.uint8)
    return counts


def _resized(ink: np.ndarray[Any, Any], height: int, width: int) -> np.ndarray[Any, Any]:
    picture = Image.fromarray(ink.astype(np.float32))
    # BOX would leave steps when enlarging; HAMMING is as sharp when reducing.
    resized = picture.resize((width, height), Image.Resampling.HAMMING)
    return np.clip(np.asarray(resized, np.float64), 0.0, 1.0)


def _centre_of_mass(ink: np.ndarray[Any, Any]) -> tuple[float, float]:
    total = float(ink.sum())
    rows, columns = ink.sum(axis=1), ink.sum(axis=0)
    return float(rows @ np.arange(len(rows))) / total, float(columns @ np.arange(len(columns))) / total


def _thickened(ink: np.ndarray[Any, Any], least: float, usual: float) -> np.ndarray[Any, Any]:
    """Bring strokes of a thin pen to the width of a broad one, at a size where that is accurate.

    The width of a stroke is estimated as twice its area over its outline. Growing a picture by one
    pixel on every side widens each stroke by two.
    """
    factor = _WORKING_SIDE / max(ink.shape)
    height, width = (max(1, round(length * factor)) for length in ink.shape)
    strokes = np.pad(_resized(ink, height, width), _WORKING_SIDE // 10)
    if _stroke_width(strokes) >= least * _WORKING_SIDE:
        return ink
    while _stroke_width(strokes) < usual * _WORKING_SIDE:
        strokes = _grown(strokes)
    rows, columns = np.flatnonzero(strokes.any(axis=1)), np.flatnonzero(strokes.any(axis=0))
    return strokes[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _stroke_width(ink: np.ndarray[Any, Any]) -> float:
    mask = ink > 0.5 * ink.max()
    outline = int((mask[1:] != mask[:-1]).sum() + (mask[:, 1:] != mask[:, :-1]).sum())
    return 2.0 * float(mask.sum()) / outline


def _grown(ink: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    grown = ink.copy()
    for axis in (0, 1):
        grown = np.maximum(grown, np.maximum(np.roll(ink, 1, axis), np.roll(ink, -1, axis)))
    return grown


def _straightened(ink: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Shear upright, with the centre of mass in the middle of the width.

    The slant is the slope of the columns over the rows, ``mu_xy / mu_yy`` of the second moments.
    """
    height, width = ink.shape
    row, column = _centre_of_mass(ink)
    rows, columns = np.mgrid[:height, :width]
    variance = float((ink * (rows - row) ** 2).sum())
    slant = float((ink * (rows - row) * (columns - column)).sum()) / variance if variance else 0.0
    # Pillow asks which place of the source each place of the result shows, measured at pixel centres.
    shift = column - (_BITMAP - 1) / 2 - slant * (row + 0.5)
    sheared = Image.fromarray(ink.astype(np.float32)).transform(
        (_BITMAP, height),
        Image.Transform.AFFINE,
        (1.0, slant, shift, 0.0, 1.0, 0.0),
        Image.Resampling.BILINEAR,
    )
    return np.asarray(sheared, np.float64)
