from __future__ import annotations

import pytest

from ranvier.errors import ConfigurationError
from ranvier.training.callbacks.save_frequency import SaveFrequency


def test_batches_are_counted_across_epochs() -> None:
    frequency = SaveFrequency(3)
    due = [(epoch, batch) for epoch in range(3) for batch in range(4) if frequency.is_due(batch)]
    assert due == [(0, 2), (1, 1), (2, 0), (2, 3)]


def test_several_batches_may_have_run() -> None:
    frequency = SaveFrequency(4)
    due = [(epoch, batch) for epoch in range(2) for batch in (2, 5) if frequency.is_due(batch)]
    assert due == [(0, 5), (1, 5)]


def test_an_epoch_of_one_batch_counts() -> None:
    frequency = SaveFrequency(2)
    assert [frequency.is_due(0) for _ in range(4)] == [False, True, False, True]


def test_by_epoch_no_batch_is_due() -> None:
    frequency = SaveFrequency("epoch")
    assert frequency.by_epoch
    assert not frequency.is_due(0)


@pytest.mark.parametrize("wrong", [0, -1, True, False, 1.5, "batch", None])
def test_anything_else_is_refused(wrong) -> None:
    with pytest.raises(ConfigurationError, match="`save_freq` must be 'epoch' or a positive number"):
        SaveFrequency(wrong)
