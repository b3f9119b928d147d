from __future__ import annotations

import itertools

import numpy as np
import pytest

from ranvier.utils.layered_layout import place

SIZE = (40.0, 20.0)


def test_a_chain_is_straight() -> None:
    laid = place([SIZE] * 3, [(0, 1), (1, 2)], gap_down=30)
    assert laid.centres == [(20, 10), (20, 60), (20, 110)]
    assert laid.routes == [[(20, 20), (20, 50)], [(20, 70), (20, 100)]]
    assert (laid.width, laid.height) == (40, 120)


def test_a_fork_is_symmetric() -> None:
    laid = place([SIZE] * 4, [(0, 1), (0, 2), (1, 3), (2, 3)])
    across = [x for x, _ in laid.centres]
    assert across[0] == across[3] == pytest.approx((across[1] + across[2]) / 2)
    ends = sorted(route[-1][0] for route in laid.routes[2:])
    assert ends[0] < across[3] < ends[1]


def test_two_chains_do_not_cross() -> None:
    laid = place([SIZE] * 4, [(0, 3), (1, 2)])
    assert (laid.centres[0][0] - laid.centres[1][0]) * (laid.centres[3][0] - laid.centres[2][0]) > 0


@pytest.mark.parametrize("seed", range(5))
def test_boxes_do_not_overlap_and_arrows_go_down(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = 14
    arrows = [(a, b) for a, b in itertools.combinations(range(count), 2) if random.random() < 0.2]
    sizes = [(float(random.integers(20, 90)), float(random.integers(10, 60))) for _ in range(count)]
    laid = place(sizes, arrows)
    for first, last in arrows:
        assert laid.centres[first][1] < laid.centres[last][1]
    for one, other in itertools.combinations(range(count), 2):
        apart = [
            abs(laid.centres[one][axis] - laid.centres[other][axis])
            >= (sizes[one][axis] + sizes[other][axis]) / 2 - 1e-6
            for axis in (0, 1)
        ]
        assert any(apart)
    for (x, y), (width, height) in zip(laid.centres, sizes, strict=True):
        assert width / 2 - 1e-6 <= x <= laid.width - width / 2 + 1e-6
        assert height / 2 - 1e-6 <= y <= laid.height - height / 2 + 1e-6


def test_bends_keep_clear_of_boxes() -> None:
    laid = place([SIZE] * 3, [(0, 1), (1, 2), (0, 2)])
    bend = laid.routes[2][1]
    assert abs(bend[0] - laid.centres[1][0]) > SIZE[0] / 2
