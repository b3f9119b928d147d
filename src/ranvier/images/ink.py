"""From a picture, whatever its colours, to how much ink there is at each place."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import DataError, DataTypeError, FileFormatError, ShapeError, missing_extra

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

try:
    from PIL import Image as Image
    from PIL import ImageFilter, ImageOps, UnidentifiedImageError
except ImportError:  # pragma: no cover
    Image = None  # type: ignore[assignment]

_LEAST_CONTRAST = 24  # grey levels between paper and ink; below it the picture counts as blank
_FAINTEST = 0.06  # ink fainter than this share of the darkest, or than the paper's grain, is none
_CLEAR = 0.35  # ink that is certainly the pen's
_LARGEST_SIDE = 640  # pixels; larger pictures are reduced first, which also averages their grain
_THUMBNAIL = 32  # side of the small copy in which the paper's brightness is estimated
_COLOUR_CHANNELS = (3, 4)


def read_picture(path: str | os.PathLike[str]) -> Image.Image:
    """Open a picture, turned the way the camera was held.

    Args:
        path: A PNG, JPEG or other file that Pillow reads.

    Raises:
        FileFormatError: If there is no such file, or it is no picture, damaged, or far too large.
        MissingExtraError: If Pillow is not installed.
    """
    check_pillow()
    try:
        with Image.open(path) as picture:
            return ImageOps.exif_transpose(picture)
    except FileNotFoundError as error:
        raise FileFormatError(f"There is no file {str(path)!r}; expected a picture of a digit.") from error
    except UnidentifiedImageError as error:
        raise FileFormatError(
            f"Expected a picture such as a PNG or JPEG file; received: {str(path)!r}, which is none."
        ) from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        fault = getattr(error, "strerror", None) or str(error)
        raise FileFormatError(f"The picture {str(path)!r} cannot be read: {fault.rstrip('.')}.") from error


def decode_picture(content: bytes, formats: Sequence[str], most_pixels: int) -> Image.Image:
    """Read a picture from bytes that may come from anyone, turned the way the camera was held.

    Args:
        content: What a file of a picture holds.
        formats: Pillow's names of the formats that it may have; no other decoder is tried.
        most_pixels: How many pixels it may have, which is checked before memory is taken for them.

    Raises:
        FileFormatError: If it is no such picture, damaged, or too large.
        MissingExtraError: If Pillow is not installed.
    """
    check_pillow()
    try:
        with Image.open(io.BytesIO(content), formats=tuple(formats)) as picture:
            width, height = picture.size
            if width * height <= most_pixels:
                return ImageOps.exif_transpose(picture)
    except UnidentifiedImageError as error:
        raise FileFormatError(
            f"Expected a picture as {' or '.join(formats)}; received {len(content):,} bytes that are none."
        ) from error
    except Exception as error:  # the decoders raise whatever comes of damaged bytes
        raise FileFormatError(f"The picture cannot be read: {error!s:.200}.") from error
    raise FileFormatError(
        f"Expected a picture of at most {most_pixels:,} pixels; received: {width} by {height}. Make it smaller."
    )


def check_pillow() -> None:
    """Raise MissingExtraError when Pillow is not installed."""
    if Image is None:
        raise missing_extra("Reading pictures", "pillow", "plots")


def picture_of(array: np.ndarray[Any, Any]) -> Image.Image:
    """Wrap an array of shape (height, width), or with 3 or 4 colour channels last, of dtype uint8.

    Raises:
        DataTypeError: If its dtype is another.
        ShapeError: If its shape is another.
    """
    if array.dtype != np.uint8:
        raise DataTypeError(
            f"A picture as an array must be of dtype uint8, from 0 to 255; received: {array.dtype}."
        )
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in _COLOUR_CHANNELS)) or not array.size:
        raise ShapeError(
            "A picture as an array must have the shape (height, width), (height, width, 3) or "
            f"(height, width, 4); received: {array.shape}."
        )
    return Image.fromarray(np.ascontiguousarray(array))


def ink_of(picture: Image.Image) -> np.ndarray[Any, Any]:
    """Return how much ink there is at each place of a picture, cropped to where there is any.

    Colours become grey; what is transparent becomes paper; light on dark becomes dark on light; the
    paper's own brightness, which may change over a photograph, is divided out.

    Args:
        picture: The picture.

    Returns:
        Shape (height, width) of the inked part, float64 from 0 (paper) to 1 (the darkest ink).

    Raises:
        DataError: If the picture is blank.
    """
    grey = _without_shadows(_dark_on_light(_reduced(_grey(picture))))
    paper = float(np.median(grey[grey > (float(grey.min()) + float(grey.max())) / 2 - 0.5]))
    darkest = float(np.sort(grey, axis=None)[: max(4, grey.size // 1000)].mean())
    if paper - darkest < _LEAST_CONTRAST:
        raise DataError("The picture is blank: no digit stands out from its background.")
    ink = np.clip((paper - grey) / (paper - darkest), 0.0, 1.0)
    grain = 1.4826 * float(np.median(np.abs(grey[grey > (paper + darkest) / 2] - paper))) / (paper - darkest)
    ink[ink < np.clip(6 * grain, _FAINTEST, 0.5)] = 0.0
    return ink[_extent(ink, axis=1), _extent(ink, axis=0)]


def _extent(ink: np.ndarray[Any, Any], axis: int) -> slice:
    """Return from where to where there is ink: the clear ink, and a fringe of one pixel around it.

    Farther faint ink comes from a picture's compression, not from the pen.
    """
    darkest = ink.max(axis=axis)
    clear = np.flatnonzero(darkest > _CLEAR)
    first, last = int(clear[0]), int(clear[-1])
    if first > 0 and darkest[first - 1] > 0.0:
        first -= 1
    if last + 1 < len(darkest) and darkest[last + 1] > 0.0:
        last += 1
    return slice(first, last + 1)


def _grey(picture: Image.Image) -> np.ndarray[Any, Any]:
    """Return grey levels from 0 to 255 with transparency filled by a contrasting paper."""
    if picture.mode.startswith(("I", "F")):  # 16 or 32 bits a pixel
        values = np.asarray(picture, np.float64)
        return values * (255.0 / max(float(values.max()), 1.0))
    if not picture.has_transparency_data:
        return np.asarray(picture.convert("L"), np.float64)
    coloured = picture.convert("RGBA")
    opacity = np.asarray(coloured.getchannel("A"), np.float64) / 255.0
    grey = np.asarray(coloured.convert("RGB").convert("L"), np.float64)
    if not opacity.any():
        raise DataError("The picture is blank: it is transparent everywhere.")
    paper = 0.0 if np.average(grey, weights=opacity) > 127.5 and opacity.min() < 1.0 else 255.0
    return grey * opacity + paper * (1.0 - opacity)


def _reduced(grey: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    factor = max(grey.shape) // _LARGEST_SIDE
    if factor < 2:
        return grey
    return np.asarray(Image.fromarray(grey.astype(np.float32)).reduce(factor), np.float64)


def _dark_on_light(grey: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    middle = (float(grey.min()) + float(grey.max())) / 2
    return grey if np.median(border) > middle else 255.0 - grey


def _without_shadows(grey: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Divide by the brightness of the paper, estimated as the lightest around each place."""
    height, width = grey.shape
    if min(height, width) < 2 * _THUMBNAIL:
        return grey
    small = Image.fromarray(grey.astype(np.float32)).resize((_THUMBNAIL, _THUMBNAIL), Image.Resampling.BOX)
    lightest = Image.fromarray(np.asarray(small).clip(0, 255).astype(np.uint8))
    lightest = lightest.filter(ImageFilter.MaxFilter(_THUMBNAIL // 4 * 2 - 1))
    lightest = lightest.filter(ImageFilter.GaussianBlur(_THUMBNAIL / 8))
    paper = np.asarray(lightest.resize((width, height), Image.Resampling.BICUBIC), np.float64)
    return np.clip(grey / np.maximum(paper, 1.0), 0.0, 1.0) * 255.0
