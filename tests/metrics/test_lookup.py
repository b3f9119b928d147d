from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import losses, metrics
from ranvier.errors import ConfigurationError, FileFormatError, ShapeError, UnknownNameError
from ranvier.registry import custom_object_scope


def worst_case(y_true: Any, y_pred: Any) -> Any:
    return jnp.abs(y_true - y_pred)


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [
        ("acc", metrics.Accuracy),
        ("accuracy", metrics.Accuracy),
        ("AUC", metrics.AUC),
        ("auc", metrics.AUC),
        ("mse", metrics.MeanSquaredError),
        ("MSE", metrics.MeanSquaredError),
        ("mae", metrics.MeanAbsoluteError),
        ("MAPE", metrics.MeanAbsolutePercentageError),
        ("msle", metrics.MeanSquaredLogarithmicError),
        ("bce", metrics.BinaryCrossentropy),
        ("BCE", metrics.BinaryCrossentropy),
        ("kl_divergence", metrics.KLDivergence),
        ("f_beta_score", metrics.FBetaScore),
        ("f1_score", metrics.F1Score),
        ("r2_score", metrics.R2Score),
        ("root_mean_squared_error", metrics.RootMeanSquaredError),
        ("sparse_top_k_categorical_accuracy", metrics.SparseTopKCategoricalAccuracy),
        ("cosine_similarity", metrics.CosineSimilarity),
        ("Precision", metrics.Precision),
        (metrics.Recall, metrics.Recall),
        ({"class_name": "AUC", "config": {"curve": "PR"}}, metrics.AUC),
    ],
)
def test_names(identifier: Any, kind: type[metrics.Metric]) -> None:
    assert type(metrics.get(identifier)) is kind


def test_get_returns_what_it_is_given() -> None:
    assert metrics.get(None) is None
    assert metrics.get(worst_case) is worst_case
    assert metrics.get("huber") is metrics.huber
    own = metrics.AUC()
    assert metrics.get(own) is own


@pytest.mark.parametrize("wrong", ["acuracy", "precison", "MeanSquareError"])
@pytest.mark.parametrize("find", [metrics.get, lambda name: metrics.resolve(name, (4, 1), (4, 1))])
def test_unknown_names(find: Any, wrong: str) -> None:
    with pytest.raises(UnknownNameError, match=f"Unknown metric; received: '{wrong}'. Did you mean"):
        find(wrong)


def test_what_is_no_metric() -> None:
    with pytest.raises(ConfigurationError, match="received: 3"):
        metrics.get(3)
    with pytest.raises(ConfigurationError, match="received: None"):
        metrics.resolve(None, (4, 1), (4, 1))
    with pytest.raises(FileFormatError):
        metrics.deserialize({"name": "x"})


@pytest.mark.parametrize(
    ("y_true", "y_pred", "accuracy", "crossentropy"),
    [
        ((None, 1), (None, 1), metrics.BinaryAccuracy, metrics.BinaryCrossentropy),
        ((None,), (None, 1), metrics.BinaryAccuracy, metrics.BinaryCrossentropy),
        ((8,), (8,), metrics.BinaryAccuracy, metrics.BinaryCrossentropy),
        ((8,), (None, 10), metrics.SparseCategoricalAccuracy, metrics.SparseCategoricalCrossentropy),
        ((8, 1), (None, 10), metrics.SparseCategoricalAccuracy, metrics.SparseCategoricalCrossentropy),
        ((8, 5), (None, 5, 10), metrics.SparseCategoricalAccuracy, metrics.SparseCategoricalCrossentropy),
        ((8, 10), (None, 10), metrics.CategoricalAccuracy, metrics.CategoricalCrossentropy),
        ((8, None), (None, 10), metrics.CategoricalAccuracy, metrics.CategoricalCrossentropy),
    ],
)
def test_resolved_by_shapes(y_true: Any, y_pred: Any, accuracy: Any, crossentropy: Any) -> None:
    for name in ("accuracy", "acc", "Accuracy"):
        metric = metrics.resolve(name, y_true, y_pred)
        assert (type(metric), metric.name) == (accuracy, name)
    for name in ("crossentropy", "ce"):
        metric = metrics.resolve(name, y_true, y_pred)
        assert (type(metric), metric.name) == (crossentropy, name)


def test_shapes_that_fit_no_accuracy() -> None:
    with pytest.raises(ShapeError, match=r"'acc' with the loss 'mse' needs targets of shape \(None,\)"):
        metrics.resolve("acc", (None, 3), (None, 4), loss_name="mse")
    with pytest.raises(ShapeError, match="'accuracy' needs targets"):
        metrics.resolve("accuracy", (None, 3, 4), (None, 4))


def test_resolved_names() -> None:
    shapes = ((None, 2), (None, 2))
    assert metrics.resolve("mse", *shapes).name == "mse"
    assert metrics.resolve("AUC", *shapes).name == "AUC"
    assert metrics.resolve(metrics.Recall, *shapes).name == "recall"
    assert metrics.resolve(metrics.AUC(name="area"), *shapes).name == "area"
    assert metrics.resolve(worst_case, *shapes).name == "worst_case"
    assert metrics.resolve(lambda y_true, y_pred: y_pred, *shapes).name == "lambda"
    assert metrics.resolve(losses.mean_squared_error, *shapes).name == "mean_squared_error"
    assert metrics.resolve("huber", *shapes).name == "huber"
    loss = metrics.resolve(losses.MeanSquaredError(name="squares"), *shapes)
    assert (loss.name, loss.rowwise) == ("squares", False)
    assert loss(np.zeros((2, 2)), np.ones((2, 2))) == 1.0


def test_resolved_metrics_are_ready() -> None:
    for identifier in (metrics.F1Score, "r2_score", metrics.AUC(multi_label=True)):
        assert metrics.resolve(identifier, (None, 2), (None, 2)).init()


def test_users_own_names() -> None:
    class Mine(metrics.Mean):
        pass

    with custom_object_scope({"Mine": Mine, "worst_case": worst_case}):
        assert type(metrics.get("Mine")) is Mine
        assert type(metrics.resolve("Mine", (4, 1), (4, 1))) is Mine
        assert metrics.resolve("worst_case", (4, 1), (4, 1)).name == "worst_case"
    described = metrics.serialize(Mine(name="own"))
    assert metrics.deserialize(described, {"Mine": Mine}).name == "own"


def test_functions_are_described_by_name() -> None:
    assert metrics.serialize(metrics.binary_accuracy) == "binary_accuracy"
    assert metrics.serialize(worst_case)["config"] == "worst_case"
    assert metrics.deserialize("huber") is metrics.huber
