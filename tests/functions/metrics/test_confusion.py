from __future__ import annotations

import jax
import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from ranvier.errors import ShapeError
from ranvier.functions import metrics
from ranvier.functions.metrics import read_table, table_of_bins

pytestmark = pytest.mark.usefixtures("strict_promotion")
RANDOM = np.random.default_rng(3)
TARGETS = RANDOM.integers(0, 2, (30, 2))
SCORES = RANDOM.integers(0, 9, (30, 2)).astype(np.float32) / 8
WEIGHTS = RANDOM.integers(1, 4, 30).astype(np.float32)

# For programs that run once.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
binned = jax.jit(
    metrics.binned, static_argnums=1, static_argnames=("per_label", "open_ended"), compiler_options=QUICK
)
count = jax.jit(metrics.compared, static_argnums=1, static_argnames="per_label", compiler_options=QUICK)
prepare = jax.jit(metrics.samples, static_argnames=("top_k", "class_id"), compiler_options=QUICK)


def samples(y_true, y_pred, weights=None, **options):
    arrays = (None if each is None else np.asarray(each) for each in (y_true, y_pred, weights))
    return prepare(*arrays, **options)


def compared(batch, thresholds, **options):
    return count(batch, tuple(map(float, thresholds)), **options)


def test_by_hand() -> None:
    table = np.asarray(compared(samples([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]), [0.2, 0.5]))
    np.testing.assert_array_equal(table, [[2, 2, 1], [2, 1, 0]])
    counts = read_table(table)
    assert [each.tolist() for each in counts] == [[2, 1], [1, 0], [1, 2], [0, 1]]


@pytest.mark.parametrize("per_label", [False, True])
def test_both_ways_of_counting_agree(per_label: bool) -> None:
    batch = samples(TARGETS, SCORES, WEIGHTS)
    thresholds = np.linspace(0, 1, 9)
    expected = np.asarray(compared(batch, thresholds, per_label=per_label))
    counted = table_of_bins(np.asarray(binned(batch, 9, per_label=per_label)))
    np.testing.assert_array_equal(counted, expected)
    opened = table_of_bins(np.asarray(binned(batch, 9, per_label=per_label, open_ended=True)))
    np.testing.assert_array_equal(opened[:, 1], expected[:, 0])
    np.testing.assert_array_equal(opened[:, 2:], expected[:, 2:])


@pytest.mark.parametrize("threshold", [0.0, 0.25, 0.6])
def test_against_sklearn(threshold: float) -> None:
    counts = read_table(np.asarray(compared(samples(TARGETS, SCORES, WEIGHTS), [threshold])))
    expected = confusion_matrix(
        TARGETS.ravel(), SCORES.ravel() > threshold, sample_weight=np.repeat(WEIGHTS, 2)
    )
    (right, false), (missed, found) = expected
    np.testing.assert_array_equal(np.ravel(counts), [found, false, right, missed])


def test_nan_and_values_out_of_range() -> None:
    batch = samples([1, 1, 1], [np.nan, -3.0, 7.0])
    expected = [[3, 1, 1, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(table_of_bins(np.asarray(binned(batch, 3))), expected)
    np.testing.assert_array_equal(table_of_bins(np.asarray(binned(batch, 3, open_ended=True)))[0, 1], 2)


def test_top_k_keeps_the_first_of_equal_predictions() -> None:
    batch = samples([[1, 1, 1]], [[0.5, 0.5, 0.5]], top_k=2)
    np.testing.assert_array_equal(batch.scores, [[0.5, 0.5, -np.inf]])


def test_top_k_along_the_batch_passes_over_rows_without_weight() -> None:
    batch = samples([1, 1, 1], [0.9, 0.2, 0.1], [0.0, 1.0, 1.0], top_k=1)
    np.testing.assert_array_equal(compared(batch, [-1e10])[0], [2, 1])


def test_class_id() -> None:
    batch = samples(TARGETS, SCORES, WEIGHTS, class_id=1)
    np.testing.assert_array_equal(batch.scores, SCORES[:, 1])
    np.testing.assert_array_equal(batch.weights, WEIGHTS)


@pytest.mark.parametrize(
    ("options", "shape", "sentence"),
    [
        ({"class_id": 2}, (4, 2), "more than 2 classes"),
        ({"class_id": 0}, (4,), "classes"),
        ({"top_k": 3}, (4, 2), "`top_k=3` needs at least 3"),
    ],
)
def test_options_that_do_not_fit(options, shape, sentence: str) -> None:
    with pytest.raises(ShapeError, match=sentence):
        samples(np.zeros(shape), np.zeros(shape, np.float32), **options)
