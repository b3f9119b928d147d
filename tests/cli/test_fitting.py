from __future__ import annotations

from ranvier.cli import fitting
from ranvier.report import TrainingSettings


def test_best_weights_of_a_full_training_are_named() -> None:
    chosen = TrainingSettings(9, 32, "adam", 0.001, None, 0.1)
    words = fitting._ending(9, 6, chosen, stopped=False)
    assert words == "\nThe weights of epoch 6, whose validation loss is the lowest, are kept."
    assert fitting._ending(9, 9, chosen, stopped=False) == ""
    assert fitting._ending(0, None, chosen, stopped=False) == ""
