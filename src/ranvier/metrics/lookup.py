"""Metrics by name: what strings, configurations and functions stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier import identifiers
from ranvier.errors import ConfigurationError, ShapeError, unknown_name
from ranvier.metrics import (
    accuracy,
    confusion,
    correlation,
    iou,
    margins,
    operating_points,
    probabilistic,
    regression,
)
from ranvier.metrics.auc import AUC
from ranvier.metrics.base import Metric
from ranvier.metrics.f_score import F1Score, FBetaScore
from ranvier.metrics.names import FUNCTIONS
from ranvier.metrics.r2 import R2Score
from ranvier.metrics.reduction import Mean, MeanMetricWrapper, Sum
from ranvier.naming import snake_case
from ranvier.registry import CustomObjects, Registry, custom_object, custom_object_scope

if TYPE_CHECKING:
    from ranvier.types import PartialShape

CLASSES: tuple[type[Metric], ...] = (
    accuracy.Accuracy,
    AUC,
    accuracy.BinaryAccuracy,
    probabilistic.BinaryCrossentropy,
    iou.BinaryIoU,
    accuracy.CategoricalAccuracy,
    probabilistic.CategoricalCrossentropy,
    margins.CategoricalHinge,
    correlation.ConcordanceCorrelation,
    correlation.CosineSimilarity,
    F1Score,
    FBetaScore,
    confusion.FalseNegatives,
    confusion.FalsePositives,
    margins.Hinge,
    iou.IoU,
    probabilistic.KLDivergence,
    regression.LogCoshError,
    Mean,
    regression.MeanAbsoluteError,
    regression.MeanAbsolutePercentageError,
    iou.MeanIoU,
    MeanMetricWrapper,
    regression.MeanSquaredError,
    regression.MeanSquaredLogarithmicError,
    iou.OneHotIoU,
    iou.OneHotMeanIoU,
    correlation.PearsonCorrelation,
    probabilistic.Poisson,
    confusion.Precision,
    operating_points.PrecisionAtRecall,
    R2Score,
    confusion.Recall,
    operating_points.RecallAtPrecision,
    regression.RootMeanSquaredError,
    operating_points.SensitivityAtSpecificity,
    accuracy.SparseCategoricalAccuracy,
    probabilistic.SparseCategoricalCrossentropy,
    accuracy.SparseTopKCategoricalAccuracy,
    operating_points.SpecificityAtSensitivity,
    margins.SquaredHinge,
    Sum,
    accuracy.TopKCategoricalAccuracy,
    confusion.TrueNegatives,
    confusion.TruePositives,
)

_SHORT = {
    "acc": "Accuracy",
    "bce": "BinaryCrossentropy",
    "kld": "KLDivergence",
    "mae": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "mse": "MeanSquaredError",
    "msle": "MeanSquaredLogarithmicError",
    "rmse": "RootMeanSquaredError",
}

REGISTRY = Registry(
    "metric",
    {
        **{kind.__name__: kind for kind in CLASSES},
        # Functions of keras.metrics that are no class there.
        **{
            name: FUNCTIONS.entries[name]
            for name in ("binary_focal_crossentropy", "categorical_focal_crossentropy", "huber", "log_cosh")
        },
    },
    {
        **{snake_case(kind.__name__): kind.__name__ for kind in CLASSES},
        # Where the words of a class name are not those of its Keras name.
        "f_beta_score": "FBetaScore",
        "kl_divergence": "KLDivergence",
        "logcosh": "LogCoshError",
        "sparse_top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
        "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
        **_SHORT,
        **{alias.upper(): name for alias, name in _SHORT.items()},
    },
    base=Metric,
)

_ACCURACY = ("accuracy", "acc")
_CROSSENTROPY = ("crossentropy", "ce")


def get(identifier: Any) -> Any:
    """Return the metric that an identifier stands for.

    Args:
        identifier: None, a name (``"mse"``, ``"MeanSquaredError"``), a configuration, a class, a
            function, or a metric.

    Returns:
        None, a function of targets and predictions, or a :class:`~ranvier.metrics.Metric`.

    Raises:
        UnknownNameError: If a name stands for nothing.
        ConfigurationError: If the identifier is of another kind.
    """
    return None if identifier is None else identifiers.resolve(REGISTRY, identifier)


def serialize(metric: Any) -> str | dict[str, Any]:
    """Describe a metric by a configuration, and a function of Ranvier's own by its name.

    Args:
        metric: A metric or a function.

    Raises:
        ConfigurationError: For a function without a name, as a lambda.
    """
    return identifiers.describe(REGISTRY if isinstance(metric, Metric) else FUNCTIONS, metric)


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Any:
    """Return the metric that :func:`serialize` described.

    Args:
        config: A name or a configuration.
        custom_objects: A user's own classes and functions by name.

    Raises:
        UnknownNameError: If a name is neither in the table nor given.
        FileFormatError: If a configuration is damaged.
    """
    with custom_object_scope(custom_objects or {}):
        return identifiers.resolve(REGISTRY, config)


def resolve(
    identifier: Any,
    y_true_shape: PartialShape,
    y_pred_shape: PartialShape,
    loss_name: str | None = None,
) -> Metric:
    """Return the metric object that ``compile(metrics=[identifier])`` means, ready for data.

    ``"accuracy"`` and ``"acc"`` become the binary, sparse or categorical accuracy by the shapes,
    ``"crossentropy"`` and ``"ce"`` the cross-entropy of that kind. A function becomes its mean over
    samples. A metric named by a string keeps that name in logs.

    Args:
        identifier: As for :func:`get`.
        y_true_shape: The shape of the targets; None for a dimension not known.
        y_pred_shape: The shape of the predictions.
        loss_name: The loss of that output, for the message if shapes do not fit.

    Raises:
        UnknownNameError: If a name stands for nothing.
        ConfigurationError: If the identifier is of another kind.
        ShapeError: If accuracy is asked for and the shapes do not fit, or a metric cannot take them.
    """
    if identifier is None:
        raise ConfigurationError("A metric must be a name, a function or a metric; received: None.")
    if isinstance(identifier, str) and identifier.lower() in _ACCURACY + _CROSSENTROPY:
        metric = _by_shape(identifier, tuple(y_true_shape), tuple(y_pred_shape), loss_name)
    else:
        _require_known(identifier)
        found = get(identifier)
        metric = found if isinstance(found, Metric) else MeanMetricWrapper(found, name=_name_of(found))
        if isinstance(identifier, str):
            metric.name = identifier
    metric.build(y_true_shape, y_pred_shape)
    return metric


def _by_shape(identifier: str, y_true: PartialShape, y_pred: PartialShape, loss_name: str | None) -> Metric:
    accurate = identifier.lower() in _ACCURACY
    if len(y_pred) < 2 or y_pred[-1] == 1:
        return (accuracy.BinaryAccuracy if accurate else probabilistic.BinaryCrossentropy)(identifier)
    if len(y_true) < len(y_pred) or y_true[-1] == 1:
        return (
            accuracy.SparseCategoricalAccuracy if accurate else probabilistic.SparseCategoricalCrossentropy
        )(identifier)
    pairs = zip(y_true[1:], y_pred[1:], strict=False)
    if len(y_true) > len(y_pred) or any(None not in pair and pair[0] != pair[1] for pair in pairs):
        with_loss = "" if loss_name is None else f" with the loss {loss_name!r}"
        raise ShapeError(
            f"The metric {identifier!r}{with_loss} needs targets of shape {y_pred[:-1]} that number the "
            f"classes, or one-hot targets of shape {y_pred}; received: targets of shape {y_true}. Give the "
            "last layer as many units as there are classes."
        )
    return (accuracy.CategoricalAccuracy if accurate else probabilistic.CategoricalCrossentropy)(identifier)


def _require_known(identifier: Any) -> None:
    """Name the strings that only ``compile`` knows too, when a string is wrong."""
    if not isinstance(identifier, str) or custom_object(identifier) is not None:
        return
    if identifier not in REGISTRY.entries and identifier not in REGISTRY.aliases:
        names = [*REGISTRY.entries, *REGISTRY.aliases, *_ACCURACY, *_CROSSENTROPY]
        raise unknown_name("metric", identifier, names)


def _name_of(function: Any) -> str:
    """The name of a loss or other named object as it is; of a function or class in snake case."""
    if isinstance(getattr(function, "name", None), str):
        return str(function.name)
    return snake_case(getattr(function, "__name__", type(function).__name__))
