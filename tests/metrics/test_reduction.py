from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import metrics
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.functions import losses
from ranvier.registry import custom_object_scope


def largest_error(y_true: Any, y_pred: Any, power: float = 1.0) -> Any:
    return jnp.max(jnp.abs(y_true - y_pred), axis=-1) ** power


def test_mean_by_hand() -> None:
    mean = metrics.Mean()
    assert mean([1, 3, 5, 7]) == 4.0
    mean.reset_state()
    mean.update_state([1, 3], sample_weight=[1, 0])
    mean.update_state(4.0)
    assert mean.result() == 2.5
    assert (mean.total, mean.count) == (5.0, 2.0)


def test_sum_by_hand() -> None:
    total = metrics.Sum()
    assert total([[1, 3], [5, 7]]) == 16.0
    assert total([1, np.nan], sample_weight=[2, 0]) == 18.0


def test_many_rows_are_counted() -> None:
    metric = metrics.Mean()
    state = metric.init()
    state["sums"][0] = 2.0**24
    update = jax.jit(metric.update)
    for _ in range(3):
        state = update(state, np.zeros(1, np.float32), None)
    metric.write_state(state)
    assert metric.count == 2.0**24 + 3


def test_a_user_function_is_its_mean_over_samples() -> None:
    metric = metrics.MeanMetricWrapper(largest_error, name="largest", power=2.0)
    y_true, y_pred = np.zeros((2, 3), np.float32), np.array([[1, -2, 0], [0, 0, 3]], np.float32)
    assert metric(y_true, y_pred) == 6.5
    assert (metric.rowwise, metric.built_in) == (False, False)
    state = jax.jit(metric.update)(metric.init(), y_true, y_pred, np.array([1.0, 0.0], np.float32))
    assert metric.compute(state) == 4.0


def test_a_function_of_the_batch_counts_each_batch_once() -> None:
    metric = metrics.MeanMetricWrapper(lambda y_true, y_pred: jnp.mean(y_pred))
    metric.update_state(np.zeros(2), np.array([1.0, 3.0]))
    metric.update_state(np.zeros(1), np.array([5.0]))
    assert metric.result() == 3.5
    with pytest.raises(ShapeError, match="one number for the whole batch"):
        metric.update_state(np.zeros(2), np.zeros(2), [1, 1])


def test_structure_is_that_of_function_and_arguments() -> None:
    wrap = metrics.MeanMetricWrapper
    assert wrap(largest_error, power=2.0).structure() == wrap(largest_error, name="x", power=2.0).structure()
    assert wrap(largest_error).structure() != wrap(largest_error, power=2.0).structure()
    unhashable = wrap(largest_error, power=np.ones(1))
    assert unhashable.structure() == (unhashable,)


@pytest.mark.parametrize(
    ("function", "options", "rowwise"),
    [
        (losses.mean_squared_error, {}, True),
        (losses.categorical_crossentropy, {"axis": 1}, True),
        (losses.categorical_crossentropy, {"axis": 0}, False),
        (losses.dice, {}, False),
        (functools.partial(losses.hinge), {}, False),
    ],
)
def test_rowwise(function: Any, options: dict[str, Any], rowwise: bool) -> None:
    assert metrics.MeanMetricWrapper(function, **options).rowwise is rowwise


def test_configuration_names_the_function() -> None:
    own = metrics.MeanMetricWrapper(losses.huber, delta=2.0)
    assert own.get_config() == {
        "name": "mean_metric_wrapper",
        "dtype": "float32",
        "fn": "huber",
        "delta": 2.0,
    }
    assert metrics.deserialize(metrics.serialize(own)).structure() == own.structure()
    described = metrics.serialize(metrics.MeanMetricWrapper(largest_error, power=2.0))
    with custom_object_scope({"largest_error": largest_error}):
        again = metrics.deserialize(described)
    assert again.structure() == metrics.MeanMetricWrapper(largest_error, power=2.0).structure()
    assert metrics.deserialize(described, {"largest_error": largest_error}).name == again.name
    with pytest.raises(ConfigurationError, match="no name"):
        metrics.serialize(metrics.MeanMetricWrapper(lambda y_true, y_pred: y_pred))


def test_what_cannot_be_called() -> None:
    with pytest.raises(ConfigurationError, match="`fn` must be a function"):
        metrics.MeanMetricWrapper("mse")
