"""Pictures with what they are and what they were taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, ShapeError
from ranvier.plots.confusion import class_numbers
from ranvier.plots.mosaic import lay_out
from ranvier.plots.style import INK, VERMILLION, Rectangle, hide_frame, new_figure, set_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST = 400
_INCHES = 1.05  # least width of one picture
_INCHES_PER_LETTER = 0.075
_FRAME = "#BBBBBB"


def image_grid(
    images: Any,
    labels: Any = None,
    predictions: Any = None,
    class_names: Sequence[str] | None = None,
    columns: int | None = None,
    title: str | None = None,
) -> Figure:
    """Draw pictures in rows, each with its class; what was predicted wrongly is framed and says so.

    Args:
        images: Shape (count, height, width), or with 1 or 3 colour channels last. Grey pictures are
            drawn as ink: the largest value black. Colours are 0 to 255, or 0 to 1 for floats.
        labels: True classes, as numbers or one-hot rows.
        predictions: Predicted classes, as numbers, one-hot rows or probabilities.
        class_names: A name for each class.
        columns: Pictures in a row; about a square when None.
        title: A title.

    Returns:
        The figure.

    Raises:
        DataError: If there are no pictures, or too many to be seen.
        ShapeError: If the shape is that of no pictures, or the labels are not as many.
        ConfigurationError: If the names are fewer than the classes.

    Example:
        >>> figure = image_grid(np.eye(8)[None], labels=[3], predictions=[5])
    """
    pictures = _pictures(images)
    captions = _captions(
        _classes(labels, len(pictures), "labels"),
        _classes(predictions, len(pictures), "predictions"),
        class_names,
    )
    height, width = pictures.shape[1:3]
    gap, below = max(1, width // 6), round(height * (0.5 if captions else 0.12))
    mosaic = lay_out(pictures, columns, gap, below)
    longest = max((len(line) for text, _ in captions for line in text.split("\n")), default=0)
    scale = max(_INCHES, _INCHES_PER_LETTER * longest) / width
    figure = new_figure(
        max(2.5, mosaic.picture.shape[1] * scale + 0.3),
        max(1.2, mosaic.picture.shape[0] * scale + (0.6 if title else 0.2)),
    )
    axes = figure.add_subplot()
    axes.imshow(mosaic.picture, cmap="gray_r", interpolation="nearest")
    axes.set_xlim(-0.5 - width / 16, mosaic.picture.shape[1] - 0.5 + width / 16)  # room for the frames
    axes.set_ylim(mosaic.picture.shape[0] - 0.5, -0.5 - height / 16)
    hide_frame(axes)
    set_title(axes, title)
    for number, (top, left) in enumerate(mosaic.corners):
        text, wrong = captions[number] if captions else ("", False)
        _annotate(axes, (left - 0.5, top - 0.5), (width, height), text, wrong=wrong)
    return figure


def _annotate(
    axes: Axes, corner: tuple[float, float], size: tuple[int, int], text: str, *, wrong: bool
) -> None:
    """Draw the frame of one picture and write what it is under it."""
    (left, top), (width, height) = corner, size
    edge, line = (VERMILLION, 2.0) if wrong else (_FRAME, 0.6)
    axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=edge, linewidth=line))
    axes.text(
        left + width / 2,
        top + height * 1.1,
        text,
        ha="center",
        va="top",
        fontsize=8,
        linespacing=1.1,
        color=VERMILLION if wrong else INK,
        fontweight="bold" if wrong else "normal",
    )


def _captions(
    truth: np.ndarray[Any, Any] | None,
    predicted: np.ndarray[Any, Any] | None,
    class_names: Sequence[str] | None,
) -> list[tuple[str, bool]]:
    """Return for each picture what to write under it and whether it was predicted wrongly."""
    if truth is None or predicted is None:
        known = truth if truth is not None else predicted
        return [] if known is None else [(_name(number, class_names), False) for number in known]
    captions = []
    for true, guess in zip(truth, predicted, strict=True):
        is_named, was_named = _name(true, class_names), _name(guess, class_names)
        if true == guess:
            captions.append((f"{was_named} ✓", False))
        elif class_names is None:
            captions.append((f"✗ predicted {was_named}\ntrue {is_named}", True))
        else:
            captions.append((f"✗ {was_named}\ntrue: {is_named}", True))
    return captions


def _pictures(images: Any) -> np.ndarray[Any, Any]:
    pictures = np.asarray(images)
    if pictures.ndim == 4 and pictures.shape[3] == 1:
        pictures = pictures[..., 0]
    if pictures.ndim not in (3, 4) or (pictures.ndim == 4 and pictures.shape[3] != 3):
        raise ShapeError(
            "Pictures must have the shape (count, height, width), optionally with 1 or 3 colour channels last; "
            f"received: {pictures.shape}."
        )
    if not pictures.size:
        raise DataError("There is nothing to draw: no pictures were received.")
    if len(pictures) > _MOST:
        raise DataError(
            f"A grid shows at most {_MOST} pictures; received: {len(pictures):,}. Give some of them, such as "
            "`images[:64]`."
        )
    if pictures.ndim == 4:
        whole = 255.0 if pictures.dtype.kind in "iu" or pictures.max() > 1.0 else 1.0
        return np.clip(pictures / whole, 0.0, 1.0)
    return pictures.astype(np.float64)


def _classes(y: Any, count: int, what: str) -> np.ndarray[Any, Any] | None:
    if y is None:
        return None
    numbers = class_numbers(y)
    if len(numbers) != count:
        raise ShapeError(f"`{what}` must be as many as the pictures, {count}; received: {len(numbers)}.")
    return numbers


def _name(number: int, class_names: Sequence[str] | None) -> str:
    if class_names is None:
        return str(number)
    if number >= len(class_names):
        raise ConfigurationError(
            f"`class_names` must name every class; received: {len(class_names)} names and a class {number}."
        )
    return class_names[number]
