"""How long and in which portions a table is learned, by the number of its rows alone."""

from __future__ import annotations

import math

BATCHES = ((1_024, 64), (8_192, 128), (30_000, 256), (100_000, 512))
"""The rows of a step up to a number of training rows; beyond the last 1,024."""

EPOCHS = 256
"""The passes over a table of few rows."""

MOST_VISITS = 2**21
"""How many rows a training on few rows sees at most, all passes together."""

LEAST_EPOCHS = 16

VALIDATION_SHARE = 0.2
MOST_VALIDATED = 20_000
"""The largest number of rows that are set aside to choose the best epoch."""

LEAST_VALIDATED = 10
"""The number of rows below which nothing is set aside."""


def batch_rows(count: int) -> int:
    """Return the rows of a step: the published rule, but all rows where they are fewer.

    Args:
        count: The training rows.
    """
    return min(count, next((size for most, size in BATCHES if count <= most), 1_024))


def epoch_count(count: int) -> int:
    """Return the passes over the rows.

    They are 256 while that makes at most 2,097,152 rows in all. Beyond, the number of rows seen grows with the root
    of the number of rows: ten times as many rows take about three times as long.

    Args:
        count: The training rows.
    """
    few = MOST_VISITS // EPOCHS
    if count <= few:
        return EPOCHS
    return max(LEAST_EPOCHS, round(EPOCHS * math.sqrt(few / count)))


def member_count(count: int) -> int:
    """Return how many networks are trained and averaged.

    Args:
        count: All rows.
    """
    return next((members for most, members in MEMBERS if count <= most), 1)


MEMBERS = ((2_000, 8), (5_000, 4), (20_000, 2))
"""How many members there are up to a number of rows; beyond the last, one."""
