"""Random arrays on the host: NumPy generators in, NumPy arrays out.

Half precision is drawn in single precision and rounded, so that its moments are right too.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ranvier.errors import ShapeError

if TYPE_CHECKING:
    from ranvier.types import Shape

Values: TypeAlias = "np.ndarray[Any, Any]"
DType: TypeAlias = "np.dtype[Any]"

TRUNCATED_STDDEV = 0.87962566103423978
"""Standard deviation of a standard normal variable that is known to lie in [-2, 2]."""


def normal(generator: np.random.Generator, shape: Shape, mean: float, stddev: float, dtype: DType) -> Values:
    r"""Draw from the normal distribution :math:`N(\mu, \sigma^2)`.

    Args:
        generator: The source of randomness.
        shape: The shape to fill.
        mean: The mean.
        stddev: The standard deviation.
        dtype: A float dtype.

    Returns:
        An array of that shape and dtype.
    """
    values = generator.standard_normal(shape, dtype=_drawn(dtype))
    return _scaled(values, mean, stddev, dtype)


def truncated_normal(
    generator: np.random.Generator, shape: Shape, mean: float, stddev: float, dtype: DType
) -> Values:
    r"""Draw from the normal distribution, again for whatever is further than two deviations out.

    The result has a standard deviation of only :data:`TRUNCATED_STDDEV` times ``stddev``.

    Args:
        generator: The source of randomness.
        shape: The shape to fill.
        mean: The mean.
        stddev: The standard deviation before truncation.
        dtype: A float dtype.

    Returns:
        An array of that shape and dtype.
    """
    values = generator.standard_normal(math.prod(shape), dtype=_drawn(dtype))
    outside = np.flatnonzero(np.abs(values) > 2)
    while outside.size:
        again = generator.standard_normal(outside.size, dtype=values.dtype)
        values[outside] = again
        outside = outside[np.abs(again) > 2]
    return _scaled(values.reshape(shape), mean, stddev, dtype)


def uniform(
    generator: np.random.Generator, shape: Shape, minval: float, maxval: float, dtype: DType
) -> Values:
    """Draw from the uniform distribution on [minval, maxval).

    Args:
        generator: The source of randomness.
        shape: The shape to fill.
        minval: The lower bound.
        maxval: The upper bound; rounding may reach it.
        dtype: A float dtype.

    Returns:
        An array of that shape and dtype.
    """
    values = generator.random(shape, dtype=_drawn(dtype))
    return _scaled(values, minval, maxval - minval, dtype)


def orthogonal(generator: np.random.Generator, shape: Shape, gain: float, dtype: DType) -> Values:
    r"""Draw a matrix with orthonormal columns, or rows where it has fewer of them, times a gain.

    The axes but the last count as one. It is the Q of a normal matrix, with the signs that make
    every orthogonal matrix equally likely.

    Args:
        generator: The source of randomness.
        shape: The shape to fill, at least two axes.
        gain: The length of the vectors.
        dtype: A float dtype.

    Returns:
        An array of that shape and dtype.

    Raises:
        ShapeError: If the shape has fewer than two axes.

    Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear
    neural networks" (2014); signs after Mezzadri, "How to generate random matrices" (2007).
    """
    if len(shape) < 2:
        raise ShapeError(f"The orthogonal initializer needs at least two axes; received shape: {shape}.")
    rows, columns = math.prod(shape[:-1]), shape[-1]
    matrix = generator.standard_normal((max(rows, columns), min(rows, columns)), dtype=_drawn(dtype))
    directions, triangle = np.linalg.qr(matrix)
    directions *= np.where(np.diagonal(triangle) < 0, -1, 1).astype(directions.dtype)
    if rows < columns:
        directions = np.ascontiguousarray(directions.T)
    return _scaled(directions.reshape(shape), 0.0, gain, dtype)


def _drawn(dtype: DType) -> type[np.float32] | type[np.float64]:
    return np.float64 if dtype == np.float64 else np.float32


def _scaled(values: Values, offset: float, scale: float, dtype: DType) -> Values:
    values *= values.dtype.type(scale)
    if offset:
        values += values.dtype.type(offset)
    return values.astype(dtype, copy=False)
