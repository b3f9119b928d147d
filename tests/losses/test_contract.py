"""Every loss class in a table: equal to Keras, exact under padding, rebuilt from its configuration."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import losses
from ranvier.functions import losses as functions
from ranvier.losses.lookup import CLASS_OF

if TYPE_CHECKING:
    from collections.abc import Callable

os.environ.setdefault("KERAS_BACKEND", "jax")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

# For programs that run once.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
RANDOM = np.random.default_rng(11)
ROWS = 5


def _reals(*shape: int) -> np.ndarray:
    return RANDOM.normal(size=(ROWS, *shape)).astype("float32")


def _shares(*shape: int) -> np.ndarray:
    return RANDOM.uniform(0.05, 0.95, size=(ROWS, *shape)).astype("float32")


def _labels(classes: int, *shape: int) -> np.ndarray:
    return RANDOM.integers(0, classes, size=(ROWS, *shape)).astype("int32")


def _one_hot(classes: int, *shape: int) -> np.ndarray:
    return np.eye(classes, dtype="float32")[_labels(classes, *shape)]


@dataclass
class Case:
    kind: str
    y_true: np.ndarray
    y_pred: np.ndarray
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind}-{self.y_pred.shape}-{','.join(self.options)}"


LOGITS = {"from_logits": True}
CASES = [
    Case("MeanSquaredError", _reals(), _reals(1)),
    Case("MeanAbsoluteError", _reals(3), _reals(3), {"reduction": "sum"}),
    Case("MeanAbsolutePercentageError", _shares(4, 3), _shares(4, 3)),
    Case("MeanSquaredLogarithmicError", _shares(3), _shares(3)),
    Case("CosineSimilarity", _reals(3, 4), _reals(3, 4), {"axis": 1}),
    Case("LogCosh", _reals(3), _reals(3), {"reduction": "mean_with_sample_weight"}),
    Case("Huber", _reals(3), _reals(3), {"delta": 0.5}),
    Case("Poisson", _labels(4, 2), _shares(2)),
    Case("Hinge", _labels(2, 1), _reals(1)),
    Case("SquaredHinge", 2 * _labels(2, 3) - 1, _reals(3)),
    Case("CategoricalHinge", _one_hot(3), _reals(3)),
    Case("KLDivergence", _one_hot(3), _shares(3)),
    Case("CategoricalGeneralizedCrossEntropy", _labels(3), _shares(3), {"q": 0.3}),
    Case("BinaryCrossentropy", _labels(2), _shares(1)),
    Case("BinaryCrossentropy", _labels(2, 3), _reals(3), {"from_logits": True, "label_smoothing": 0.2}),
    Case("BinaryFocalCrossentropy", _labels(2, 3), _shares(3), {"gamma": 1.0, "apply_class_balancing": True}),
    Case("CategoricalCrossentropy", _one_hot(3), _shares(3), {"label_smoothing": 0.1}),
    Case("CategoricalCrossentropy", _one_hot(3, 4), _reals(4, 3), {"from_logits": True, "reduction": "sum"}),
    Case("CategoricalFocalCrossentropy", _one_hot(3), _shares(3), {"alpha": 0.5, "gamma": 3.0}),
    Case("SparseCategoricalCrossentropy", _labels(3), _shares(3)),
    Case("SparseCategoricalCrossentropy", _labels(3, 1), _reals(3), {"from_logits": True}),
    Case(
        "SparseCategoricalCrossentropy", _labels(3, 4), _reals(4, 3), {"from_logits": True, "ignore_class": 1}
    ),
    Case(
        "SparseCategoricalCrossentropy",
        _labels(3),
        _shares(3),
        {"ignore_class": 1, "reduction": "mean_with_sample_weight"},
    ),
    Case("Dice", _labels(2, 4, 4), _shares(4, 4), {"axis": (1, 2)}),
    Case("Dice", _labels(2, 4, 4), _shares(4, 4)),
    Case("Tversky", _labels(2, 4, 4), _shares(4, 4), {"alpha": 0.3, "axis": (1, 2)}),
    Case("Circle", np.array([0, 1, 0, 1, 2], "int32"), _reals(4) / 3, {"gamma": 10.0}),
    Case("CTC", np.array([[1, 2], [1, 1], [2, 0], [2, 1], [0, 0]], "int32"), _reals(6, 3)),
]
KINDS = sorted({case.kind for case in CASES})


def _built(case: Case, module: Any = losses, **more: Any) -> Any:
    return getattr(module, case.kind)(**case.options, **more)


def test_the_table_holds_every_class() -> None:
    assert set(KINDS) == {kind.__name__ for kind in CLASS_OF.values()}
    assert set(CLASS_OF) == set(functions.__all__)


def test_every_name_of_keras_is_there() -> None:
    theirs = {name for name in dir(keras.losses) if not name.startswith("_")}
    assert theirs <= set(losses.__all__)
    assert losses.MSE is losses.mse is losses.mean_squared_error


@pytest.mark.parametrize("kind", KINDS)
def test_equals_keras(kind: str) -> None:
    """With and without weights, and with rows of padding that hold other numbers."""
    cases = [case for case in CASES if case.kind == kind]
    # One program of constants for all cases: compiling is what takes the time.
    results = jax.jit(lambda: [_four_ways(case) for case in cases])()
    for case, (ours, weighted, padded, expected, expected_weighted) in zip(cases, results, strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6, err_msg=str(case))
        np.testing.assert_allclose(weighted, expected_weighted, rtol=1e-5, atol=1e-6, err_msg=str(case))
        if padded is not None:
            np.testing.assert_allclose(padded[0], ours, rtol=1e-6, atol=1e-7, err_msg=str(case))
            np.testing.assert_allclose(padded[1], weighted, rtol=1e-6, atol=1e-7, err_msg=str(case))


def _four_ways(case: Case) -> Any:
    ours, theirs = _built(case), _built(case, keras.losses)
    weights = np.array([0.5, 1.0, 2.0, 0.0, 3.0], "float32")
    y_true, y_pred = jnp.asarray(case.y_true), jnp.asarray(case.y_pred)
    # Keras takes one weight per row only in this form where there are several values per row.
    values = jax.eval_shape(lambda: ours.call(y_true, y_pred))
    shaped = weights.reshape(-1, *[1] * (max(values.ndim, 1) - 1))
    padded = None
    if ours.rowwise:
        valid = jnp.array([1, 1, 1, 1, 1, 0, 0], "float32")
        more = (jnp.concatenate([y_true, y_true[1:3]]), jnp.concatenate([y_pred, y_pred[:2]]))
        padded = (
            ours.compute(*more, valid=valid),
            ours.compute(*more, jnp.concatenate([weights, jnp.ones(2)]), valid, rows=jnp.float32(ROWS)),
        )
    return (
        ours(y_true, y_pred),
        ours(y_true, y_pred, weights),
        padded,
        theirs(y_true, y_pred),
        theirs(y_true, y_pred, shaped),
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_configuration_and_structure(case: Case) -> None:
    loss, twin = _built(case, name="some"), _built(case, name="other")
    assert loss.structure() == twin.structure()
    assert hash(loss.structure()) == hash(twin.structure())
    assert loss.settings() == {}
    again = losses.deserialize(losses.serialize(loss))
    assert type(again) is type(loss)
    assert again.name == "some"
    assert again.structure() == loss.structure()
    theirs = _built(case, keras.losses)
    assert type(loss).from_config(theirs.get_config()).get_config().items() >= theirs.get_config().items()


@pytest.mark.parametrize("kind", KINDS)
def test_structure_tells_options_apart(kind: str) -> None:
    numbers = dict.fromkeys(["label_smoothing", "alpha", "beta", "q", "margin"], 0.9)
    numbers |= {"delta": 9.0, "gamma": 9.0, "axis": -2, "ignore_class": 7}
    flags = {"from_logits": True, "remove_diagonal": False, "apply_class_balancing": True}
    changed = numbers | flags
    make: Callable[..., Any] = getattr(losses, kind)
    made = [make(), make(reduction="sum"), make(dtype="bfloat16")]
    made += [make(**{option: changed[option]}) for option in make.option_names]
    assert len({loss.structure() for loss in made}) == len(made)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_targets_of_the_table_pass_the_checks(case: Case) -> None:
    _built(case).check_targets(case.y_true, (None, *case.y_pred.shape[1:]))


@pytest.mark.parametrize("kind", KINDS)
def test_rowwise_is_true(kind: str) -> None:
    """A row that changes changes its own value only; the others say that they are not rowwise."""
    for case in CASES:
        if case.kind != kind:
            continue
        loss = _built(case)
        if not loss.rowwise:
            assert kind in ("Circle", "Dice", "Tversky")
            continue
        program = jax.jit(loss.call, compiler_options=QUICK)
        before = np.asarray(program(case.y_true, case.y_pred))
        y_true, y_pred = case.y_true.copy(), case.y_pred.copy()
        y_true[2], y_pred[2] = y_true[0], y_pred[0]
        after = np.asarray(program(y_true, y_pred))
        np.testing.assert_array_equal(np.delete(after, 2, axis=0), np.delete(before, 2, axis=0))
        np.testing.assert_array_equal(after[2], before[0])
