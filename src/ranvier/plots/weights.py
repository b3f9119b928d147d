"""What the neurons of the first layer look for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, ShapeError
from ranvier.plots.mosaic import lay_out
from ranvier.plots.style import INK, hide_frame, new_figure, set_title

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST = 1024
_LARGEST_SIDE = 11.0  # inches


def first_layer_weights(
    source: Any,
    image_shape: tuple[int, ...] | None = None,
    columns: int | None = None,
    title: str | None = None,
) -> Figure:
    """Draw the weights of each neuron as a picture over its inputs.

    Blue raises the neuron's sum, red lowers it, white does nothing; all share one scale.

    Args:
        source: A model, whose first layer with a kernel is taken; a layer; or a kernel of shape
            (inputs, neurons) or, for a convolution, (height, width, channels, filters).
        image_shape: Height and width of the inputs, and channels if there are any, whose mean is
            drawn; the shape of a square when None.
        columns: Pictures in a row; about a square when None.
        title: A title.

    Returns:
        The figure.

    Raises:
        DataError: If there is no kernel yet, or too many neurons to be seen.
        ShapeError: If the kernel does not fit the shape.
        ConfigurationError: If the shape cannot be guessed.

    Example:
        >>> figure = first_layer_weights(np.random.normal(size=(64, 12)))
    """
    kernel = _kernel(source)
    pictures = _pictures(kernel, image_shape)
    if len(pictures) > _MOST:
        raise DataError(f"At most {_MOST} neurons can be drawn; received: {len(pictures):,}.")
    width = pictures.shape[2]
    gap = max(1, width // 10)
    mosaic = lay_out(pictures, columns, gap=gap, below=gap)
    high, wide = mosaic.picture.shape
    inches = min(0.8 / width, _LARGEST_SIDE / max(high, wide))
    figure = new_figure(max(3.2, wide * inches + 1.0), max(1.6, high * inches + (0.5 if title else 0.2)))
    axes = figure.add_subplot()
    largest = float(np.abs(pictures).max()) or 1.0
    drawn = axes.imshow(mosaic.picture, cmap="RdBu", vmin=-largest, vmax=largest, interpolation="nearest")
    hide_frame(axes)
    set_title(axes, title)
    bar = figure.colorbar(drawn, ax=axes, fraction=0.046, pad=0.02, aspect=30)
    bar.outline.set_visible(False)
    bar.ax.tick_params(colors=INK, labelsize=8, length=0)
    bar.set_label("weight", color=INK, fontsize=9)
    return figure


def _kernel(source: Any) -> np.ndarray[Any, Any]:
    found = source
    if hasattr(source, "layers"):
        kernels = (_own_kernel(layer) for layer in source.layers)
        found = next((kernel for kernel in kernels if kernel is not None), None)
    elif hasattr(source, "get_weights"):
        found = _own_kernel(source)
    if found is None:
        raise DataError(
            "There are no weights to draw: no layer has a kernel yet. Build the model first, by `fit` or by "
            "giving it an `Input`."
        )
    kernel = np.asarray(found, np.float64)
    if kernel.ndim not in (2, 4) or not kernel.size:
        raise ShapeError(
            "A kernel must have the shape (inputs, neurons) or (height, width, channels, filters); "
            f"received: {kernel.shape}."
        )
    return kernel


def _own_kernel(layer: Any) -> Any:
    """Return a layer's kernel, or None for a layer that has none or is not built."""
    try:
        return getattr(layer, "kernel", None)
    except (AttributeError, ValueError):
        return None


def _pictures(kernel: np.ndarray[Any, Any], image_shape: tuple[int, ...] | None) -> np.ndarray[Any, Any]:
    """Return one picture per neuron, shape (neurons, height, width)."""
    if kernel.ndim == 4:
        if image_shape is not None:
            raise ConfigurationError(
                "`image_shape` belongs to dense layers; a convolution's kernel has a shape of its own."
            )
        filters: np.ndarray[Any, Any] = kernel.mean(axis=2).transpose(2, 0, 1)
        return filters
    inputs = len(kernel)
    shape = tuple(image_shape) if image_shape is not None else _guessed(inputs)
    if len(shape) not in (2, 3) or math.prod(shape) != inputs:
        raise ShapeError(
            f"`image_shape` must hold the {inputs} inputs as (height, width) or (height, width, channels); "
            f"received: {shape}."
        )
    pictures = kernel.T.reshape(-1, *shape)
    grey: np.ndarray[Any, Any] = pictures.mean(axis=3) if len(shape) == 3 else pictures
    return grey


def _guessed(inputs: int) -> tuple[int, ...]:
    for channels in (1, 3):
        side = math.isqrt(inputs // channels)
        if side * side * channels == inputs:
            return (side, side) if channels == 1 else (side, side, channels)
    raise ConfigurationError(
        f"The shape of the pictures cannot be guessed from {inputs} inputs, which are no square; "
        "give `image_shape=(height, width)`."
    )
