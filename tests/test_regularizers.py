from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ranvier import regularizers
from ranvier.errors import ConfigurationError, ShapeError, UnknownNameError, UnsupportedError
from ranvier.regularizers import L1, L1L2, L2, FunctionRegularizer, OrthogonalRegularizer, Regularizer

X = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
DATA = {"class_name": "function", "config": "ten_times", "registered_name": "ten_times"}

CASES: list[tuple[str, dict[str, Any]]] = [
    ("L1", {}),
    ("L1", {"l1": 0.3}),
    ("L1", {"l1": None}),
    ("L2", {}),
    ("L2", {"l2": 0.3}),
    ("L2", {"l2": 0}),
    ("L1L2", {}),
    ("L1L2", {"l1": 0.1}),
    ("L1L2", {"l1": 0.1, "l2": 0.2}),
    ("L1L2", {"l1": None, "l2": 0.2}),
    ("OrthogonalRegularizer", {}),
    ("OrthogonalRegularizer", {"factor": 0.3, "mode": "columns"}),
]

every_case = pytest.mark.parametrize(("name", "options"), CASES)


def ten_times(x: Any) -> Any:
    return 10 * jnp.sum(x)


class Own(Regularizer):
    def __init__(self, strength: float = 1.0) -> None:
        self.strength = strength

    def __call__(self, x: Any) -> Any:
        return self.strength * jnp.max(jnp.abs(x))

    def get_config(self) -> dict[str, Any]:
        return {"strength": self.strength}


class Doubled(L2):
    def __call__(self, x: Any) -> Any:
        return 2 * super().__call__(x)


class Strong(L2):
    def __init__(self) -> None:
        super().__init__(5.0)


@every_case
def test_equals_keras(name: str, options: dict[str, Any]) -> None:
    expected = getattr(keras.regularizers, name)(**options)(jnp.asarray(X))
    ours = getattr(regularizers, name)(**options)
    assert float(ours(X)) == pytest.approx(float(expected), rel=1e-6)
    assert float(ours.penalty(jnp.asarray(X), ours.settings())) == pytest.approx(float(expected), rel=1e-6)


@every_case
def test_configuration_goes_round(name: str, options: dict[str, Any]) -> None:
    ours = getattr(regularizers, name)(**options)
    theirs = getattr(keras.regularizers, name)(**options)
    assert ours.get_config() == pytest.approx(theirs.get_config())
    again = regularizers.deserialize(regularizers.serialize(ours))
    assert type(again) is type(ours)
    assert again.get_config() == ours.get_config()


def test_strengths_are_settings_and_not_structure() -> None:
    assert L2(0.1).structure() == L2(0.2).structure()
    assert hash(L1L2(0.1).structure()) == hash(L1L2(0.0, 0.3).structure())
    assert L1(0.1).structure() != L2(0.1).structure()
    assert OrthogonalRegularizer(mode="rows").structure() != OrthogonalRegularizer(mode="columns").structure()
    assert L1L2(0.1, 0.2).settings() == {"l1": 0.1, "l2": 0.2}


@pytest.mark.usefixtures("strict_promotion")
def test_a_changed_strength_compiles_nothing() -> None:
    regularizer = L1L2(0.0, 0.1)
    traces = []

    @jax.jit
    def program(x: Any, settings: Any) -> Any:
        traces.append(1)
        return regularizer.penalty(x, settings)

    for strength in (0.0, 0.2, 0.7):
        regularizer.l1 = strength
        settings = {name: np.float32(value) for name, value in regularizer.settings().items()}
        assert float(program(X, settings)) == pytest.approx(float(regularizer(X)), rel=1e-6)
    assert len(traces) == 1


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("l1", L1(0.01)),
        ("L1", L1(0.01)),
        ("l2", L2(0.01)),
        ("l1_l2", L1L2(0.01, 0.01)),
        ("l1l2", L1L2(0.0, 0.0)),
        ("L1L2", L1L2(0.0, 0.0)),
        ("orthogonal_regularizer", OrthogonalRegularizer()),
        (L2, L2(0.01)),
        (L1L2, L1L2()),
        ({"class_name": "L1L2", "config": {"l2": 0.5}}, L1L2(0.0, 0.5)),
        ({"class_name": "l2", "config": {}}, L2(0.01)),
    ],
)
def test_get(identifier: Any, expected: Regularizer) -> None:
    found = regularizers.get(identifier)
    assert type(found) is type(expected)
    assert found is not None
    assert found.get_config() == expected.get_config()


def test_get_of_none_and_of_an_object() -> None:
    regularizer = L2(0.5)
    assert regularizers.get(None) is None
    assert regularizers.get(regularizer) is regularizer


