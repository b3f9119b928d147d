"""What a user's layer demands of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ranvier.errors import ShapeError
from ranvier.types import PartialShape


@dataclass(frozen=True)
class InputSpec:
    """Demands on the shape of an input; a layer that keeps one as ``input_spec`` has it checked.

    Args:
        dtype: The dtype expected; for the reader, since inputs are cast.
        shape: The whole shape, ``None`` for any size.
        ndim: The number of axes.
        max_ndim: The largest number of axes.
        min_ndim: The smallest number of axes.
        axes: Sizes by axis.
        allow_last_axis_squeeze: Whether a last axis of size 1 may be missing.
        name: The name of the input, where inputs come as a dict.
        optional: Whether the input may be None.
    """

    dtype: str | None = None
    shape: Sequence[int | None] | None = None
    ndim: int | None = None
    max_ndim: int | None = None
    min_ndim: int | None = None
    axes: Mapping[int, int | None] | None = None
    allow_last_axis_squeeze: bool = False
    name: str | None = None
    optional: bool = False

    def check(self, shape: PartialShape, layer_name: str) -> None:
        """Refuse a shape that does not fit.

        Args:
            shape: The shape of the input, ``None`` where unknown.
            layer_name: The layer's name, for the message.

        Raises:
            ShapeError: Saying what was demanded.
        """
        ndim = len(shape) if self.shape is None else len(self.shape)
        demands = [
            (f"{self.ndim} axes", self.ndim is None or len(shape) == self.ndim),
            (f"at most {self.max_ndim} axes", self.max_ndim is None or len(shape) <= self.max_ndim),
            (f"at least {self.min_ndim} axes", self.min_ndim is None or len(shape) >= self.min_ndim),
            (f"shape {self._shown()}", self.shape is None or self._fits(shape, ndim)),
        ]
        for axis, size in (self.axes or {}).items():
            inside = -len(shape) <= axis < len(shape)
            fits = size is None or (inside and shape[axis] in (size, None))
            demands.append((f"size {size} along axis {axis}", fits))
        for demand, met in demands:
            if not met:
                raise ShapeError(
                    f"The layer {layer_name!r} needs inputs with {demand}; received shape: {tuple(shape)}."
                )

    def _shown(self) -> tuple[int | None, ...]:
        return tuple(self.shape or ())

    def _fits(self, shape: PartialShape, ndim: int) -> bool:
        wanted = self._shown()
        if self.allow_last_axis_squeeze and wanted and wanted[-1] == 1 and len(shape) == ndim - 1:
            wanted = wanted[:-1]
        return len(shape) == len(wanted) and all(
            size is None or given is None or size == given for size, given in zip(wanted, shape, strict=True)
        )
