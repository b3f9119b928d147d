from __future__ import annotations

from ranvier.estimators.record import Record


def test_training_loss_decides() -> None:
    record = Record(False, 0.1, 2, saturates=False)
    best = [record.add(loss, None) for loss in (1.0, 0.8, 0.75, 0.76, 0.74)]
    assert best == [True, True, True, False, True]
    assert record.stalled == 3
    assert record.exhausted
    assert record.best_loss == 0.74


def test_scores_decide_and_losses_break_ties() -> None:
    record = Record(True, 0.01, 1, saturates=False)
    best = [record.add(1.0, validation) for validation in ((0.5, 0.9), (0.6, 0.9), (0.4, 0.9), (0.1, 0.8))]
    assert best == [True, False, True, False]
    assert record.stalled == 3
    assert record.best_score == 0.9
    assert record.validation_loss_curve == [0.5, 0.6, 0.4, 0.1]


def test_a_falling_loss_counts_where_the_score_stands_still() -> None:
    record = Record(True, 0.01, 1, saturates=True)
    for loss in (0.5, 0.4, 0.399, 0.3):
        record.add(1.0, (loss, 1.0))
    assert record.stalled == 0
    record.add(1.0, (0.35, 1.0))
    assert record.stalled == 1
