"""The Keras face of every optimizer: building, state, options, configuration."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from ranvier.errors import ConfigurationError, NotBuiltError, ShapeError, UnsupportedError
from ranvier.optimizers import SGD, Adam, Optimizer, schedules
from ranvier.variable import Variable


def boxes() -> list[Variable]:
    return [
        Variable(np.ones((2, 3), np.float32), name="kernel", path="dense/kernel"),
        Variable(np.ones(3, np.float32), name="bias", path="dense/bias"),
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"clipnorm": 1.0, "clipvalue": 1.0}, "Only one of .* received: clipnorm=1.0, clipvalue=1.0"),
        ({"clipnorm": 1.0, "global_clipnorm": 2.0}, "Only one of"),
        ({"clipnorm": 0.0}, "`clipnorm` must be a number greater than 0"),
        ({"clipvalue": -1.0}, "`clipvalue`"),
        ({"global_clipnorm": "1"}, "`global_clipnorm`"),
        ({"weight_decay": -0.1}, "`weight_decay`"),
        ({"use_ema": True, "ema_momentum": 1.1}, "`ema_momentum`"),
        (
            {"use_ema": True, "ema_overwrite_frequency": 0},
            "`ema_overwrite_frequency` must be a whole number from 1",
        ),
        ({"ema_overwrite_frequency": 2}, "Set use_ema=True"),
        ({"loss_scale_factor": 0.0}, "`loss_scale_factor`"),
        ({"gradient_accumulation_steps": 1}, "`gradient_accumulation_steps` must be a whole number from 2"),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Adam(**options)


def test_two_clips_set_later_are_refused_when_used() -> None:
    optimizer = Adam(clipnorm=1.0)
    optimizer.clipvalue = 1.0
    with pytest.raises(ConfigurationError, match="Only one of"):
        optimizer.scalars(0, 1)


def test_variables_stand_in_keras_order() -> None:
    optimizer = Adam(use_ema=True)
    optimizer.build(boxes())
    names = [variable.name for variable in optimizer.variables]
    assert names == [
        "iteration",
        "learning_rate",
        "dense_kernel_average",
        "dense_bias_average",
        "dense_kernel_momentum",
        "dense_kernel_velocity",
        "dense_bias_momentum",
        "dense_bias_velocity",
    ]


def test_names_are_numbered() -> None:
    assert [SGD().name, SGD().name, Adam(name="mine").name] == ["sgd", "sgd_1", "mine"]


def test_building_again_is_for_the_same_variables_only() -> None:
    optimizer = Adam()
    variables = boxes()
    optimizer.build(variables)
    state = optimizer.read_state()
    optimizer.build(variables)
    assert all(a is b for a, b in zip(optimizer.read_state()["momentum"], state["momentum"], strict=True))
    with pytest.raises(ConfigurationError, match="Use a new optimizer"):
        optimizer.build(boxes())


def test_state_is_read_and_written() -> None:
    optimizer = Adam()
    with pytest.raises(NotBuiltError, match="build"):
        optimizer.read_state()
    optimizer.build(boxes())
    state = {slot: [array + 1.0 for array in arrays] for slot, arrays in optimizer.read_state().items()}
    optimizer.write_state(state, 7)
    assert optimizer.step_count == 7
    assert int(optimizer.iterations) == 7
    np.testing.assert_array_equal(optimizer.read_state()["velocity"][1], [1.0, 1.0, 1.0])


def test_first_state_is_numpy() -> None:
    state = Adam(use_ema=True, gradient_accumulation_steps=2).init(boxes())
    assert list(state) == ["momentum", "velocity", "average", "gradient_accumulator"]
    assert all(type(array) is np.ndarray for arrays in state.values() for array in arrays)
    assert Adam().init([]) == {}


def test_weights_are_set_in_order_and_checked() -> None:
    optimizer = SGD(0.1, momentum=0.9)
    with pytest.raises(NotBuiltError, match="build"):
        optimizer.set_weights([])
    optimizer.build(boxes())
    weights = [np.array(3), np.array(0.5), np.ones((2, 3)), np.ones(3)]
    optimizer.set_weights(weights)
    assert optimizer.learning_rate == 0.5
    assert optimizer.step_count == 3
    with pytest.raises(ShapeError, match="has 4 weights; received: 3"):
        optimizer.set_weights(weights[:3])
    with pytest.raises(ShapeError, match=r"'sgd/dense_bias_momentum' has shape \(3,\); received: \(2,\)"):
        optimizer.set_weights([*weights[:3], np.ones(2)])


def test_iterations_count_updates_where_gradients_accumulate() -> None:
    optimizer = SGD(gradient_accumulation_steps=3)
    optimizer.build(boxes())
    optimizer.write_state(optimizer.read_state(), 7)
    assert (optimizer.iterations, optimizer.step_count) == (2, 7)


def test_decay_mask_by_variable_and_by_name() -> None:
    variables = boxes()
    optimizer = Adam(weight_decay=0.1)
    assert optimizer.decay_mask(variables) == [True, True]
    optimizer.exclude_from_weight_decay(var_list=[variables[0]])
    assert optimizer.decay_mask(variables) == [False, True]
    optimizer.exclude_from_weight_decay(var_names=["bia", "gamma"])
    assert optimizer.decay_mask(variables) == [True, False]


def test_exclusions_of_built_optimizers_are_part_of_the_structure() -> None:
    first, second = Adam(weight_decay=0.1), Adam(weight_decay=0.1)
    for optimizer, name in ((first, "bias"), (second, "kernel")):
        optimizer.exclude_from_weight_decay(var_names=[name])
        optimizer.build(boxes())
    assert first.structure() != second.structure()


def test_settings_are_the_numbers_of_the_coming_step() -> None:
    assert SGD(0.5, momentum=0.25).settings() == {"learning_rate": 0.5, "momentum": 0.25}


def test_configuration_holds_schedules() -> None:
    optimizer = Adam(schedules.CosineDecay(0.1, 10))
    again = Adam.from_config(optimizer.get_config())
    assert again.get_config() == optimizer.get_config()
    assert float(again.learning_rate) == pytest.approx(0.1)


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda optimizer: pickle.loads(pickle.dumps(optimizer))]
)
def test_copies_are_whole_and_separate(duplicate: Any) -> None:
    variables = boxes()
    optimizer = Adam(0.1)
    optimizer.apply([np.ones((2, 3)), np.ones(3)], variables)
    other = duplicate(optimizer)
    assert other.step_count == 1
    assert other.learning_rate == 0.1
    np.testing.assert_array_equal(other.read_state()["velocity"][1], optimizer.read_state()["velocity"][1])
    other.learning_rate = 0.2
    other.apply([np.ones((2, 3)), np.ones(3)])
    assert optimizer.learning_rate == 0.1
    assert optimizer.step_count == 1


def test_an_optimizer_without_a_rule_says_what_to_define() -> None:
    optimizer = Optimizer(0.1)
    params = [np.ones(2, np.float32)]
    with pytest.raises(UnsupportedError, match="define `update_step`"):
        optimizer.update(params, optimizer.init(params), params, optimizer.scalars(0, 1))
    with pytest.raises(UnsupportedError, match="no `update_step`"):
        optimizer.update_step(None, boxes()[0], 0.1)


def test_finalizing_puts_the_average_in_place() -> None:
    variables = boxes()
    optimizer = SGD(0.1, use_ema=True, ema_momentum=0.5)
    for _ in range(2):
        optimizer.apply([np.ones((2, 3)), np.ones(3)], variables)
    np.testing.assert_allclose(variables[1].value, 0.8, rtol=1e-6)
    optimizer.finalize_variable_values(variables)
    np.testing.assert_allclose(variables[1].value, 0.85, rtol=1e-6)
    plain = SGD(0.1)
    plain.finalize_variable_values(variables)
    np.testing.assert_allclose(variables[1].value, 0.85, rtol=1e-6)
