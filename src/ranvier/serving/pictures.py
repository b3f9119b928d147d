"""Networks of images: rows are pictures, or the pixels that they become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, FileFormatError
from ranvier.images import prepare_digit
from ranvier.images.ink import Image, check_pillow, decode_picture
from ranvier.report.run_settings import InputSettings
from ranvier.serving.arrays import ArrayModel
from ranvier.serving.fields import HostArray
from ranvier.serving.refusals import unfit
from ranvier.serving.served import Description, Rows

_FORMATS = ("PNG", "JPEG", "WEBP")
_MOST_PIXELS = 2**24
_LARGEST_PIXEL = 2**16


Prepare = Callable[["Image.Image"], HostArray]
"""Makes a row of a picture."""


class PictureModel:
    """A network that tells what a picture shows.

    Args:
        arrays: The network, which takes rows of pixels.
        prepare: Makes a row of a picture.
        smallest: The smallest value of a pixel.
        largest: The largest.
        drawn: Whether what people draw is a picture for it.

    Raises:
        MissingExtraError: If Pillow is not installed.
    """

    def __init__(
        self, arrays: ArrayModel, prepare: Prepare, smallest: float, largest: float, *, drawn: bool
    ) -> None:
        check_pillow()
        self._arrays = arrays
        self._prepare = prepare
        self._smallest, self._largest = smallest, largest
        self._description = replace(
            arrays.description,
            task="pictures",
            row=_bounded(arrays.description.row, smallest, largest),
            takes_pictures=True,
            details={
                **arrays.description.details,
                "pixels": {"smallest": smallest, "largest": largest},
                "drawn": drawn,
            },
        )

    @property
    def description(self) -> Description:
        """What it takes and answers."""
        return self._description

    @property
    def quick_rows(self) -> int:
        """How many rows NumPy predicts in some ten microseconds."""
        return self._arrays.quick_rows

    def warm_up(self, most: int) -> None:
        """Compile what few rows need, so that no client waits for it."""
        self._arrays.warm_up(most)

    def read_rows(self, rows: Any) -> Rows:
        """Check rows of pixels.

        Raises:
            Refusal: If they do not fit, or lie outside of the values of pixels.
        """
        read = self._arrays.read_rows(rows)
        pixels: HostArray = read.values[0]
        smallest, largest = self._smallest, self._largest
        outside = (pixels < smallest) | (pixels > largest)
        if outside.any():
            row, *place = (int(index) for index in np.argwhere(outside)[0])
            raise unfit(
                f"Row {row + 1}, {''.join(f'[{index}]' for index in place)}: expected pixels from "
                f"{smallest:g} to {largest:g}; received: {pixels[(row, *place)]:g}."
            )
        return read

    def read_pictures(self, pictures: Sequence[bytes]) -> Rows:
        """Make rows of pictures.

        Raises:
            Refusal: If one is no picture, damaged, too large or blank.
        """
        read = [self._read(picture, number) for number, picture in enumerate(pictures, 1)]
        rows = np.stack(read).astype(np.float32)
        return Rows([rows], len(rows), (rows.shape[1:],))

    def predict(self, batch: Sequence[Rows]) -> list[Any]:
        """Return what each row shows, and how probable that is."""
        return self._arrays.predict(batch)

    def _read(self, picture: bytes, number: int) -> HostArray:
        try:
            return self._prepare(decode_picture(picture, _FORMATS, _MOST_PIXELS))
        except (DataError, FileFormatError) as error:
            raise unfit(f"Picture {number}: {error}") from error


def digit_model(arrays: ArrayModel, image: InputSettings) -> PictureModel:
    """Return the network of a run on digits, which takes pictures of one digit each.

    Args:
        arrays: The network.
        image: The form of its images.
    """
    size = (image.height, image.width)
    return PictureModel(
        arrays, lambda picture: prepare_digit(picture, size), image.smallest, image.largest, drawn=True
    )


def image_model(arrays: ArrayModel, shape: Sequence[int | None], largest: float) -> PictureModel:
    """Return a network that takes pictures, resized to its input and otherwise as they are.

    Args:
        arrays: The network.
        shape: The shape of its input: height, width, and optionally 1 or 3 channels.
        largest: What white becomes; black becomes 0.

    Raises:
        ConfigurationError: If it takes no images, or ``largest`` is no positive number.
    """
    if None in shape or len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] not in (1, 3)):
        raise ConfigurationError(
            "`--pixels` is for models of images, whose input is (height, width), (height, width, 1) or "
            f"(height, width, 3); received a model whose input is {tuple(shape)}."
        )
    if not 0 < largest <= _LARGEST_PIXEL:
        raise ConfigurationError(
            f"`--pixels` is the value of white, such as 1 or 255, at most {_LARGEST_PIXEL:,}; received: {largest:g}."
        )
    height, width, *channels = (int(size) for size in shape if size is not None)
    mode = "RGB" if channels == [3] else "L"

    def prepare(picture: Image.Image) -> HostArray:
        opaque = Image.new("RGBA", picture.size, "white")
        opaque.alpha_composite(picture.convert("RGBA"))
        # The filter averages over all that falls into a pixel, so that thin lines do not vanish.
        small = opaque.convert(mode).resize((width, height), Image.Resampling.BILINEAR)
        pixels: HostArray = np.asarray(small, np.float32) * np.float32(largest / 255)
        return pixels.reshape(height, width, *channels)

    return PictureModel(arrays, prepare, 0, largest, drawn=False)


def _bounded(schema: Any, smallest: float, largest: float) -> dict[str, Any]:
    """Add the bounds of pixels to the schema of a row."""
    if schema["type"] == "array":
        return {**schema, "items": _bounded(schema["items"], smallest, largest)}
    return {**schema, "minimum": smallest, "maximum": largest}
