"""``tf.TensorShape``."""

from __future__ import annotations

import math
from collections.abc import Iterable


class TensorShape(tuple[int | None, ...]):
    """The sizes of axes, None where not known: a tuple with TensorFlow's methods."""

    __slots__ = ()

    def __new__(cls, dims: Iterable[int | None]) -> TensorShape:
        """Take the sizes from any sequence."""
        return super().__new__(cls, (None if size is None else int(size) for size in dims))

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self)

    @property
    def ndims(self) -> int:
        """The number of axes."""
        return len(self)

    def as_list(self) -> list[int | None]:
        """Return the sizes as a list."""
        return list(self)

    def is_fully_defined(self) -> bool:
        """Tell whether all sizes are known."""
        return None not in self

    def num_elements(self) -> int | None:
        """Return the number of entries, None if a size is not known."""
        known = [size for size in self if size is not None]
        return math.prod(known) if len(known) == len(self) else None
