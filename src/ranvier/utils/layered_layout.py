"""Boxes and arrows on a plane: every box below those it depends on, with few crossings.

Source of the method: K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of
Hierarchical System Structures" (1981): layers by longest path, order by barycentres, positions by
pulling each box towards its neighbours.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

_SWEEPS = 12


@dataclass(frozen=True)
class Placement:
    """Where everything lies; the first coordinate grows to the right, the second downwards.

    Attributes:
        centres: The centre of each box.
        routes: For each arrow, the points it passes, from the border of its first box to that of its last.
        width: The width of all.
        height: The height of all.
    """

    centres: list[tuple[float, float]]
    routes: list[list[tuple[float, float]]]
    width: float
    height: float


def place(
    sizes: Sequence[tuple[float, float]],
    arrows: Sequence[tuple[int, int]],
    gap_across: float = 24.0,
    gap_down: float = 30.0,
) -> Placement:
    """Lay out a directed graph without cycles.

    Args:
        sizes: Width and height of each box.
        arrows: Pairs of numbers of boxes, from and to.
        gap_across: The least space between boxes of one rank.
        gap_down: The space between ranks.

    Returns:
        The positions.
    """
    ranks = _ranks(len(sizes), arrows)
    chains, rank_of, width_of = _with_bends(sizes, arrows, ranks)
    count = max(ranks, default=0) + 1
    rows: list[list[int]] = [[] for _ in range(count)]
    for number, rank in enumerate(rank_of):
        rows[rank].append(number)
    above, below = _neighbours(len(rank_of), chains)
    _order(rows, above, below)
    across = _positions(rows, above, below, width_of, gap_across)
    heights = [max((sizes[n][1] for n in row if n < len(sizes)), default=0.0) for row in rows]
    tops = [sum(heights[:rank]) + gap_down * rank for rank in range(count)]
    middle = [top + height / 2 for top, height in zip(tops, heights, strict=True)]
    centres = [(across[number], middle[ranks[number]]) for number in range(len(sizes))]
    bands = list(zip(tops, heights, strict=True))
    entries = _entries(chains, across, width_of)
    routes = [
        _route(chain, entry, across, rank_of, sizes, centres, bands)
        for chain, entry in zip(chains, entries, strict=True)
    ]
    width = max(across[n] + width_of[n] / 2 for n in range(len(across)))
    return Placement(centres, routes, width, tops[-1] + heights[-1])


def _ranks(count: int, arrows: Sequence[tuple[int, int]]) -> list[int]:
    ranks = [0] * count
    for _ in range(count):
        changed = False
        for first, last in arrows:
            if ranks[last] < ranks[first] + 1:
                ranks[last], changed = ranks[first] + 1, True
        if not changed:
            break
    # A box that nothing leads to stands right above the first one that needs it.
    targets = {last for _, last in arrows}
    for number in range(count):
        needed = [ranks[last] for first, last in arrows if first == number]
        if number not in targets and needed:
            ranks[number] = min(needed) - 1
    return ranks


def _with_bends(
    sizes: Sequence[tuple[float, float]], arrows: Sequence[tuple[int, int]], ranks: Sequence[int]
) -> tuple[list[list[int]], list[int], list[float]]:
    """Put a bend into each rank that an arrow crosses, so that it keeps clear of the boxes there."""
    rank_of, width_of = list(ranks), [width for width, _ in sizes]
    chains = []
    for first, last in arrows:
        chain = [first]
        for rank in range(ranks[first] + 1, ranks[last]):
            chain.append(len(rank_of))
            rank_of.append(rank)
            width_of.append(8.0)
        chains.append([*chain, last])
    return chains, rank_of, width_of


def _neighbours(count: int, chains: Sequence[Sequence[int]]) -> tuple[list[list[int]], list[list[int]]]:
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for chain in chains:
        for first, last in itertools.pairwise(chain):
            below[first].append(last)
            above[last].append(first)
    return above, below


def _order(rows: list[list[int]], above: list[list[int]], below: list[list[int]]) -> None:
    """Sort each rank by the mean place of its neighbours, downwards and upwards in turn."""
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        neighbours = above if down else below
        for row in rows if down else reversed(rows):
            place_of = {number: place for each in rows for place, number in enumerate(each)}
            means = {
                number: sum(place_of[each] for each in neighbours[number]) / len(neighbours[number])
                if neighbours[number]
                else place_of[number]
                for number in row
            }
            row.sort(key=means.__getitem__)
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    rows[:] = best


def _crossings(rows: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> int:
    place_of = {number: place for row in rows for place, number in enumerate(row)}
    crossings = 0
    for row in rows:
        lines = [(place_of[first], place_of[last]) for first in row for last in below[first]]
        crossings += sum(
            (a[0] - b[0]) * (a[1] - b[1]) < 0 for index, a in enumerate(lines) for b in lines[:index]
        )
    return crossings


def _positions(
    rows: Sequence[Sequence[int]],
    above: Sequence[Sequence[int]],
    below: Sequence[Sequence[int]],
    width_of: Sequence[float],
    gap: float,
) -> list[float]:
    across = [0.0] * len(width_of)
    for row in rows:
        _spread(row, [0.0] * len(row), across, width_of, gap)
    for sweep in range(2 * _SWEEPS):
        neighbours = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [
                sum(across[each] for each in neighbours[number]) / len(neighbours[number])
                if neighbours[number]
                else across[number]
                for number in row
            ]
            _spread(row, wanted, across, width_of, gap)
    left = min(across[number] - width_of[number] / 2 for number in range(len(across)))
    return [position - left for position in across]


def _spread(
    row: Sequence[int], wanted: Sequence[float], across: list[float], width_of: Sequence[float], gap: float
) -> None:
    """Place a rank in its order, each box as near to where it wants to be as the others allow.

    Boxes that would overlap form a block, placed at the mean of what its members want: the least
    squares solution under the order (pool adjacent violators).
    """
    offsets = [0.0]
    for first, last in itertools.pairwise(row):
        offsets.append(offsets[-1] + (width_of[first] + width_of[last]) / 2 + gap)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        value, members = want - offset, 1
        while blocks and blocks[-1][0] > value:
            before, size = blocks.pop()
            value = (value * members + before * size) / (members + size)
            members += size
        blocks.append((value, members))
    values = [value for value, members in blocks for _ in range(members)]
    for number, value, offset in zip(row, values, offsets, strict=False):
        across[number] = value + offset


def _entries(
    chains: Sequence[Sequence[int]], across: Sequence[float], width_of: Sequence[float]
) -> list[float]:
    """Find where each arrow meets its last box: side by side, in the order they come from."""
    ending: dict[int, list[int]] = {}
    for index, chain in enumerate(chains):
        ending.setdefault(chain[-1], []).append(index)
    entries = [0.0] * len(chains)
    for last, arrows in ending.items():
        arrows.sort(key=lambda index: across[chains[index][-2]])
        step = min(28.0, 0.7 * width_of[last] / max(len(arrows) - 1, 1))
        for place_of, index in enumerate(arrows):
            entries[index] = across[last] + step * (place_of - (len(arrows) - 1) / 2)
    return entries


def _route(
    chain: Sequence[int],
    entry: float,
    across: Sequence[float],
    rank_of: Sequence[int],
    sizes: Sequence[tuple[float, float]],
    centres: Sequence[tuple[float, float]],
    bands: Sequence[tuple[float, float]],
) -> list[tuple[float, float]]:
    first, last = chain[0], chain[-1]
    points = [(centres[first][0], centres[first][1] + sizes[first][1] / 2)]
    for number in chain[1:-1]:
        top, height = bands[rank_of[number]]
        points += [(across[number], top), (across[number], top + height)]
    return [*points, (entry, centres[last][1] - sizes[last][1] / 2)]
