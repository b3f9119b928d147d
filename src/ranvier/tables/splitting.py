"""The division of rows into those to train on and those to test on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ranvier.errors import DataError

LEAST_ROWS = 10
"""Fewer rows are not enough to train, choose and test."""


class Split(NamedTuple):
    """Positions of rows, ascending where they were drawn by chance, in order of time where by time.

    Attributes:
        training: The rows to train on.
        test: The rows to test on.
    """

    training: np.ndarray[Any, Any]
    test: np.ndarray[Any, Any]


def split_by_chance(
    rows: int, fraction: float, seed: int, classes: np.ndarray[Any, Any] | None = None
) -> Split:
    """Draw test rows; from each class its share, where there are classes.

    Args:
        rows: How many rows there are.
        fraction: Fraction of them to test on.
        seed: The seed of the draw.
        classes: The class of each row, shape (rows,); None where numbers are predicted.

    Returns:
        The division; neither side is empty, and a class with one row is trained on.

    Raises:
        DataError: If there are fewer than ten rows.
    """
    if rows < LEAST_ROWS:
        raise DataError(
            f"Training, choosing and testing need at least {LEAST_ROWS} rows with a target; received {rows}."
        )
    generator = np.random.default_rng(seed)
    order = generator.permutation(rows)
    wanted = min(max(round(rows * fraction), 1), rows - 1)
    codes = None if classes is None else np.unique(classes, return_inverse=True)[1]
    test = order[:wanted] if codes is None else _stratified(order, codes, wanted)
    chosen = np.zeros(rows, bool)
    chosen[test] = True
    return Split(np.flatnonzero(~chosen), np.flatnonzero(chosen))


def _stratified(
    order: np.ndarray[Any, Any], codes: np.ndarray[Any, Any], wanted: int
) -> np.ndarray[Any, Any]:
    """Take from each class its share, rounded so that the shares add up."""
    counts = np.bincount(codes)
    exact = counts * (wanted / len(codes))
    shares = np.minimum(np.floor(exact).astype(np.int64), counts - 1)
    room = counts - 1 - shares
    for place in np.argsort(-(exact - np.floor(exact)), kind="stable"):
        if shares.sum() >= wanted:
            break
        if room[place] > 0:
            shares[place] += 1
    shuffled = codes[order]
    return np.concatenate([order[shuffled == code][:share] for code, share in enumerate(shares)])


def split_by_time(times: np.ndarray[Any, Any], fraction: float, name: str) -> Split:
    """Test on the latest rows; no moment is on both sides.

    Args:
        times: The moment of each row, anything with an order, shape (rows,).
        fraction: Fraction of the rows to test on, about.
        name: The column, for messages.

    Returns:
        The division, each side in order of time.

    Raises:
        DataError: If there are fewer than ten rows, or all of one moment.
    """
    rows = len(times)
    if rows < LEAST_ROWS:
        raise DataError(
            f"Training, choosing and testing need at least {LEAST_ROWS} rows with a target; received {rows}."
        )
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    border = min(max(rows - round(rows * fraction), 1), rows - 1)
    starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    if not len(starts):
        raise DataError(f"All rows have the same {name!r}, so it gives no order to divide them by.")
    border = int(starts[np.abs(starts - border).argmin()])
    return Split(order[:border], order[border:])
