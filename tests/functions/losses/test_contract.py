"""Every loss function in a table: equal to Keras in value and gradient, and to finite differences."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.functions import losses

if TYPE_CHECKING:
    from collections.abc import Callable

os.environ.setdefault("KERAS_BACKEND", "jax")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

RANDOM = np.random.default_rng(7)


def _reals(*shape: int) -> np.ndarray:
    return RANDOM.normal(size=shape)


def _positive(*shape: int) -> np.ndarray:
    return RANDOM.uniform(0.2, 3.0, size=shape)


def _shares(*shape: int) -> np.ndarray:
    return RANDOM.uniform(0.05, 0.95, size=shape)


def _distributions(*shape: int) -> np.ndarray:
    positive = _positive(*shape)
    return positive / positive.sum(axis=-1, keepdims=True)


def _bits(*shape: int) -> np.ndarray:
    return RANDOM.integers(0, 2, size=shape)


def _labels(classes: int, *shape: int) -> np.ndarray:
    return RANDOM.integers(0, classes, size=shape)


def _rows(classes: int, *shape: int) -> np.ndarray:
    return np.eye(classes)[_labels(classes, *shape)]


def _units(*shape: int) -> np.ndarray:
    reals = _reals(*shape)
    return reals / np.linalg.norm(reals, axis=-1, keepdims=True)


@dataclass
class Case:
    name: str
    y_true: np.ndarray
    y_pred: np.ndarray
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def function(self) -> Callable[..., Any]:
        return getattr(losses, self.name)

    def __str__(self) -> str:
        options = ",".join(key if np.ndim(value) else f"{key}={value}" for key, value in self.options.items())
        return f"{self.name}-{self.y_true.shape}-{self.y_pred.shape}-{options}"


LOGITS = {"from_logits": True}
CASES = [
    Case("mean_squared_error", _reals(5, 3), _reals(5, 3)),
    Case("mean_squared_error", _reals(5), _reals(5, 1)),
    Case("mean_squared_error", _reals(5, 1), _reals(5)),
    Case("mean_squared_error", _labels(9, 4, 2, 3), _reals(4, 2, 3)),
    Case("mean_squared_error", _reals(4, 3), _reals(4, 3, 1)),
    Case("mean_absolute_error", _reals(5, 3), _reals(5, 3)),
    Case("mean_absolute_percentage_error", np.zeros((2, 1)), _positive(2, 1) * 1e-6),
    Case("mean_absolute_percentage_error", _positive(5, 3), _reals(5, 3)),
    Case("mean_squared_logarithmic_error", _positive(5, 3), _positive(5, 3)),
    Case("cosine_similarity", _reals(5, 3), _reals(5, 3)),
    Case("cosine_similarity", _reals(2, 5, 3), _reals(2, 5, 3), {"axis": 1}),
    Case("huber", _reals(6, 3), 3 * _reals(6, 3)),
    Case("huber", _reals(6, 3), 3 * _reals(6, 3), {"delta": 0.3}),
    Case("log_cosh", _reals(6, 3), 3 * _reals(6, 3)),
    Case("poisson", _labels(5, 6, 3), _positive(6, 3)),
    Case("hinge", 2 * _bits(6, 3) - 1, _reals(6, 3)),
    Case("hinge", _bits(6, 3), _reals(6, 3)),
    Case("squared_hinge", 2 * _bits(6, 3) - 1, _reals(6, 3)),
    Case("squared_hinge", _bits(6, 1), _reals(6, 1)),
    Case("categorical_hinge", _rows(4, 6), _reals(6, 4)),
    Case("categorical_crossentropy", _rows(4, 6), _distributions(6, 4)),
    Case("categorical_crossentropy", _rows(4, 6), _positive(6, 4), {"label_smoothing": 0.2}),
    Case("categorical_crossentropy", _rows(4, 6), 4 * _reals(6, 4), LOGITS),
    Case("categorical_crossentropy", _reals(6, 4), _reals(6, 4), LOGITS),
    Case("categorical_crossentropy", _rows(4, 6), _reals(6, 4), {"label_smoothing": 0.1, **LOGITS}),
    Case("categorical_crossentropy", _rows(3, 2, 3), _reals(2, 3, 3), {"axis": 1, **LOGITS}),
    Case("categorical_crossentropy", _rows(3, 2, 3), _positive(2, 3, 3), {"axis": 1}),
    Case("sparse_categorical_crossentropy", _labels(4, 6), _distributions(6, 4)),
    Case("sparse_categorical_crossentropy", _labels(4, 6, 1), 4 * _reals(6, 4), LOGITS),
    Case("sparse_categorical_crossentropy", _labels(4, 3, 5), _reals(3, 5, 4), LOGITS),
    Case("sparse_categorical_crossentropy", _labels(3, 2, 3), _reals(2, 3, 3), {"axis": 1, **LOGITS}),
    Case("sparse_categorical_crossentropy", _labels(3, 2, 3), _positive(2, 3, 3), {"axis": 1}),
    Case("sparse_categorical_crossentropy", _labels(4, 3, 5), _reals(3, 5, 4), {"ignore_class": 2, **LOGITS}),
    Case("binary_crossentropy", _bits(6, 3), _shares(6, 3)),
    Case("binary_crossentropy", _shares(6, 3), _shares(6, 3), {"label_smoothing": 0.3}),
    Case("binary_crossentropy", _bits(6, 1), 5 * _reals(6, 1), LOGITS),
    Case("binary_crossentropy", _bits(6, 3), 5 * _reals(6, 3), {"axis": 0, "label_smoothing": 0.1, **LOGITS}),
    Case("binary_focal_crossentropy", _bits(6, 3), _shares(6, 3)),
    Case(
        "binary_focal_crossentropy",
        _bits(6, 3),
        _reals(6, 3),
        {"apply_class_balancing": True, "alpha": 0.4, "gamma": 1.5, "label_smoothing": 0.1, **LOGITS},
    ),
    Case("categorical_focal_crossentropy", _rows(4, 6), _positive(6, 4)),
    Case(
        "categorical_focal_crossentropy",
        _rows(4, 6),
        _reals(6, 4),
        {"alpha": 0.5, "gamma": 0.5, "label_smoothing": 0.1, **LOGITS},
    ),
    Case("kl_divergence", _distributions(6, 4), _distributions(6, 4)),
    Case("kl_divergence", _rows(4, 6), _distributions(6, 4)),
    Case("categorical_generalized_cross_entropy", _labels(4, 6), _distributions(6, 4), {"q": 0.7}),
    Case("dice", _bits(3, 4, 4, 1), _shares(3, 4, 4, 1)),
    Case("dice", _bits(3, 4, 4, 1), _shares(3, 4, 4, 1), {"axis": (1, 2, 3)}),
    Case("tversky", _bits(3, 4, 4, 1), _shares(3, 4, 4, 1), {"alpha": 0.3, "beta": 0.7}),
    Case("tversky", _bits(3, 4, 4, 1), _shares(3, 4, 4, 1), {"axis": (1, 2, 3)}),
    Case("circle", _labels(3, 8), _units(8, 4)),
    Case("circle", _labels(3, 8, 1), _units(8, 4), {"gamma": 20, "margin": 0.3, "remove_diagonal": False}),
    Case(
        "circle",
        _labels(2, 4),
        _units(4, 3),
        {"ref_labels": _labels(2, 6), "ref_embeddings": _units(6, 3).astype("float32")},
    ),
    Case("ctc", np.array([[1, 2, 2, 0], [3, 0, 0, 0], [1, 1, 1, 2], [0, 0, 0, 0]]), 2 * _reals(4, 9, 4)),
]


def test_the_table_holds_every_function() -> None:
    assert {case.name for case in CASES} == set(losses.__all__)


@pytest.mark.parametrize("name", sorted(losses.__all__))
def test_equals_keras(name: str) -> None:
    cases = [case for case in CASES if case.name == name]
    inputs = [jnp.asarray(case.y_pred, "float32") for case in cases]
    # One program of constants for all cases: compiling is what takes the time.
    results = jax.jit(lambda: [_both(*each) for each in zip(cases, inputs, strict=True)])()
    for case, (values, expected, gradient, expected_gradient) in zip(cases, results, strict=True):
        assert values.dtype == np.float32
        np.testing.assert_allclose(values, expected, rtol=2e-5, atol=2e-6, err_msg=str(case))
        np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-4, atol=2e-5, err_msg=str(case))


def _both(case: Case, y_pred: Any) -> Any:
    """Values and gradients, ours and Keras', with unequal cotangents."""
    theirs = getattr(keras.losses, case.name)
    y_true = case.y_true.astype("float32") if case.y_true.dtype.kind == "f" else case.y_true
    y_true = jnp.asarray(y_true)

    def ours_of(y_pred: Any) -> Any:
        return case.function(case.y_true, y_pred, **case.options)

    def theirs_of(y_pred: Any) -> Any:
        return theirs(y_true, y_pred, **case.options)

    values, pullback = jax.vjp(ours_of, y_pred)
    expected, expected_pullback = jax.vjp(theirs_of, y_pred)
    assert values.shape == expected.shape, case
    factors = jnp.linspace(0.5, 1.5, values.size, dtype="float32").reshape(values.shape)
    return values, expected, pullback(factors)[0], expected_pullback(factors)[0]


