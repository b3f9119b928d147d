"""Loops that users write: gradients applied to variables."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, NotBuiltError, ShapeError, UnsupportedError
from ranvier.optimizers import SGD, Adam, schedules
from ranvier.variable import Variable


def boxes() -> list[Variable]:
    return [Variable(np.ones(2, np.float32), name=name, path=f"dense/{name}") for name in ("kernel", "bias")]


def test_pairs_are_applied_and_steps_counted() -> None:
    variables = boxes()
    optimizer = SGD(0.1, momentum=0.5)
    gradients = [jnp.ones(2), [2.0, 0.0]]
    for step in (1, 2):
        steps = optimizer.apply_gradients(zip(gradients, variables, strict=True))
        assert int(steps) == step
    np.testing.assert_allclose(variables[0].value, [0.75, 0.75], rtol=1e-6)
    np.testing.assert_allclose(variables[1].value, [0.5, 1.0], rtol=1e-6)


def test_the_program_is_compiled_once_whatever_the_numbers() -> None:
    variables = boxes()
    optimizer = Adam(0.1, weight_decay=0.1)
    traces = 0
    rule = optimizer.step

    def counted(*arguments: object) -> object:
        nonlocal traces
        traces += 1
        return rule(*arguments)  # type: ignore[arg-type]

    optimizer.step = counted  # type: ignore[method-assign,assignment]
    for rate in (0.1, 0.2, schedules.CosineDecay(0.1, 10)):
        optimizer.learning_rate = rate
        optimizer.beta_1 *= 0.9
        optimizer.apply([np.ones(2, np.float32)] * 2, variables)
    assert traces == len(variables)


def test_a_part_of_the_variables_moves_with_its_own_state() -> None:
    variables = boxes()
    optimizer = SGD(0.1, momentum=0.5)
    optimizer.build(variables)
    optimizer.apply([np.ones(2)], [variables[1]])
    with pytest.warns(UserWarning, match="'dense/kernel'"):
        optimizer.apply([None, np.ones(2)])
    np.testing.assert_array_equal(variables[0].value, [1.0, 1.0])
    np.testing.assert_allclose(variables[1].value, [0.75, 0.75], rtol=1e-6)
    np.testing.assert_allclose(optimizer.read_state()["momentum"][1], [-0.15, -0.15], rtol=1e-6)


def test_constraints_hold_after_the_step() -> None:
    variable = Variable(np.ones(2, np.float32), constraint=lambda value: jnp.maximum(value, 0.95))
    SGD(0.1).apply([np.array([1.0, 0.2])], [variable])
    np.testing.assert_allclose(variable.value, [0.95, 0.98], rtol=1e-6)


def test_excluded_variables_do_not_decay() -> None:
    variables = boxes()
    optimizer = SGD(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.apply([np.zeros(2), np.zeros(2)], variables)
    np.testing.assert_allclose([variables[0].value[0], variables[1].value[0]], [0.95, 1.0], rtol=1e-6)


def test_nothing_to_apply_is_no_step() -> None:
    optimizer = SGD()
    optimizer.apply([])
    assert optimizer.step_count == 0


def test_what_does_not_fit() -> None:
    variables = boxes()
    with pytest.raises(NotBuiltError, match="build"):
        SGD().apply([np.ones(2)])
    with pytest.raises(ShapeError, match="1 gradients for 2 variables"):
        SGD().apply([np.ones(2)], variables)
    with pytest.raises(ShapeError, match=r"must have its shape \(2,\); received: \(3,\)"):
        SGD().apply([np.ones(3), np.ones(2)], variables)
    with pytest.raises(ConfigurationError, match="No variable has a gradient"):
        SGD().apply([None, None], variables)
    optimizer = SGD()
    optimizer.build(variables)
    with pytest.raises(ConfigurationError, match="received: 'stranger'"):
        optimizer.apply([np.ones(2)], [Variable(np.ones(2), name="stranger")])
    averaging = SGD(use_ema=True)
    averaging.build(variables)
    with pytest.raises(
        UnsupportedError, match="all 2 variables are updated together; received gradients for 1"
    ):
        averaging.apply([np.ones(2)], variables[:1])
