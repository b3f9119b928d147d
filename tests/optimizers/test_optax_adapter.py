"""Optax transformations as optimizers."""

from __future__ import annotations

import importlib.util
from typing import Any

import jax
import numpy as np
import optax
import pytest

from ranvier import optimizers
from ranvier.errors import ConfigurationError, MissingExtraError, UnsupportedError
from ranvier.optimizers import OptaxOptimizer
from ranvier.variable import Variable
from tests.optimizers.by_hand import compiled


def values(seed: int) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    return [generator.normal(size=shape).astype(np.float32) for shape in ((3, 2), (2,))]


TRANSFORMATIONS = {
    "sgd": lambda: optax.sgd(0.1, momentum=0.9),
    "adamw": lambda: optax.adamw(0.1, weight_decay=0.1),
    "chain": lambda: optax.chain(optax.clip_by_global_norm(0.5), optax.scale_by_adam(), optax.scale(-0.1)),
    "schedule": lambda: optax.sgd(optax.exponential_decay(0.5, 2, 0.5)),
    "injected": lambda: optax.inject_hyperparams(optax.adam)(learning_rate=0.1),
}


@pytest.mark.parametrize("name", TRANSFORMATIONS)
@pytest.mark.usefixtures("strict_promotion")
def test_steps_equal_optax(name: str) -> None:
    transformation = TRANSFORMATIONS[name]()
    optimizer = optimizers.get(transformation)
    assert isinstance(optimizer, OptaxOptimizer)
    assert not optimizer.elementwise
    params: Any = values(0)
    theirs: Any = values(0)
    state, their_state = optimizer.init(params), transformation.init(theirs)
    assert all(type(leaf) is np.ndarray for leaf in state["leaves"])
    run, traces = compiled(optimizer.update)
    table = optimizer.scalars(0, 4)
    for step in range(4):
        row = {column: entries[step] for column, entries in table.items()}
        params, state = run(values(step + 1), state, params, row)
        with jax.numpy_dtype_promotion("standard"):
            changes, their_state = transformation.update(values(step + 1), their_state, theirs)
            theirs = optax.apply_updates(theirs, changes)
    for mine, wanted in zip(params, theirs, strict=True):
        np.testing.assert_allclose(mine, wanted, rtol=1e-5, atol=1e-7)
    assert len(traces) == 1


def test_variables_are_moved_and_state_is_kept() -> None:
    variables = [Variable(value) for value in values(0)]
    optimizer = OptaxOptimizer(optax.adam(0.1), name="mine")
    optimizer.apply(values(1), variables)
    np.testing.assert_allclose(variables[1].value, values(0)[1] - 0.1 * np.sign(values(1)[1]), rtol=1e-4)
    assert optimizer.name == "mine"
    assert optimizer.step_count == 1
    assert any(np.abs(leaf).max() > 0 for leaf in optimizer.read_state()["leaves"])


def test_injected_learning_rate_is_read_and_set() -> None:
    variables = [Variable(np.zeros(2, np.float32))]
    optimizer = OptaxOptimizer(optax.inject_hyperparams(optax.sgd)(learning_rate=0.5))
    assert float(optimizer.learning_rate) == 0.5
    structure = optimizer.structure()
    optimizer.learning_rate = 0.25
    assert optimizer.structure() == structure
    optimizer.apply([np.ones(2, np.float32)], variables)
    np.testing.assert_allclose(variables[0].value, [-0.25, -0.25])


def test_a_learning_rate_inside_a_closure_is_out_of_reach() -> None:
    optimizer = OptaxOptimizer(optax.sgd(0.1))
    with pytest.raises(UnsupportedError, match="inject_hyperparams"):
        optimizer.learning_rate  # noqa: B018
    with pytest.raises(UnsupportedError, match="inject_hyperparams"):
        optimizer.learning_rate = 0.2


def test_structure_is_the_transformation() -> None:
    transformation = optax.sgd(0.1)
    assert OptaxOptimizer(transformation).structure() == OptaxOptimizer(transformation).structure()
    assert OptaxOptimizer(transformation).structure() != OptaxOptimizer(optax.sgd(0.1)).structure()


def test_what_cannot_be_done_is_said() -> None:
    optimizer = OptaxOptimizer(optax.sgd(0.1))
    with pytest.raises(UnsupportedError, match="cannot be saved"):
        optimizer.get_config()
    with pytest.raises(ConfigurationError, match="Expected an Optax transformation"):
        OptaxOptimizer("adam")
    with pytest.raises(UnsupportedError, match="mask"):
        optimizer.update(values(0), optimizer.init(values(0)), values(0), {}, [True, False])
    searching = OptaxOptimizer(optax.scale_by_backtracking_linesearch(10))
    row = {name: column[0] for name, column in searching.scalars(0, 1).items()}
    with pytest.raises(UnsupportedError, match="needs more than gradients"):
        searching.update(values(0), searching.init(values(0)), values(0), row)


def test_without_optax_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ranvier\[optax\]'"):
        OptaxOptimizer(optax.sgd(0.1))
