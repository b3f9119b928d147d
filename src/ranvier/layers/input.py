"""Where a network begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, ShapeError, UnsupportedError
from ranvier.layers.base import Layer
from ranvier.symbolic import Node, SymbolicTensor
from ranvier.types import Arrays, Configuration, PartialShape, StructureKey

INPUT_DTYPES = (
    *("float32", "float16", "bfloat16", "float64"),
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"),
)


class InputLayer(Layer):
    """A placeholder for data, with the shape of one example.

    Args:
        shape: Shape of one example, without the batch; ``None`` for an unknown dimension.
        batch_size: The number of rows, where it is fixed.
        dtype: The dtype in which the data enter the network.
        batch_shape: ``shape`` with the batch size in front.
        name: The name; data given as a dict are matched by it.
        sparse: Must be False: SciPy's sparse matrices can be given to any input.
        ragged: Must be False.
        optional: Must be False.

    Raises:
        ConfigurationError: If no shape, or two, are given, or the dtype is unknown.
        UnsupportedError: For an input of a kind that is not offered.
        ShapeError: If a dimension is no positive integer.
    """

    keeps_dtype = True

    def __init__(
        self,
        shape: Sequence[int | None] | int | None = None,
        batch_size: int | None = None,
        dtype: str | None = None,
        batch_shape: Sequence[int | None] | None = None,
        name: str | None = None,
        sparse: bool | None = False,
        ragged: bool | None = False,
        optional: bool | None = False,
        **kwargs: Any,
    ) -> None:
        _refuse_kinds(sparse=sparse, ragged=ragged, optional=optional)
        declared = kwargs.pop("input_shape", None)
        shape = declared if shape is None else shape
        super().__init__(name=name, **kwargs)
        if (shape is None) == (batch_shape is None):
            raise ConfigurationError(
                "`Input` takes the shape of one example, for example `Input(shape=(64,))`, or `batch_shape`; "
                f"received: shape={shape}, batch_shape={batch_shape}."
            )
        if batch_shape is None:
            batch_shape = (batch_size, *((shape,) if isinstance(shape, int | np.integer) else shape or ()))
        self.batch_shape = _checked_shape(batch_shape)
        self.input_dtype = str(getattr(dtype, "name", dtype or "float32"))
        if self.input_dtype not in INPUT_DTYPES:
            raise ConfigurationError(
                f"`dtype` must be one of {', '.join(INPUT_DTYPES)}; received: {dtype!r}."
            )
        self.tensor = SymbolicTensor(self.batch_shape, self.input_dtype, name=self.name)
        self._nodes.append(Node(self, (), {}, self.tensor))
        self.built = True

    def init(self, input_shape: Any) -> tuple[Arrays, Arrays]:
        """An input has no weights."""
        del input_shape
        return {}, {}

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Return the inputs as they are."""
        del training, mask
        return inputs

    def structure(self) -> StructureKey:
        """The shape of one example and the dtype."""
        return (InputLayer, self.batch_shape[1:], self.input_dtype)

    def get_config(self) -> Configuration:
        """Return the keyword arguments that build an equal input."""
        return {"batch_shape": list(self.batch_shape), "dtype": self.input_dtype, "name": self.name}

    @property
    def input(self) -> Any:
        """The symbolic tensor itself."""
        return self.tensor


_KINDS = {
    "sparse": "SciPy's sparse matrices can be given to any input.",
    "ragged": "Fill up sequences with `ranvier.utils.pad_sequences`.",
    "optional": "Build one model for each set of inputs, from the same layers.",
}


def _refuse_kinds(**kinds: bool | None) -> None:
    for name, asked in kinds.items():
        if asked:
            raise UnsupportedError(f"`Input` does not offer {name}=True. {_KINDS[name]}")


def _checked_shape(shape: Sequence[int | None]) -> PartialShape:
    for size in shape:
        whole = isinstance(size, int | np.integer) and not isinstance(size, bool)
        if size is not None and (not whole or size < 0):
            raise ShapeError(f"A shape consists of positive integers and None; received: {tuple(shape)}.")
    return tuple(None if size is None else int(size) for size in shape)


def Input(  # noqa: N802 - Keras' name
    shape: Sequence[int | None] | int | None = None,
    batch_size: int | None = None,
    dtype: str | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    sparse: bool | None = False,
    ragged: bool | None = False,
    optional: bool | None = False,
) -> SymbolicTensor:
    """Begin a functional network: return the symbolic tensor of an :class:`InputLayer`.

    Args:
        shape: Shape of one example, without the batch.
        batch_size: The number of rows, where it is fixed.
        dtype: The dtype in which the data enter the network.
        batch_shape: ``shape`` with the batch size in front.
        name: The name of the input.
        sparse: Must be False: SciPy's sparse matrices can be given to any input.
        ragged: Must be False.
        optional: Must be False.

    Raises:
        UnsupportedError: For an input of a kind that is not offered.
    """
    return InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        batch_shape=batch_shape,
        name=name,
        sparse=sparse,
        ragged=ragged,
        optional=optional,
    ).tensor