@pytest.mark.parametrize("name", sorted(losses.__all__))
def test_gradient_equals_finite_differences(name: str) -> None:
    # One case for each of a function's derivative rules.
    cases = {case.options.get("from_logits"): case for case in CASES if case.name == name}
    with jax.enable_x64(True):
        results = jax.device_get(jax.jit(lambda: [_changes(case) for case in cases.values()])())
    for case, (slopes, tangent, product) in zip(cases.values(), results, strict=True):
        assert tangent.dtype == np.float64
        np.testing.assert_allclose(tangent, slopes, rtol=2e-5, atol=1e-6, err_msg=str(case))
        np.testing.assert_allclose(product, np.sum(tangent), rtol=1e-9, atol=1e-12, err_msg=str(case))


def _changes(case: Case) -> Any:
    """The slope along a direction: by differences, by the forward rule, by the backward rule."""
    # Unit embeddings touch the kink of Circle's distance at 0.
    y_pred = jnp.asarray(case.y_pred) * (0.9 if case.name == "circle" else 1.0)
    step, direction = 1e-6, jnp.asarray(np.random.default_rng(1).normal(size=y_pred.shape))

    def values(y_pred: Any) -> Any:
        return case.function(case.y_true, y_pred, **case.options)

    before, after = values(y_pred - step * direction), values(y_pred + step * direction)
    _, tangent = jax.jvp(values, (y_pred,), (direction,))
    _, pullback = jax.vjp(values, y_pred)
    gradient = pullback(jnp.ones_like(before))[0]
    return (after - before) / (2 * step), tangent, jnp.sum(gradient * direction)


@pytest.mark.parametrize("name", sorted(losses.__all__))
def test_traces_under_strict_promotion(name: str, strict_promotion: None) -> None:
    for case in CASES:
        if case.name == name:
            y_pred = case.y_pred.astype("float32")
            function = partial(case.function, **case.options)
            assert jax.eval_shape(function, case.y_true, y_pred).dtype == np.float32


@pytest.mark.parametrize("name", ["mean_squared_error", "binary_crossentropy", "categorical_crossentropy"])
def test_half_precision_stays(name: str) -> None:
    y_pred = jnp.asarray(_shares(3, 2), jnp.bfloat16)
    assert jax.eval_shape(getattr(losses, name), np.zeros((3, 2), "uint8"), y_pred).dtype == jnp.bfloat16
