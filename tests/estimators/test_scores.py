from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, r2_score

from ranvier.estimators.scores import RowAccuracy, SquaredResiduals, r2_from_residuals

RANDOM = np.random.RandomState(0)
WEIGHTS = RANDOM.uniform(0, 2, 30).astype(np.float32)
OUTPUTS = RANDOM.uniform(0, 1, (30, 3)).astype(np.float32)
LABELS = RANDOM.randint(0, 3, 30).astype(np.int32)
SETS = RANDOM.randint(0, 2, (30, 3)).astype(np.float32)


@pytest.mark.parametrize(
    ("decisions", "targets", "expected"),
    [
        ("largest", LABELS, accuracy_score(LABELS, OUTPUTS.argmax(1), sample_weight=WEIGHTS)),
        ("largest", np.eye(3, dtype=np.float32)[LABELS],
         accuracy_score(LABELS, OUTPUTS.argmax(1), sample_weight=WEIGHTS)),
        ("each", SETS, accuracy_score(SETS, OUTPUTS > 0.5, sample_weight=WEIGHTS)),
    ],
)  # fmt: skip
def test_accuracy(decisions: str, targets: Any, expected: float) -> None:
    metric = RowAccuracy(decisions)
    metric.update_state(targets, OUTPUTS, WEIGHTS)
    assert float(metric.result()) == pytest.approx(expected, rel=1e-5)
    assert metric.finish(metric.init()) == 0.0


def test_r2() -> None:
    metric = SquaredResiduals(3)
    metric.update_state(SETS, OUTPUTS, WEIGHTS)
    found = r2_from_residuals(metric.result(), SETS, WEIGHTS)
    assert found == pytest.approx(r2_score(SETS, OUTPUTS, sample_weight=WEIGHTS), rel=1e-4)
    constant = np.ones((30, 2), np.float32)
    assert r2_from_residuals(np.array([0.0, 1.0]), constant, WEIGHTS) == 0.5
