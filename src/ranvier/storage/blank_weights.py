"""First values that take neither time nor memory, for weights that a file is about to fill."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ranvier.errors import FileFormatError
from ranvier.layers.base import Layer
from ranvier.storage.tensor_format import Entry

_SUFFIX = "_initializer"
_SLACK = 2**20


class BlankWeights:
    """Gives layers initializers that return zeros of no size in memory, and counts what they ask for.

    A configuration that asks for far more numbers than the file holds is refused before anything is
    made of it. Random numbers are not drawn, so loading a model leaves the seeds that follow alone.

    Args:
        path: The file, for the message.
        entries: What its header says of each array.
    """

    def __init__(self, path: str, entries: Mapping[str, Entry]) -> None:
        self.path = path
        self.entries = entries
        self.allowed = 2 * sum(entry.size for entry in entries.values()) + _SLACK
        self._replaced: list[tuple[Layer, str, Any]] = []

    def prepare(self, layer: Layer) -> None:
        """Replace the initializers that a layer, or one inside it, keeps as attributes."""
        remaining = [layer]
        while remaining:
            current = remaining.pop()
            remaining.extend(inner for inner in current.sublayers() if not inner.built)
            for name, value in list(vars(current).items()):
                if name.endswith(_SUFFIX) and callable(value) and not isinstance(value, _Blank):
                    self._replaced.append((current, name, value))
                    setattr(current, name, _Blank(self, current, name.removesuffix(_SUFFIX)))

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Put the initializers back when the block ends."""
        try:
            yield
        finally:
            for layer, name, value in reversed(self._replaced):
                setattr(layer, name, value)

    def take(self, layer: Layer, weight: str, shape: tuple[int, ...]) -> None:
        """Count a weight.

        Raises:
            FileFormatError: If the file cannot hold so many numbers.
        """
        self.allowed -= math.prod(shape)
        if self.allowed >= 0:
            return
        stored = [entry.shape for name, entry in self.entries.items() if name.endswith(f"/{weight}")]
        raise FileFormatError(
            f"The configuration in {self.path!r} does not fit its arrays: the {weight} of the layer {layer.name!r} "
            f"would have shape {shape}, and the file holds {weight}s of the shapes {stored[:8]}."
        )


class _Blank:
    def __init__(self, owner: BlankWeights, layer: Layer, weight: str) -> None:
        self._owner, self._layer, self._weight = owner, layer, weight

    def __call__(self, shape: Any, dtype: Any = None, **_: Any) -> np.ndarray[Any, Any]:
        wanted = tuple(int(size) for size in shape)
        self._owner.take(self._layer, self._weight, wanted)
        return np.broadcast_to(np.zeros((), np.dtype(dtype or np.float32)), wanted)
