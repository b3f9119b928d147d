"""Which weights go: those of smallest magnitude, within each array or among all of them.

Source: S. Han, J. Pool, J. Tran, W. Dally, "Learning both Weights and Connections for Efficient
Neural Networks" (2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from ranvier.errors import DataError

HostArray: TypeAlias = "np.ndarray[Any, Any]"


def magnitude_mask(values: HostArray, sparsity: float) -> HostArray:
    """Mark the weights to keep.

    Args:
        values: Weights of any shape.
        sparsity: The fraction that goes, in [0, 1].

    Returns:
        float32 of the same shape, 0 for the ``round(sparsity * values.size)`` smallest magnitudes; of
        equal ones the first go.

    Raises:
        DataError: If a weight is not finite.
    """
    if not np.isfinite(values).all():
        raise DataError(
            "Weights to prune must be finite, since magnitudes are compared; received: NaN or infinite "
            "weights. Load weights from before the training went wrong."
        )
    mask = np.ones(values.size, np.float32)
    order = np.argsort(np.abs(values.astype(np.float32)), axis=None, kind="stable")
    mask[order[: round(sparsity * values.size)]] = 0.0
    return mask.reshape(values.shape)


def magnitude_masks(arrays: Sequence[HostArray], sparsities: Sequence[float]) -> list[HostArray]:
    """Mark the weights to keep in each array by itself; see :func:`magnitude_mask`."""
    return [magnitude_mask(values, fraction) for values, fraction in zip(arrays, sparsities, strict=True)]


def global_magnitude_masks(arrays: Sequence[HostArray], sparsity: float) -> list[HostArray]:
    """Mark the weights to keep when all arrays are compared as one; see :func:`magnitude_mask`."""
    joined = np.concatenate([values.astype(np.float32).ravel() for values in arrays])
    ends = np.cumsum([values.size for values in arrays])[:-1]
    parts = np.split(magnitude_mask(joined, sparsity), ends)
    return [part.reshape(values.shape) for part, values in zip(parts, arrays, strict=True)]
