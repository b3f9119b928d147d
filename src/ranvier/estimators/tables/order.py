"""An order of the rows that does not depend on how they came."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from ranvier.estimators.tables.encoding import Encoded

HostArray: TypeAlias = "np.ndarray[Any, Any]"

MOST_ORDERED = 2**20
"""The number of numbers up to which rows are brought in order."""


def canonical_order(encoded: Encoded, targets: HostArray, weights: HostArray) -> HostArray | None:
    """Return the numbers of the rows sorted by what they hold, or None where they are too many to sort.

    So a table learned twice gives the same bits, however its rows are shuffled.

    Args:
        encoded: The rows.
        targets: Their targets, shape (rows, ...).
        weights: What each counts.
    """
    columns = [array[:, index] for array in encoded.parts().values() for index in range(array.shape[1])]
    columns += [*targets.reshape(len(targets), -1).T, weights]
    if len(columns) * encoded.rows > MOST_ORDERED:
        return None
    return np.lexsort(columns[::-1])
