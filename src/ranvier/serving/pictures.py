"""The network of a run on images: rows are pictures, or the pixels that they became in the data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ranvier.errors import DataError, FileFormatError
from ranvier.images import prepare_digit
from ranvier.images.ink import check_pillow, decode_picture
from ranvier.report.run_settings import InputSettings
from ranvier.serving.arrays import ArrayModel
from ranvier.serving.fields import HostArray
from ranvier.serving.refusals import unfit
from ranvier.serving.served import Description, Rows

_FORMATS = ("PNG", "JPEG", "WEBP")
_MOST_PIXELS = 2**24


class PictureModel:
    """A network that tells what a picture shows.

    Args:
        arrays: The network, which takes rows of shape (height, width).
        image: The form of its images.

    Raises:
        MissingExtraError: If Pillow is not installed.
    """

    def __init__(self, arrays: ArrayModel, image: InputSettings) -> None:
        check_pillow()
        self._arrays = arrays
        self._image = image
        self._size = (image.height, image.width)
        self._description = replace(
            arrays.description,
            task="pictures",
            row=_bounded(arrays.description.row, image),
            takes_pictures=True,
            details={
                **arrays.description.details,
                "pixels": {"smallest": image.smallest, "largest": image.largest},
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
            Refusal: If they do not fit, or lie outside of the values of the data set.
        """
        read = self._arrays.read_rows(rows)
        pixels: HostArray = read.values[0]
        smallest, largest = self._image.smallest, self._image.largest
        outside = (pixels < smallest) | (pixels > largest)
        if outside.any():
            row, *place = (int(index) for index in np.argwhere(outside)[0])
            raise unfit(
                f"Row {row + 1}, {''.join(f'[{index}]' for index in place)}: expected pixels from {smallest}, for "
                f"paper, to {largest}, for full ink; received: {pixels[(row, *place)]:g}."
            )
        return read

    def read_pictures(self, pictures: Sequence[bytes]) -> Rows:
        """Bring pictures of one digit each into the form of the data set.

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
            return prepare_digit(decode_picture(picture, _FORMATS, _MOST_PIXELS), self._size)
        except (DataError, FileFormatError) as error:
            raise unfit(f"Picture {number}: {error}") from error


def _bounded(schema: Any, image: InputSettings) -> dict[str, Any]:
    """Add the bounds of pixels to the schema of a row."""
    if schema["type"] == "array":
        return {**schema, "items": _bounded(schema["items"], image)}
    return {**schema, "minimum": image.smallest, "maximum": image.largest}