def test_lower_case_classes() -> None:
    assert (regularizers.l1, regularizers.l2, regularizers.l1_l2) == (L1, L2, L1L2)
    public = {name for name in dir(keras.regularizers) if not name.startswith("_")}
    assert public <= {*regularizers.__all__, "src"}


@pytest.mark.parametrize(
    ("name", "closest"), [("l3", "'l1'"), ("ortogonal_regularizer", "'orthogonal_regularizer'")]
)
def test_unknown_name(name: str, closest: str) -> None:
    with pytest.raises(UnknownNameError, match=rf"^Unknown regularizer; received: '{name}'.*{closest}"):
        regularizers.get(name)


@pytest.mark.parametrize("identifier", [0.01, [1], object()])
def test_what_is_no_regularizer(identifier: Any) -> None:
    with pytest.raises(ConfigurationError, match="as regularizer; received"):
        regularizers.get(identifier)


@pytest.mark.parametrize("strength", [-0.1, "0.1", float("nan"), float("inf"), True, [0.1]])
@pytest.mark.parametrize(
    ("kind", "name"),
    [(L1, "l1"), (L2, "l2"), (L1L2, "l1"), (L1L2, "l2"), (OrthogonalRegularizer, "factor")],
)
def test_bad_strength(kind: Any, name: str, strength: Any) -> None:
    with pytest.raises(
        ConfigurationError, match=rf"^`{name}` must be a finite number, at least 0; received: "
    ):
        kind(**{name: strength})


def test_bad_mode() -> None:
    with pytest.raises(UnknownNameError, match=r"received: 'row'\. Did you mean 'rows'"):
        OrthogonalRegularizer(mode="row")  # type: ignore[arg-type]


@pytest.mark.usefixtures("strict_promotion")
@pytest.mark.parametrize(
    ("regularizer", "expected"),
    [
        (Own(2.0), 2 * np.abs(X).max()),
        (Doubled(0.5), np.square(X).sum()),
        (Strong(), 5 * np.square(X).sum()),
        (regularizers.get(ten_times), 10 * X.sum()),
    ],
)
def test_users_own(regularizer: Regularizer, expected: float) -> None:
    assert float(regularizer(X)) == pytest.approx(float(expected), rel=1e-5)
    penalty = jax.jit(regularizer.penalty)(X, regularizer.settings())
    assert float(penalty) == pytest.approx(float(expected), rel=1e-5)
    assert str(penalty.dtype) == "float32"


def test_structure_of_users_own() -> None:
    own = Own()
    assert own.structure() == (own,)
    assert own.structure() != Own().structure()
    one, other = regularizers.get(ten_times), regularizers.get(ten_times)
    assert one is not None
    assert other is not None
    assert one.structure() == other.structure()


def test_an_unhashable_callable_is_its_own_structure() -> None:
    class Unhashable:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self, x: Any) -> Any:
            return jnp.sum(x)

    regularizer = regularizers.get(Unhashable())
    assert regularizer is not None
    assert regularizer.structure() == (regularizer,)


def test_users_own_go_round() -> None:
    own = regularizers.deserialize(regularizers.serialize(Own(3.0)), {"Own": Own})
    assert isinstance(own, Own)
    assert own.strength == 3.0
    wrapped = regularizers.get(ten_times)
    assert wrapped is not None
    assert regularizers.serialize(wrapped) == regularizers.serialize(ten_times) == DATA
    again = regularizers.deserialize(DATA, {"ten_times": ten_times})
    assert isinstance(again, FunctionRegularizer)
    assert again.function is ten_times


def test_a_function_goes_round_inside_a_configuration() -> None:
    from ranvier.registry import custom_object_scope

    config = FunctionRegularizer(ten_times).get_config()
    with custom_object_scope({"ten_times": ten_times}):
        assert FunctionRegularizer.from_config(config).function is ten_times


def test_a_penalty_must_be_one_number() -> None:
    regularizer = regularizers.get(jnp.abs)
    assert regularizer is not None
    with pytest.raises(ShapeError, match=r"must return one number.*received an array of shape \(4, 3\)"):
        regularizer.penalty(jnp.asarray(X), {})


def test_an_empty_subclass_says_what_is_missing() -> None:
    class Empty(Regularizer):
        pass

    with pytest.raises(UnsupportedError, match=r"^Empty must define `__call__"):
        Empty().penalty(jnp.asarray(X), {})
    with pytest.raises(UnsupportedError, match=r"^Empty must define `get_config`"):
        regularizers.serialize(Empty())
