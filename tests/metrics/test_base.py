from __future__ import annotations

import copy
import pickle
import threading
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import metrics
from ranvier.errors import (
    ConfigurationError,
    DataTypeError,
    NotBuiltError,
    UnknownNameError,
    UnsupportedError,
)

Y_TRUE = np.array([1, 0, 1, 1], np.float32)
Y_PRED = np.array([0.9, 0.8, 0.2, 0.7], np.float32)


class Hits(metrics.Metric):
    """A metric in Ranvier's own manner, written by a user."""

    def zeros(self) -> Any:
        return {"hits": np.zeros((), np.float32)}

    def accumulate(self, state: Any, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        hit = (y_true > 0.5) == (y_pred > 0.5)
        return {"hits": state["hits"] + jnp.sum(hit * (1.0 if sample_weight is None else sample_weight))}

    def finish(self, state: Any) -> Any:
        return float(state["hits"])


def test_face_of_a_built_in_metric() -> None:
    metric = metrics.BinaryAccuracy(name="right")
    assert repr(metric) == "<BinaryAccuracy name=right>"
    assert metric.result() == 0.0
    assert metric(Y_TRUE, Y_PRED) == np.float32(0.5)
    assert metric.update_state(y_true=Y_TRUE[:1], y_pred=Y_PRED[:1], sample_weight=[4]) is None
    assert isinstance(metric.result(), np.float32)
    assert float(metric.result()) == 0.75
    assert [variable.path for variable in metric.variables] == ["right/sums"]
    metric.reset_state()
    assert metric.result() == 0.0
    assert metric.settings() == {}


def test_own_manner_written_by_a_user() -> None:
    metric = Hits()
    assert (metric.name, metric.keras_manner, metric.rowwise, metric.structure()) == (
        "hits",
        False,
        False,
        (metric,),
    )
    metric.update_state(Y_TRUE, Y_PRED)
    assert metric.result() == 2.0
    state = jax.jit(metric.update)(metric.init(), Y_TRUE, Y_PRED, np.array([0, 0, 0, 5.0], np.float32))
    assert metric.compute(state) == 5.0
    assert metric.result() == 2.0


def test_state_can_be_read_and_written() -> None:
    metric, other = metrics.MeanSquaredError(), metrics.MeanSquaredError()
    metric.update_state(Y_TRUE, Y_PRED)
    other.write_state(metric.read_state())
    assert other.result() == metric.result() > 0


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda metric: pickle.loads(pickle.dumps(metric))])
def test_copies_are_independent(duplicate: Any) -> None:
    metric = metrics.Precision()
    metric.update_state(Y_TRUE, Y_PRED)
    other = duplicate(metric)
    other.update_state([0, 0], [1.0, 1.0])
    assert (metric.result(), other.result()) == (np.float32(2 / 3), np.float32(2 / 5))


def test_equal_metrics_share_one_structure_whatever_their_names() -> None:
    first, second = metrics.AUC(name="a"), metrics.AUC(name="b")
    assert first.structure() == second.structure()
    others = [metrics.AUC(num_thresholds=5), metrics.AUC(curve="PR"), metrics.AUC(dtype="float16")]
    assert len({first.structure(), *(other.structure() for other in others)}) == 4


def test_metrics_of_equal_structure_compile_once() -> None:
    metric = metrics.MeanAbsoluteError(name="one")
    metric.update_state(Y_TRUE[None], Y_PRED[None])
    from ranvier.metrics.eager import _compiled

    misses = _compiled.cache_info().misses
    metrics.MeanAbsoluteError(name="two").update_state(Y_TRUE[None], Y_PRED[None])
    assert _compiled.cache_info().misses == misses


def test_inside_a_trace_the_face_works_on_lent_values() -> None:
    metric = metrics.Mean()
    metric.update_state([5.0])

    @jax.jit
    def step(values: Any, batch: Any) -> Any:
        return metric.stateless_update_state(values, batch)

    values = step(step(metric.stateless_reset_state(), Y_TRUE), Y_TRUE)
    assert metric.stateless_result(values) == 0.75
    assert metric.result() == 5.0
    with pytest.raises(ConfigurationError, match="one array for each of the 1 variables"):
        metric.stateless_result([])


def test_threads_do_not_disturb_each_other() -> None:
    results: dict[int, float] = {}

    def work(number: int) -> None:
        metric = metrics.SparseCategoricalAccuracy()
        right = np.eye(3, dtype=np.float32)[np.arange(30) % 3]
        for _ in range(5):
            metric.update_state((np.arange(30) + (np.arange(30) < number * 5)) % 3, right)
        results[number] = float(metric.result())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == pytest.approx({number: 1 - number / 6 for number in range(4)})


@pytest.mark.parametrize("data", [(["a"], ["b"]), ([[1], [2, 3]], [1, 2]), (np.array([None]), [1])])
def test_data_that_are_no_numbers(data: Any) -> None:
    with pytest.raises(DataTypeError, match="`y_true` must"):
        metrics.Accuracy().update_state(*data)


def test_arguments_that_are_missing_or_unknown() -> None:
    with pytest.raises(TypeError, match="y_pred"):
        metrics.Accuracy().update_state([1])
    with pytest.raises(TypeError, match="weights"):
        metrics.Accuracy().update_state([1], [1], weights=[1])


@pytest.mark.parametrize("kind", [metrics.F1Score, metrics.R2Score, lambda: metrics.AUC(multi_label=True)])
def test_before_the_shapes_are_known(kind: Any) -> None:
    metric = kind()
    assert metric.awaits_shapes
    assert metric.variables == []
    metric.reset_state()
    with pytest.raises(NotBuiltError, match="no result yet"):
        metric.result()
    with pytest.raises(NotBuiltError, match="does not know the number"):
        metric.init()


def test_a_metric_must_override_something() -> None:
    metric = metrics.Metric(name="empty")
    with pytest.raises(UnsupportedError, match="must override `update_state` and `result`"):
        metric.init()
    with pytest.raises(UnsupportedError, match="must override `update_state`"):
        metric.update_state(1)
    with pytest.raises(UnsupportedError, match="must override `result`"):
        metric.result()


def test_add_weight() -> None:
    metric = metrics.Metric(name="own")
    weight = metric.add_weight(name="total")
    assert (weight.shape, weight.dtype, weight.path) == ((), "float32", "own/total")
    ones = metric.add_variable((2,), "ones", "int64")
    np.testing.assert_array_equal(ones.numpy(), [1, 1])
    assert (ones.dtype, ones.name) == ("int32", "variable_1")
    assert metric.add_variable((1,), lambda shape, dtype: np.full(shape, 7, dtype)).numpy() == [7]
    assert len(metric.variables) == 3


def test_add_weight_with_wrong_arguments() -> None:
    metric = metrics.Metric()
    with pytest.raises(ConfigurationError, match="Give a name as `name=`"):
        metric.add_weight("total")
    with pytest.raises(ConfigurationError, match="aggregation"):
        metric.add_variable((), aggregation="median")
    with pytest.raises(ConfigurationError, match="`dtype` must name a dtype"):
        metric.add_weight(dtype="floaty")
    with pytest.raises(UnknownNameError, match="zeros"):
        metric.add_weight(initializer="zeroes")

    class Forgetful(metrics.Metric):
        def __init__(self) -> None:
            self.total = self.add_weight()

    with pytest.raises(ConfigurationError, match=r"super\(\).__init__"):
        Forgetful()
