"""What a bar over epochs remembers."""

from ranvier.estimators.epoch_counter import EpochCounter


def test_another_counter_goes_on_where_one_was() -> None:
    first, second = EpochCounter(), EpochCounter()
    for epoch in range(3):
        first.on_epoch_end(epoch, {"loss": 1.0})
    second.set_state(first.get_state())
    second.on_epoch_end(3)
    assert (first.done, second.done) == (3, 4)
    assert not second.reads_weights
