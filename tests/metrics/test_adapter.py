"""Metrics in Keras' manner: traced through init, update and compute they equal what they are eagerly."""

from __future__ import annotations

import threading
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import metrics
from ranvier.variable import Variable

RANDOM = np.random.default_rng(4)
BATCHES = [(RANDOM.integers(0, 2, 8).astype(np.float32), RANDOM.random(8, np.float32)) for _ in range(3)]


class TrueShare(metrics.Metric):
    """The tutorial's metric."""

    def __init__(self, name: str = "true_share", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.found = self.add_weight(name="found", initializer="zeros")
        self.rows = self.add_weight(name="rows", initializer="zeros", dtype="int32")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        found = jnp.logical_and(jnp.equal(y_true, 1), y_pred > 0.5).astype(self.dtype)
        if sample_weight is not None:
            found = found * sample_weight
        self.found.assign_add(jnp.sum(found))
        self.rows.assign(self.rows + len(y_true))

    def result(self) -> Any:
        return self.found / self.rows

    def reset_state(self) -> None:
        self.found.assign(0.0)
        self.rows.assign(0)


class Root(metrics.Mean):
    """Built on a metric of ours, both methods overridden."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        return super().update_state(jnp.square(y_true - y_pred), sample_weight=sample_weight)

    def result(self) -> Any:
        return jnp.sqrt(super().result())


class OnlyResult(metrics.MeanAbsoluteError):
    def result(self) -> Any:
        return 100.0 * super().result()


class Nested(metrics.Metric):
    """Holds metrics of ours, one of which learns its shape from the data."""

    def __init__(self) -> None:
        super().__init__()
        self.precision = metrics.Precision()
        self.others = {"scores": [metrics.F1Score(average="macro", threshold=0.5)]}

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        self.precision.update_state(y_true, y_pred, sample_weight)
        self.others["scores"][0].update_state(y_true[:, None], y_pred[:, None], sample_weight)

    def result(self) -> Any:
        return {"precision": self.precision.result(), "f1": self.others["scores"][0].result()}


class Late(metrics.Metric):
    """Creates its variables when it sees data."""

    largest: Variable | None = None

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        if self.largest is None:
            self.largest = self.add_weight(shape=y_pred.shape[1:], initializer="ones", name="largest")
            self.free = Variable(np.zeros(1, np.float32))
        self.largest.assign(jnp.maximum(self.largest.value, jnp.max(y_pred, axis=0)))

    def result(self) -> Any:
        return self.largest.value


def numbers(result: Any) -> Any:
    return {key: float(value) for key, value in result.items()} if isinstance(result, dict) else float(result)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", [TrueShare, Root, OnlyResult, Nested])
def test_traced_equals_eager(kind: Any, weighted: bool) -> None:
    eager, traced = kind(), kind()
    shapes = [array.shape for array in BATCHES[0]]
    traced.build(*shapes)
    assert traced.keras_manner
    assert not traced.rowwise
    update, state = jax.jit(traced.update), traced.init()
    for y_true, y_pred in BATCHES:
        if kind is OnlyResult:
            y_true, y_pred = y_true[:, None], y_pred[:, None]
        weight = np.linspace(0.5, 2, 8, dtype=np.float32) if weighted else None
        eager.update_state(y_true, y_pred, sample_weight=weight)
        state = update(state, y_true, y_pred, weight)
    assert all(isinstance(value, jax.Array) and not value.weak_type for value in state.values())
    concrete = {key: np.asarray(value) for key, value in state.items()}
    assert numbers(traced.compute(concrete)) == pytest.approx(numbers(eager.result()), rel=1e-6)
    # The traced object itself has seen nothing, and its state fits its variables.
    assert all(not np.any(variable.numpy()) for variable in traced.variables)
    traced.write_state(state)
    assert numbers(traced.result()) == pytest.approx(numbers(eager.result()), rel=1e-6)
    assert list(traced.read_state()) == list(state)


def test_state_loops_on_the_device() -> None:
    metric = TrueShare()
    stacked = [np.stack(arrays) for arrays in zip(*BATCHES, strict=True)]

    @jax.jit
    def epoch(state: Any) -> Any:
        return jax.lax.scan(lambda held, batch: (metric.update(held, *batch, None), None), state, stacked)[0]

    eager = TrueShare()
    for batch in BATCHES:
        eager.update_state(*batch)
    assert metric.compute(epoch(metric.init())) == pytest.approx(float(eager.result()))


def test_values_before_any_data() -> None:
    assert np.isnan(TrueShare().compute(TrueShare().init()))
    metric = TrueShare()
    metric.update_state(*BATCHES[0])
    assert [value.tolist() for value in metric.init().values()] == [0.0, 0]
    assert float(metric.found) > 0


def test_variables_created_late() -> None:
    metric = Late()
    assert metric.init() == {}
    metric.build((None, 3), (None, 3))
    np.testing.assert_array_equal(metric.largest.numpy(), [1, 1, 1])
    assert [variable.name for variable in metric.variables] == ["largest", "variable"]
    state = jax.jit(metric.update)(
        metric.init(), np.zeros((2, 3)), np.array([[0, 5, 0], [2, 0, 0.0]], np.float32)
    )
    np.testing.assert_array_equal(metric.compute(state), [2, 5, 0])
    metric.build((None, 3), (None, 3))
    assert len(metric.variables) == 2


def test_a_dry_run_that_fails_leaves_no_trace() -> None:
    class Host(metrics.Metric):
        def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
            self.seen = self.add_weight(name="seen") if not self.variables else self.seen
            self.seen.assign_add(jnp.sum(y_pred))
            self.seen.assign(np.asarray(self.seen))  # cannot be traced

        def result(self) -> Any:
            return self.seen.numpy()

    metric = Host()
    metric.build((2,), (2,))
    assert metric.seen.numpy() == 0.0
    metric.update_state(np.ones(2), np.ones(2, np.float32))
    assert metric.result() == 2.0


def test_threads_share_one_object() -> None:
    metric = TrueShare()
    results: dict[int, float] = {}

    def work(number: int) -> None:
        state = metric.init()
        for _ in range(10):
            state = metric.update(state, np.ones(4), np.full(4, number % 2, np.float32), None)
        results[number] = metric.compute(state)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {0: 0.0, 1: 1.0, 2: 0.0, 3: 1.0}


def test_update_state_without_sample_weight() -> None:
    class Plain(TrueShare):
        def update_state(self, y_true: Any, y_pred: Any) -> None:  # type: ignore[override]
            super().update_state(y_true, y_pred)

    metric = Plain()
    state = metric.update(metric.init(), *BATCHES[0], None)
    with pytest.raises(TypeError, match="sample_weight"):
        metric.update(state, *BATCHES[0], np.ones(8))
