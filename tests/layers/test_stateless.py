"""Loops that users trace themselves: calls and updates on values that are handed over."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest

from ranvier import losses
from ranvier.errors import NotBuiltError, ShapeError
from ranvier.layers import BatchNormalization, Dense, Dropout, Input
from ranvier.models import Model, Sequential
from ranvier.optimizers import SGD, Adam
from ranvier.optimizers.schedules import InverseTimeDecay
from ranvier.regularizers import L2

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(24, 3)).astype("float32")
Y = RANDOM.normal(size=(24, 1)).astype("float32")


def network() -> Any:
    return Sequential([Input((3,)), Dense(4, activation="tanh"), BatchNormalization(), Dense(1)])


@pytest.mark.parametrize(
    "make",
    [lambda: Adam(0.01, clipnorm=1.0), lambda: SGD(InverseTimeDecay(0.1, 1, 0.5), momentum=0.9)],
    ids=["adam", "schedule"],
)
def test_a_traced_loop_ends_where_fit_does(make: Any) -> None:
    model, by_fit = network(), network()
    by_fit.set_weights(model.get_weights())
    by_fit.compile(make(), "mse")
    by_fit.fit(X, Y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    optimizer, loss = make(), losses.MeanSquaredError()
    optimizer.build(model.trainable_variables)

    def loss_of(trained: Any, held: Any, x: Any, y: Any) -> Any:
        outputs, held = model.stateless_call(trained, held, x, training=True)
        return loss(y, outputs), held

    @jax.jit
    def step(trained: Any, held: Any, state: Any, x: Any, y: Any) -> Any:
        (_, held), gradients = jax.value_and_grad(loss_of, has_aux=True)(trained, held, x, y)
        trained, state = optimizer.stateless_apply(state, gradients, trained)
        return trained, held, state

    before = model.get_weights()
    state = [
        [variable.value for variable in variables]
        for variables in (model.trainable_variables, model.non_trainable_variables, optimizer.variables)
    ]
    for first in [0, 8, 16] * 2:
        state = step(*state, X[first : first + 8], Y[first : first + 8])
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    for variables, values in zip(
        (by_fit.trainable_variables, by_fit.non_trainable_variables), state[:2], strict=True
    ):
        for variable, value in zip(variables, values, strict=True):
            np.testing.assert_allclose(value, variable.numpy(), rtol=2e-4, atol=1e-6)
    assert int(state[2][0]) == 6
    assert int(optimizer.iterations.numpy()) == 0


def test_losses_are_returned_where_asked_for() -> None:
    layer = Dense(2, kernel_regularizer=L2(0.5), use_bias=False, activity_regularizer=L2(1.0))
    layer.build((None, 3))
    kernel = np.ones((3, 2), "float32")
    outputs, held, terms = layer.stateless_call([kernel], [], X[:4], return_losses=True)
    np.testing.assert_allclose(outputs, X[:4] @ kernel, rtol=1e-6)
    assert held == []
    np.testing.assert_allclose(
        [float(term) for term in terms], [float(np.sum((X[:4] @ kernel) ** 2)) / 4, 3.0], rtol=1e-5
    )


def test_dropout_differs_from_step_to_step_of_one_program() -> None:
    model = Sequential([Input((3,)), Dense(200), Dropout(0.5)])
    run = jax.jit(lambda trained, x: model.stateless_call(trained, [], x, training=True)[0])
    weights = [variable.numpy() for variable in model.trainable_variables]
    first = run(weights, X)
    second = run([weights[0] * 1.001, weights[1]], X)
    assert np.any((np.asarray(first) == 0) != (np.asarray(second) == 0))


def test_what_does_not_fit_is_said() -> None:
    model = network()
    with pytest.raises(NotBuiltError, match="Build it first"):
        Model().stateless_call([], [], X)
    with pytest.raises(ShapeError, match="`trainable_variables` must hold one array for each of the 6"):
        model.stateless_call([], [], X)
    optimizer = SGD()
    with pytest.raises(NotBuiltError, match="outside of what is traced"):
        optimizer.stateless_apply([], [], [])
    optimizer.build(model.trainable_variables)
    with pytest.raises(
        ShapeError, match="`grads` must hold one array for each of the 6 variables; received: 1"
    ):
        optimizer.stateless_apply([0, 0.1], [X], model.get_weights()[:6])
