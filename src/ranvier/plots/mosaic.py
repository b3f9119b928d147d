"""Many small pictures as one: drawing a hundred axes takes seconds, drawing one does not."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ranvier.errors import ConfigurationError


class Mosaic(NamedTuple):
    """Pictures side by side.

    Attributes:
        picture: Shape (height, width) or (height, width, 3), float64; NaN or white between them.
        corners: The row and column of each picture's upper left pixel, shape (count, 2).
        rows: Rows of pictures.
        columns: Columns of pictures.
    """

    picture: np.ndarray[Any, Any]
    corners: np.ndarray[Any, Any]
    rows: int
    columns: int


def lay_out(images: np.ndarray[Any, Any], columns: int | None, gap: int, below: int) -> Mosaic:
    """Put pictures side by side, row by row.

    Args:
        images: Shape (count, height, width) or (count, height, width, 3).
        columns: Pictures in a row; when None, so many that it is about a square and the last row is full.
        gap: Pixels between columns.
        below: Pixels under each row.

    Returns:
        The mosaic.

    Raises:
        ConfigurationError: If ``columns`` is not positive.
    """
    count, height, width = images.shape[:3]
    if columns is not None and columns < 1:
        raise ConfigurationError(f"`columns` must be at least 1; received: {columns!r}.")
    columns = min(columns, count) if columns is not None else _columns(count)
    rows = -(-count // columns)
    empty = np.nan if images.ndim == 3 else 1.0
    shape = (rows * (height + below), columns * (width + gap) - gap, *images.shape[3:])
    picture = np.full(shape, empty)
    places = np.arange(count)
    corners = np.stack([places // columns * (height + below), places % columns * (width + gap)], axis=1)
    for image, (top, left) in zip(images, corners, strict=True):
        picture[top : top + height, left : left + width] = image
    return Mosaic(picture, corners, rows, columns)


def _columns(count: int) -> int:
    narrowest = math.ceil(math.sqrt(count))
    choices = range(narrowest, math.ceil(narrowest * 1.6) + 1)
    return min(min(choices, key=lambda columns: (-count % columns, columns)), count)
