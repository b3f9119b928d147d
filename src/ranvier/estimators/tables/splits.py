"""Which rows each member of an ensemble sets aside to choose its epoch."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from ranvier.estimators.tables.sizes import LEAST_VALIDATED, MOST_VALIDATED

HostArray: TypeAlias = "np.ndarray[Any, Any]"

LEAST_FOLDS = 5
"""A member sets aside a fifth of the rows, or less where there are more members."""


def validation_rows(
    rows: int, labels: HostArray | None, members: int, fraction: float, generator: np.random.Generator
) -> list[HostArray]:
    """Choose the rows that each member sets aside.

    Members set aside different rows while there are others; labels are spread evenly. The only row of a label is
    never set aside.

    Args:
        rows: How many rows there are.
        labels: Their labels, or None for numbers.
        members: How many members there are.
        fraction: The share of the rows that a member sets aside; 0 for none.
        generator: What is drawn from.

    Returns:
        The row numbers of each member, in order; empty where there are too few rows.
    """
    count = min(round(rows * fraction), MOST_VALIDATED)
    if rows < LEAST_VALIDATED or count < 1:
        return [np.zeros(0, np.int64)] * members
    chosen: list[HostArray] = []
    while len(chosen) < members:
        line = _spread(rows, labels, generator)
        count = min(count, len(line))
        parts = (
            [line[start : start + count] for start in range(0, len(line) - count + 1, count)] if count else []
        )
        chosen.extend(np.sort(part) for part in parts or [line])
    return chosen[:members]


def default_fraction(members: int) -> float:
    """Return the share of the rows that a member sets aside."""
    return 1.0 / max(LEAST_FOLDS, members)


def _spread(rows: int, labels: HostArray | None, generator: np.random.Generator) -> HostArray:
    """Put the rows in a random line, of which each piece has about the same share of each label."""
    order = generator.permutation(rows)
    if labels is None:
        return order
    counts = np.bincount(labels)
    place = np.empty(rows)
    for label in np.flatnonzero(counts):
        members = order[labels[order] == label]
        place[members] = (np.arange(len(members)) + generator.random()) / len(members)
    line = np.argsort(place, kind="stable")
    return line[counts[labels[line]] > 1]
