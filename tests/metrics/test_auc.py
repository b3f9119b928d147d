from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from ranvier import metrics
from ranvier.errors import ConfigurationError, ShapeError, UnknownNameError

RANDOM = np.random.default_rng(0)


def test_by_hand() -> None:
    assert metrics.AUC(num_thresholds=3)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]) == 0.75
    assert metrics.AUC(num_thresholds=3)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9], sample_weight=[1, 0, 0, 1]) == 1.0


@pytest.mark.parametrize("multi_label", [False, True])
def test_against_sklearn(multi_label: bool) -> None:
    targets = RANDOM.integers(0, 2, (80, 2))
    scores = RANDOM.integers(0, 200, (80, 2)) / 199 + 0.001  # apart from the thresholds
    weights = RANDOM.random(80)
    metric = metrics.AUC(multi_label=multi_label)
    for part in np.array_split(np.arange(80), 2):
        metric.update_state(targets[part], scores[part], weights[part])
    if multi_label:
        expected = roc_auc_score(targets, scores, sample_weight=weights)
    else:
        expected = roc_auc_score(targets.ravel(), scores.ravel(), sample_weight=np.repeat(weights, 2))
    assert metric.result() == pytest.approx(expected, rel=1e-5)


def test_logits() -> None:
    logits = RANDOM.normal(size=20).astype(np.float32)
    targets = RANDOM.integers(0, 2, 20)
    probabilities = 1 / (1 + np.exp(-logits))
    assert metrics.AUC(from_logits=True)(targets, logits) == metrics.AUC()(targets, probabilities)


def test_names_as_keras_spells_them() -> None:
    assert metrics.AUC(curve="pr", summation_method="Majoring").curve == "PR"
    with pytest.raises(UnknownNameError, match=r"Unknown AUC curve; received: 'PRC'\. Did you mean 'PR'"):
        metrics.AUC(curve="PRC")
    with pytest.raises(UnknownNameError, match="'majoring'"):
        metrics.AUC(summation_method="major")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"num_thresholds": 1}, "`num_thresholds` must be an integer from 2"),
        ({"thresholds": [0.5, 1.5]}, "`thresholds` must be"),
        ({"num_labels": 2}, "belongs to `multi_label=True`"),
        ({"multi_label": True, "num_labels": 0}, "`num_labels`"),
        ({"label_weights": [[1.0]]}, "`label_weights` must be a list"),
        ({"label_weights": [-1.0]}, "`label_weights` must be"),
    ],
)
def test_options_that_cannot_be_used(options, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        metrics.AUC(**options)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match=r"of shape \(n, labels\)"):
        metrics.AUC(multi_label=True).update_state([0, 1], [0.2, 0.3])
    with pytest.raises(ShapeError, match="counts 2 labels; received: y_pred with 3"):
        metrics.AUC(multi_label=True, num_labels=2).update_state(np.zeros((4, 3)), np.zeros((4, 3)))
    with pytest.raises(ShapeError, match="`label_weights` has 2 weights"):
        metrics.AUC(label_weights=[1, 2]).update_state(np.zeros((4, 3)), np.zeros((4, 3)))
    with pytest.raises(ShapeError, match=r"of shape \(n, labels\)"):
        metrics.AUC(multi_label=True, num_labels=2).update_state(np.zeros(4), np.zeros(4))


def test_built_again_for_other_data() -> None:
    metric = metrics.AUC(multi_label=True, num_thresholds=3)
    metric.build((None, 2), (None, 2))
    assert metric.init()["counts"].shape == (2, 2, 4, 2)
    metric.build((None, 5), (None, 5))
    assert metric.init()["counts"].shape == (2, 2, 4, 5)
