"""Sequences of different lengths as one array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, DataTypeError, ShapeError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIDES = ("pre", "post")


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray[Any, Any]:
    """Bring sequences to one length by padding the short and cutting the long.

    Args:
        sequences: Sequences of numbers (or of equally shaped entries), one per sample.
        maxlen: The length; that of the longest sequence when None.
        dtype: Type of the result; ``object`` for strings of different lengths.
        padding: ``"pre"`` to pad in front, ``"post"`` to pad behind.
        truncating: ``"pre"`` to cut from the front, ``"post"`` to cut from the end.
        value: What to pad with.

    Returns:
        An array of shape (samples, maxlen) followed by the shape of one entry.

    Raises:
        DataTypeError: If ``sequences`` is not a list of sequences.
        ShapeError: If the entries of two sequences differ in shape.
        ConfigurationError: If an argument has a value that cannot be used.

    Example:
        >>> pad_sequences([[1], [2, 3, 4]])
        array([[0, 0, 1],
               [2, 3, 4]], dtype=int32)
    """
    for argument, side in (("padding", padding), ("truncating", truncating)):
        if side not in _SIDES:
            raise unknown_name(f"`{argument}`", side, _SIDES)
    if maxlen is not None and (isinstance(maxlen, bool) or int(maxlen) != maxlen or maxlen < 1):
        raise ConfigurationError(f"`maxlen` must be a positive integer or None; received: {maxlen!r}.")
    _check_value(value, np.dtype(dtype))
    lengths = _lengths(sequences)
    width = int(maxlen) if maxlen is not None else max(lengths, default=0)
    entry_shape = next((np.shape(s)[1:] for s, length in zip(sequences, lengths, strict=True) if length), ())
    padded = np.full((len(lengths), width, *entry_shape), value, dtype=dtype)
    for row, sequence in enumerate(sequences):
        if not lengths[row]:
            continue
        kept = np.asarray(sequence[-width:] if truncating == "pre" else sequence[:width], dtype=dtype)
        if kept.shape[1:] != entry_shape:
            raise ShapeError(
                f"`pad_sequences` expects entries of one shape, here {entry_shape} as in the first sequence; "
                f"received: shape {kept.shape[1:]} in the sequence at position {row}."
            )
        if padding == "post":
            padded[row, : len(kept)] = kept
        else:
            padded[row, width - len(kept) :] = kept
    return padded


def _lengths(sequences: Sequence[Any]) -> list[int]:
    if not hasattr(sequences, "__len__"):
        raise DataTypeError(
            f"`pad_sequences` expects a list of sequences; received: {type(sequences).__name__}."
        )
    lengths = []
    for position, sequence in enumerate(sequences):
        if not hasattr(sequence, "__len__"):
            raise DataTypeError(
                "`pad_sequences` expects a list of sequences; "
                f"received: {sequence!r} at position {position}, which is not one."
            )
        lengths.append(len(sequence))
    return lengths


def _check_value(value: Any, dtype: np.dtype[Any]) -> None:
    if isinstance(value, str) and dtype.kind not in "OUS":
        raise ConfigurationError(
            f"A `value` of text needs `dtype=object`; received: value={value!r} with dtype {dtype}."
        )
