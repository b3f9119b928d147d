"""Optimizers that users write as in Keras."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ranvier import optimizers
from ranvier.errors import NotBuiltError, UnsupportedError
from ranvier.optimizers import schedules
from ranvier.variable import Variable
from tests.optimizers.by_hand import compiled


def momentum_optimizer(base: type) -> type:
    """The same source as a subclass of ours and of Keras'."""

    class Heavy(base):  # type: ignore[misc]
        def __init__(self, learning_rate: Any = 0.1, **options: Any) -> None:
            super().__init__(learning_rate=learning_rate, **options)
            self.momentum = 0.9

        def build(self, variables: Any) -> None:
            if self.built:
                return
            super().build(variables)
            self.momentums = self.add_optimizer_variables(variables, "momentum")
            self.scale = self.add_variable((), initializer="ones", name="scale")

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            momentum = self.momentums[self._get_variable_index(variable)]
            warm = 1.0 / (1.0 + jnp.asarray(self.iterations + 1, "float32"))
            self.assign(momentum, momentum * self.momentum - gradient * learning_rate * warm)
            self.assign_add(variable, momentum * self.scale)
            self.assign_sub(variable, self.learning_rate * 0.01)

    return Heavy


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")
@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.1, "global_clipnorm": 0.5}])
def test_one_source_moves_weights_here_as_in_keras(options: dict[str, Any]) -> None:
    start = [np.ones((2, 3), np.float32), np.full(3, 2.0, np.float32)]
    mine, theirs = [Variable(value) for value in start], [keras.Variable(value) for value in start]
    ours = momentum_optimizer(optimizers.Optimizer)(**options)
    real = momentum_optimizer(keras.optimizers.Optimizer)(**options)
    generator = np.random.default_rng(0)
    for _ in range(5):
        gradients = [generator.normal(size=value.shape).astype(np.float32) for value in start]
        ours.apply(gradients, mine)
        real.apply([jnp.asarray(gradient) for gradient in gradients], theirs)
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(a.value, b.value, rtol=1e-5)
    assert len(ours.own_variables) == 3
    assert ours.step_count == 5


def test_pure_update_is_traced_once_and_leaves_boxes_alone() -> None:
    optimizer = momentum_optimizer(optimizers.Optimizer)(schedules.ExponentialDecay(0.1, 1, 0.5))
    variables = [Variable(np.ones(2, np.float32))]
    optimizer.build(variables)
    state = optimizer.read_state()
    assert list(state) == ["own"]
    assert not optimizer.elementwise
    run, traces = compiled(optimizer.update)
    table = optimizer.scalars(0, 3)
    params: Any = [variables[0].value]
    for step in range(3):
        params, state = run(params, state, params, {name: column[step] for name, column in table.items()})
    assert len(traces) == 1
    np.testing.assert_array_equal(variables[0].value, [1.0, 1.0])
    optimizer.write_state(state, 3)
    assert float(optimizer.own_variables[0][0]) != 0.0


def test_initializers_of_own_variables() -> None:
    optimizer = optimizers.Optimizer(0.1)
    assert optimizer.add_variable((2,)).numpy().tolist() == [0.0, 0.0]
    assert optimizer.add_variable((), 2.5, dtype="float16").dtype == "float16"
    filled = optimizer.add_variable((2,), lambda shape, dtype: np.full(shape, 3.0, dtype))
    assert filled.numpy().tolist() == [3.0, 3.0]
    reference = Variable(np.ones((2, 3), np.float32), path="dense/kernel")
    assert optimizer.add_variable_from_reference(reference, "m").name == "dense_kernel_m"
    first, second = optimizer.add_optimizer_variables([reference], ["m", "v"], ["zeros", "ones"])
    assert (float(first[0][0, 0]), float(second[0][0, 0])) == (0.0, 1.0)
    with pytest.raises(UnsupportedError, match="received: 'glorot'"):
        optimizer.add_variable((2,), "glorot")


def test_it_needs_to_be_built_and_to_move_everything() -> None:
    optimizer = momentum_optimizer(optimizers.Optimizer)()
    params = [np.ones(2, np.float32)]
    with pytest.raises(NotBuiltError, match="build"):
        optimizer.update(params, {}, params, optimizer.scalars(0, 1))
    variables = [Variable(value) for value in (*params, *params)]
    optimizer.build(variables)
    with pytest.raises(UnsupportedError, match="all of its 2 variables"):
        optimizer.apply(params, variables[:1])
