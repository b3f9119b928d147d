"""Features standardized by statistics of the data, taken before training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ranvier.arguments import plain_integers
from ranvier.errors import ConfigurationError, DataError, ShapeError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.configuration import structural_value
from ranvier.layers.moments import Moments, batches_of
from ranvier.layers.shapes import axis_size
from ranvier.types import Arrays, Configuration, PartialShape, StructureKey
from ranvier.variable import Variable

_SMALLEST_DEVIATION = 1e-7


class Normalization(Layer):
    """Each feature brought to mean 0 and variance 1, by statistics that are given or adapted.

    Args:
        axis: The axes whose positions have statistics of their own, or one; None: one mean for all.
        mean: The means, if they are known.
        variance: The variances, if they are known.
        invert: Whether standardized data are brought back to the old scale instead.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If only one of ``mean`` and ``variance`` is given, or their shapes differ.
    """

    def __init__(
        self,
        axis: int | Sequence[int] | None = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (mean is None) != (variance is None):
            raise ConfigurationError(
                f"`mean` and `variance` are given both or not at all; received: mean={mean!r}, variance={variance!r}."
            )
        axis = plain_integers(axis)
        self.axis = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        self.input_mean = None if mean is None else np.asarray(mean, np.float64)
        self.input_variance = None if variance is None else np.asarray(variance, np.float64)
        self.invert = invert
        self._kept_sizes: tuple[int, ...] = ()
        self._rank = 0
        if self.input_mean is not None and self.input_variance is not None:
            if self.input_mean.shape != self.input_variance.shape or self.input_mean.ndim > len(self.axis):
                raise ConfigurationError(
                    "`mean` and `variance` must have equal shapes, with at most one axis for each of `axis`; received "
                    f"shapes: {self.input_mean.shape} and {self.input_variance.shape} for axis={self.axis}."
                )
            if (self.input_variance < 0.0).any():
                raise ConfigurationError(f"`variance` must not be negative; received: {variance!r}.")

    def build(self, input_shape: PartialShape) -> None:
        """Create the statistics, mean 0 and variance 1 until :meth:`adapt`, unless they are given."""
        for axis in self.axis:
            axis_size(self.name, input_shape, axis)
        self._rank = len(input_shape)
        self._kept_sizes = tuple(axis_size(self.name, input_shape, axis) for axis in self._kept(self._rank))
        if self.input_mean is None:
            self.adapt_mean = self.add_weight(self._kept_sizes, "zeros", trainable=False, name="mean")
            self.adapt_variance = self.add_weight(self._kept_sizes, "ones", trainable=False, name="variance")
            self.count = self.add_weight((), "zeros", dtype="int32", trainable=False, name="count")
        self.built = True

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Standardize, or bring back."""
        del params, context
        shape = self._broadcast_shape(inputs.shape)
        mean = jnp.asarray(state.get("mean", self.input_mean), inputs.dtype)
        variance = jnp.asarray(state.get("variance", self.input_variance), inputs.dtype)
        if self.input_mean is not None:
            mean, variance = (self._spread(value, inputs.ndim) for value in (mean, variance))
        else:
            mean, variance = mean.reshape(shape), variance.reshape(shape)
        deviation = jnp.maximum(jnp.sqrt(variance), _SMALLEST_DEVIATION)
        return (inputs * deviation + mean if self.invert else (inputs - mean) / deviation), {}

    def adapt(self, data: Any) -> None:
        """Take mean and variance from data, in double precision and batch by batch.

        Args:
            data: An array with the batch first, or batches: a list or generator of them, where a
                tuple stands for ``(inputs, targets, ...)``.

        Raises:
            ConfigurationError: If the statistics were given to the constructor.
            DataError: If there is no row, or a value is not finite.
            ShapeError: If a batch does not have the shape that the layer was built for.
        """
        if self.input_mean is not None:
            raise ConfigurationError(
                f"The layer {self.name!r} was given `mean` and `variance`; leave them out to adapt it to data."
            )
        moments: Moments | None = None
        for batch in batches_of(data):
            if not self.built:
                self.build((None, *batch.shape[1:]) if 0 not in self._kept(batch.ndim) else batch.shape)
            self._require_fit(batch)
            if moments is None:
                reduced = tuple(axis for axis in range(batch.ndim) if axis not in self._kept(batch.ndim))
                moments = Moments(reduced)
            moments.add(batch)
        if moments is None or moments.count == 0:
            raise DataError(
                f"`adapt` of the layer {self.name!r} needs at least one row of data; received: none."
            )
        if not (np.isfinite(moments.mean).all() and np.isfinite(moments.variance).all()):
            raise DataError(
                f"`adapt` of the layer {self.name!r} needs finite data; received: values that are NaN or infinite. "
                "Fill or drop them first."
            )
        self.adapt_mean.assign(moments.mean.astype(np.float32))
        self.adapt_variance.assign(moments.variance.astype(np.float32))

    @property
    def mean(self) -> Variable | None:
        """The means, with the axes of the data; None before they are known."""
        return self._shown("mean", None if self.input_mean is not None else "adapt_mean", self.input_mean)

    @property
    def variance(self) -> Variable | None:
        """The variances, with the axes of the data; None before they are known."""
        return self._shown(
            "variance", None if self.input_mean is not None else "adapt_variance", self.input_variance
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape

    def structure(self) -> StructureKey:
        """Axes, direction, and the statistics where they were given."""
        given = [None if self.input_mean is None else self.input_mean, self.input_variance]
        return (Normalization, self.axis, self.invert, structural_value(given), self.dtype)

    def get_config(self) -> Configuration:
        """Return the keyword arguments that build an equal layer."""
        statistics = (
            {}
            if self.input_mean is None or self.input_variance is None
            else {"mean": self.input_mean.tolist(), "variance": self.input_variance.tolist()}
        )
        return {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": self.dtype,
            "axis": list(self.axis) if self.axis else None,
            "invert": self.invert,
            **statistics,
        }

    def _kept(self, rank: int) -> tuple[int, ...]:
        return tuple(sorted(axis % rank for axis in self.axis))

    def _broadcast_shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        kept = self._kept(len(shape))
        return tuple(size if axis in kept else 1 for axis, size in enumerate(shape))

    def _spread(self, values: Any, rank: int) -> Any:
        """Give statistics that were given the axes of the data, aligned from the last kept axis on."""
        shape = [1] * rank
        for axis, size in zip(reversed(self._kept(rank)), reversed(values.shape), strict=False):
            shape[axis] = size
        return values.reshape(shape)

    def _require_fit(self, batch: np.ndarray[Any, Any]) -> None:
        sizes = tuple(batch.shape[axis] for axis in self._kept(batch.ndim))
        if batch.ndim != self._rank or sizes != self._kept_sizes:
            raise ShapeError(
                f"The layer {self.name!r} was built for data of {self._rank} axes with sizes {self._kept_sizes} along "
                f"axis {self.axis}; received a batch of shape: {batch.shape}."
            )

    def _shown(self, name: str, own: str | None, given: Any) -> Variable | None:
        if not self.built:
            return None
        if own is None:
            return Variable(self._spread(given, self._rank).astype(self.dtype), name=name, trainable=False)
        shape = [1] * self._rank
        for axis, size in zip(self._kept(self._rank), self._kept_sizes, strict=True):
            shape[axis] = size
        return Variable(np.asarray(getattr(self, own).value).reshape(shape), name=name, trainable=False)
