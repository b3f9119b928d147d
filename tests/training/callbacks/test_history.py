from __future__ import annotations

from ranvier.callbacks import History
from tests.training.callbacks.stand_ins import run, walk


def test_the_record_is_keras(keras_callbacks) -> None:
    epochs = [*walk(0, 3), {"loss": 2.0}]
    ours, theirs = History(), keras_callbacks.History()
    model = run([ours], epochs)
    run([theirs], epochs)
    assert ours.history == theirs.history
    assert ours.epoch == theirs.epoch == [0, 1, 2, 3]
    assert model.history is ours
    run([ours], epochs[:1])
    run([theirs], epochs[:1])
    assert ours.history == theirs.history
    assert ours.epoch == theirs.epoch == [0]
