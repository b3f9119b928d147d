"""One batch of data."""

from __future__ import annotations

from typing import Any, NamedTuple

from ranvier.errors import DataError
from ranvier.training.data.trees import Tree, describe, leaves_of, paths


class Batch(NamedTuple):
    """Rows that are trained on, evaluated or predicted together.

    Args:
        x: Inputs, a tree of arrays of shape (rows, ...).
        y: Targets, a tree of arrays of shape (rows, ...), or None.
        sample_weight: Weights with the structure of ``y``, shape (rows,) or (rows, time), or None.
    """

    x: Tree
    y: Tree = None
    sample_weight: Tree = None

    @property
    def rows(self) -> int:
        """How many rows the batch has."""
        return next((int(leaf.shape[0]) for leaf in leaves_of(self.x) if leaf is not None), 0)


def unpacked(data: Any, received_from: str) -> tuple[Any, Any, Any]:
    """Take ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)`` apart, as Keras does.

    Args:
        data: A tuple or list of one to three parts, or the inputs alone.
        received_from: What the data come from, for the message.

    Returns:
        ``(x, y, sample_weight)``, with None for what is missing.

    Raises:
        DataError: If there are no parts or more than three.
    """
    if not isinstance(data, tuple | list):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise DataError(
            f"{received_from} must hold (x,), (x, y) or (x, y, sample_weight); received: {describe(data)}. "
            "Put several inputs or targets into a tuple or a dict of their own."
        )
    x, y, sample_weight = (*data, None, None)[:3]
    return x, y, sample_weight


def common_rows(x: Tree, y: Tree) -> int:
    """Return the number of rows that all inputs and targets have.

    Args:
        x: Inputs, a tree of arrays.
        y: Targets, a tree of arrays; None is a target that is left out.

    Raises:
        DataError: If an input is missing, the numbers differ, or there are no rows.
    """
    inputs = dict(zip(paths(x, "x"), leaves_of(x), strict=True))
    missing = [place for place, leaf in inputs.items() if leaf is None]
    if missing or not inputs:
        raise DataError(f"`{missing[0] if missing else 'x'}` must be data; received: nothing. Give an array.")
    targets = dict(zip(paths(y, "y"), leaves_of(y), strict=True))
    counts = {place: int(leaf.shape[0]) for place, leaf in {**inputs, **targets}.items() if leaf is not None}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"`{place}` {count}" for place, count in counts.items())
        raise DataError(
            f"All inputs and targets must have the same number of rows; received: {listed}. Take them from "
            "the same examples, in the same order."
        )
    rows = next(iter(counts.values()))
    if rows == 0:
        raise DataError(
            f"The data must have at least one row; received: `{next(iter(counts))}` with 0 rows. Look at the "
            "step that filtered or loaded it."
        )
    return rows
