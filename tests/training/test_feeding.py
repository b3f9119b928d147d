"""Windows of batches: what is done ahead changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier.training.data import BatchPlan, Table
from ranvier.training.data.source import training_source
from ranvier.training.feeding import ResidentFeeder


def feeder(*, exact: bool, steps: int | None = None) -> ResidentFeeder:
    rows = np.arange(20, dtype=np.float32).reshape(10, 2)
    table, _ = training_source(rows, rows[:, 0])
    assert isinstance(table, Table)
    plan = BatchPlan(10, 4, shuffle=True, seed=3, steps_per_epoch=steps)
    return ResidentFeeder(table, ["output"], plan, exact=exact)


@pytest.mark.parametrize("exact", [False, True])
def test_looking_ahead_changes_no_order(exact: bool) -> None:
    plain, ahead = feeder(exact=exact), feeder(exact=exact)
    for epoch in range(3):
        ahead.look_ahead(epoch + 1)
        for one, other in zip(plain.windows(epoch), ahead.windows(epoch), strict=True):
            assert (one.layout, one.rows) == (other.layout, other.rows)
            np.testing.assert_array_equal(one.order[: one.rows], other.order[: one.rows])


def test_another_seed_forgets_what_was_done_ahead() -> None:
    plain, ahead = feeder(exact=False), feeder(exact=False)
    ahead.look_ahead(0)
    for each in (plain, ahead):
        each.replay(99, range(0))
    np.testing.assert_array_equal(next(plain.windows(0)).order, next(ahead.windows(0)).order)


def test_a_pass_that_runs_out_warns_in_its_own_time(recwarn) -> None:
    short = feeder(exact=False, steps=2)
    short.look_ahead(1)
    assert not recwarn
    with pytest.warns(UserWarning, match="ran out"):
        list(short.windows(1))
