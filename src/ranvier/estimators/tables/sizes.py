"""How long and in which portions a table is learned, by the number of its rows alone."""

from __future__ import annotations

import math

BATCHES = ((1_024, 64), (8_192, 128), (30_000, 256), (100_000, 512))
"""The rows of a step up to a number of training rows; beyond the last 1,024."""

EPOCHS, LEAST_EPOCHS = 128, 16
"""The most passes of a member over its rows, half of the recipe's for a single network, and the fewest."""

VISITS, VISITED = 3 * 2**20, 8_192
"""How many rows all members and passes together see of a table with so many training rows."""

MEMBERS = ((20_000, 8), (50_000, 4), (100_000, 2))
"""How many members there are up to a number of rows; beyond the last, one."""

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


def epoch_count(count: int, members: int) -> int:
    """Return the passes of each member over its rows.

    All members together see ``VISITS`` rows of a table with ``VISITED`` training rows; of another the number grows
    with the power 0.7 of its rows, and beyond with the root: ten times as many rows take five, later three times as
    long. So a thousand rows take seconds and a million minutes. Several members of fewer passes predict better than
    one of many in the same time.

    Args:
        count: The training rows of a member.
        members: How many members there are.
    """
    ratio = count / VISITED
    visits = VISITS * (ratio**0.7 if ratio < 1.0 else math.sqrt(ratio))
    return min(EPOCHS, max(LEAST_EPOCHS, round(visits / (members * count))))


def member_count(count: int) -> int:
    """Return how many networks are trained and averaged.

    Args:
        count: All rows.
    """
    return next((members for most, members in MEMBERS if count <= most), 1)
