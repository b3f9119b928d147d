"""Codes of categories as numbers: an indicator for each code, or a learned vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ranvier import initializers
from ranvier.arguments import plain_integers
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.layers.base import CallContext, Layer
from ranvier.layers.feature_scale import last_dimension
from ranvier.types import Arrays, PartialShape


class CategoryIndicators(Layer):
    """Columns of codes as indicators of their levels.

    A column has codes 0 (missing or unknown), 1, ..., ``count - 1``. It becomes ``count - 1`` numbers, one for each
    level, or a single one where there are two levels (or one): ``on`` where the code is the level's, ``absent`` where
    it is 0, else ``off``. At first these are 1, 0 and 0, for two levels 1, 0 and -1; they are not trained.

    Args:
        counts: For each column the number of its codes, at least 2.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If there is a column with fewer than two codes.
    """

    keeps_dtype = True

    def __init__(self, counts: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.counts = checked_counts(counts)
        pairs = [(column, level) for column, count in enumerate(self.counts) for level in shown_levels(count)]
        self._columns = np.array([column for column, _ in pairs], np.int32)
        self._levels = np.array([level for _, level in pairs], np.int32)

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make the three values of each number, shape (units,) each."""
        _require_columns(self, input_shape, len(self.counts))
        single = np.array([self.counts[column] == 3 for column in self._columns])
        units = len(self._columns)
        return {}, {
            "on": np.ones(units, self.dtype),
            "off": np.where(single, -1.0, 0.0).astype(self.dtype),
            "absent": np.zeros(units, self.dtype),
        }

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Turn codes of shape (batch, columns) into numbers of shape (batch, units)."""
        del params, context
        _require_columns(self, inputs.shape, len(self.counts))
        codes = inputs.astype(jnp.int32)[:, self._columns]
        other = jnp.where(codes == 0, state["absent"], state["off"])
        return jnp.where(codes == self._levels, state["on"], other), {}

    def output_dtype(self, input_dtypes: Sequence[str]) -> str:
        """Return the dtype of the indicators."""
        del input_dtypes
        return self.dtype

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return ``(batch, units)``."""
        return (*input_shape[:-1], len(self._columns))


class CategoryEmbedding(Layer):
    """Columns of codes, each code a vector that training finds; all columns' vectors side by side.

    Args:
        counts: For each column the number of its codes, at least 2; codes beyond are not checked.
        units: The length of a vector.
        embeddings_initializer: First values of the vectors; normal with deviation 1 when None.
        **kwargs: See :class:`~ranvier.layers.Layer`.

    Raises:
        ConfigurationError: If there is a column with fewer than two codes, or ``units`` is no positive integer.
    """

    keeps_dtype = True

    def __init__(
        self, counts: Sequence[int], units: int = 8, embeddings_initializer: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.counts = checked_counts(counts)
        self.units = plain_integers(units)
        if isinstance(self.units, bool) or not isinstance(self.units, int) or self.units < 1:
            raise ConfigurationError(f"`units` must be a positive integer; received: {units!r}.")
        self.embeddings_initializer = (
            initializers.RandomNormal(0.0, 1.0)
            if embeddings_initializer is None
            else initializers.get(embeddings_initializer)
        )
        self._starts = np.cumsum([0, *self.counts[:-1]]).astype(np.int32)

    def init(self, input_shape: PartialShape) -> tuple[Arrays, Arrays]:
        """Make the vectors of all columns, one below the other, shape (codes of all columns, units)."""
        _require_columns(self, input_shape, len(self.counts))
        initializer: Any = self.embeddings_initializer
        return {"embeddings": np.asarray(initializer((sum(self.counts), self.units), dtype=self.dtype))}, {}

    def apply(self, params: Arrays, state: Arrays, inputs: Any, context: CallContext) -> tuple[Any, Arrays]:
        """Turn codes of shape (batch, columns) into vectors of shape (batch, columns * units)."""
        del state, context
        _require_columns(self, inputs.shape, len(self.counts))
        rows = inputs.astype(jnp.int32) + self._starts
        vectors = jnp.asarray(params["embeddings"]).at[rows].get(mode="clip")
        return vectors.reshape(inputs.shape[0], len(self.counts) * self.units), {}

    def output_dtype(self, input_dtypes: Sequence[str]) -> str:
        """Return the dtype of the vectors."""
        del input_dtypes
        return self.dtype

    def compute_output_shape(self, input_shape: PartialShape) -> PartialShape:
        """Return ``(batch, columns * units)``."""
        return (*input_shape[:-1], len(self.counts) * int(self.units))


def shown_levels(count: int) -> list[int]:
    """Return the levels of a column with ``count`` codes that have an indicator.

    Of two levels only the first has one: it says all.
    """
    return [1] if count == 3 else list(range(1, count))


def checked_counts(counts: Any) -> list[int]:
    """Return numbers of codes as integers.

    Raises:
        ConfigurationError: If one is below 2.
    """
    found = plain_integers(list(counts))
    if not found or not all(
        isinstance(count, int) and not isinstance(count, bool) and count >= 2 for count in found
    ):
        raise ConfigurationError(
            f"`counts` must hold for each column of codes an integer of at least 2; received: {counts!r:.200}."
        )
    return list(found)


def _require_columns(layer: Layer, shape: PartialShape, columns: int) -> None:
    if len(shape) != 2 or last_dimension(layer, shape) != columns:
        raise ShapeError(
            f"The layer {layer.name!r} takes codes of shape (batch, {columns}); received shape: {tuple(shape)}."
        )
