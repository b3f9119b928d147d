from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ranvier import constraints
from ranvier.constraints import Constraint, FunctionConstraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from ranvier.errors import ConfigurationError, ShapeError, UnknownNameError
from ranvier.registry import custom_object_scope

W = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)
DATA = {"class_name": "function", "config": "halve", "registered_name": "halve"}

CASES: list[tuple[str, dict[str, Any]]] = [
    ("MaxNorm", {}),
    ("MaxNorm", {"max_value": 0.5, "axis": 1}),
    ("MaxNorm", {"max_value": 0.5, "axis": [0, 1]}),
    ("NonNeg", {}),
    ("UnitNorm", {}),
    ("UnitNorm", {"axis": [0, 1, 2]}),
    ("MinMaxNorm", {}),
    ("MinMaxNorm", {"min_value": 1.0, "max_value": 1.5}),
    ("MinMaxNorm", {"min_value": 1.0, "max_value": 1.5, "rate": 0.3, "axis": -1}),
]

every_case = pytest.mark.parametrize(("name", "options"), CASES)


def halve(w: Any) -> Any:
    return w / 2


class Own(Constraint):
    def __call__(self, w: Any) -> Any:
        return jnp.clip(w, -0.5, 0.5)


class Twice(MaxNorm):
    def __call__(self, w: Any) -> Any:
        return 2 * super().__call__(w)


@every_case
def test_equals_keras(name: str, options: dict[str, Any]) -> None:
    expected = np.asarray(getattr(keras.constraints, name)(**options)(jnp.asarray(W)))
    ours = getattr(constraints, name)(**options)
    np.testing.assert_allclose(ours(W), expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(ours.project(jnp.asarray(W), ours.settings()), expected, rtol=1e-6, atol=1e-7)


@every_case
def test_configuration_goes_round(name: str, options: dict[str, Any]) -> None:
    ours = getattr(constraints, name)(**options)
    assert ours.get_config() == getattr(keras.constraints, name)(**options).get_config()
    again = constraints.deserialize(constraints.serialize(ours))
    assert type(again) is type(ours)
    assert again.get_config() == ours.get_config()
    assert again.structure() == ours.structure()


def test_limits_are_settings_and_the_axis_is_structure() -> None:
    assert MaxNorm(1).structure() == MaxNorm(2).structure()
    assert MaxNorm(1, axis=0).structure() != MaxNorm(1, axis=1).structure()
    assert hash(UnitNorm([0, 1]).structure()) == hash(UnitNorm((0, 1)).structure())
    assert NonNeg().structure() != Constraint().structure()
    assert MinMaxNorm(0.5, 2, 0.1).settings() == {"min_value": 0.5, "max_value": 2.0, "rate": 0.1}
    assert NonNeg().settings() == {}


@pytest.mark.usefixtures("strict_promotion")
def test_a_changed_limit_compiles_nothing() -> None:
    constraint = MaxNorm(1.0)
    traces = []

    @jax.jit
    def program(w: Any, settings: Any) -> Any:
        traces.append(1)
        return constraint.project(w, settings)

    for limit in (1.0, 0.5, 0.25):
        constraint.max_value = limit
        settings = {name: np.float32(value) for name, value in constraint.settings().items()}
        np.testing.assert_allclose(program(W, settings), constraint(W), rtol=1e-6)
    assert len(traces) == 1


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("max_norm", MaxNorm),
        ("MaxNorm", MaxNorm),
        ("non_neg", NonNeg),
        ("unit_norm", UnitNorm),
        ("min_max_norm", MinMaxNorm),
        (UnitNorm, UnitNorm),
        ({"class_name": "UnitNorm", "config": {"axis": 1}}, UnitNorm),
    ],
)
def test_get(identifier: Any, expected: type[Constraint]) -> None:
    assert type(constraints.get(identifier)) is expected


def test_get_of_none_and_of_an_object() -> None:
    constraint = NonNeg()
    assert constraints.get(None) is None
    assert constraints.get(constraint) is constraint


def test_lower_case_classes() -> None:
    assert constraints.max_norm is MaxNorm
    public = {name for name in dir(keras.constraints) if not name.startswith("_")}
    assert public <= {*constraints.__all__, "src"}


def test_unknown_name() -> None:
    with pytest.raises(
        UnknownNameError, match=r"^Unknown constraint; received: 'maxnorm'\. Did you mean .*'MaxNorm'"
    ):
        constraints.get("maxnorm")


def test_what_is_no_constraint() -> None:
    with pytest.raises(ConfigurationError, match="as constraint; received: 2"):
        constraints.get(2)


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        (MaxNorm, {"max_value": -1}, "`max_value` must be a finite number, at least 0; received: -1"),
        (MaxNorm, {"max_value": "2"}, "`max_value` must be a finite number, at least 0; received: '2'"),
        (MaxNorm, {"axis": 0.5}, "`axis` must be an integer or a list of integers; received: 0.5"),
        (UnitNorm, {"axis": None}, "`axis` must be an integer or a list of integers; received: None"),
        (MinMaxNorm, {"rate": 1.5}, "`rate` must be a finite number, at least 0, at most 1; received: 1.5"),
        (MinMaxNorm, {"min_value": 2.0}, "`min_value` must not exceed `max_value`; received: 2.0 and 1.0"),
    ],
)
def test_bad_arguments(kind: Any, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        kind(**options)


@pytest.mark.usefixtures("strict_promotion")
@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (Constraint(), W),
        (Own(), np.clip(W, -0.5, 0.5)),
        (Twice(100.0), 2 * W),
        (constraints.get(halve), W / 2),
    ],
)
def test_users_own(constraint: Constraint, expected: np.ndarray) -> None:
    np.testing.assert_allclose(constraint(W), expected, rtol=1e-5)
    projected = jax.jit(constraint.project)(W, constraint.settings())
    np.testing.assert_allclose(projected, expected, rtol=1e-5)
    assert str(projected.dtype) == "float32"


def test_structure_of_users_own() -> None:
    own = Own()
    assert own.structure() == (own,)
    assert Own().structure() != own.structure()
    assert FunctionConstraint(halve).structure() == FunctionConstraint(halve).structure()


def test_users_own_go_round() -> None:
    assert isinstance(constraints.deserialize(constraints.serialize(Own()), {"Own": Own}), Own)
    wrapped = constraints.get(halve)
    assert isinstance(wrapped, FunctionConstraint)
    assert constraints.serialize(wrapped) == constraints.serialize(halve) == DATA
    with custom_object_scope({"halve": halve}):
        again = constraints.get(DATA)
        assert isinstance(again, FunctionConstraint)
        assert again.function is halve
        assert FunctionConstraint.from_config(wrapped.get_config()).function is halve


def test_a_projection_must_keep_the_shape() -> None:
    constraint = constraints.get(jnp.sum)
    assert constraint is not None
    with pytest.raises(ShapeError, match=r"of its argument, \(2, 3, 4\); received an array of shape \(\)"):
        constraint.project(jnp.asarray(W), {})
