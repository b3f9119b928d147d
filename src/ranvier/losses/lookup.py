"""Losses by name: what strings, configurations and functions stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranvier import identifiers
from ranvier.errors import ConfigurationError, unknown_name
from ranvier.losses import crossentropy, focal, margins, overlap, probability, regression, sequences
from ranvier.losses.base import Loss
from ranvier.losses.function_loss import ALIASES, FUNCTIONS, LossFunctionWrapper, function_name
from ranvier.registry import CustomObjects, Registry, custom_object, custom_object_scope

if TYPE_CHECKING:
    from ranvier.types import PartialShape

CLASS_OF: dict[str, type[Loss]] = {
    "binary_crossentropy": crossentropy.BinaryCrossentropy,
    "binary_focal_crossentropy": focal.BinaryFocalCrossentropy,
    "categorical_crossentropy": crossentropy.CategoricalCrossentropy,
    "categorical_focal_crossentropy": focal.CategoricalFocalCrossentropy,
    "categorical_generalized_cross_entropy": probability.CategoricalGeneralizedCrossEntropy,
    "categorical_hinge": margins.CategoricalHinge,
    "circle": sequences.Circle,
    "cosine_similarity": regression.CosineSimilarity,
    "ctc": sequences.CTC,
    "dice": overlap.Dice,
    "hinge": margins.Hinge,
    "huber": regression.Huber,
    "kl_divergence": probability.KLDivergence,
    "log_cosh": regression.LogCosh,
    "mean_absolute_error": regression.MeanAbsoluteError,
    "mean_absolute_percentage_error": regression.MeanAbsolutePercentageError,
    "mean_squared_error": regression.MeanSquaredError,
    "mean_squared_logarithmic_error": regression.MeanSquaredLogarithmicError,
    "poisson": regression.Poisson,
    "sparse_categorical_crossentropy": crossentropy.SparseCategoricalCrossentropy,
    "squared_hinge": margins.SquaredHinge,
    "tversky": overlap.Tversky,
}
"""The class of each function: the same loss, with a reduction and host-side checks."""

REGISTRY = Registry(
    "loss",
    {
        **FUNCTIONS.entries,
        **{kind.__name__: kind for kind in (*CLASS_OF.values(), LossFunctionWrapper)},
    },
    ALIASES,
    base=Loss,
)

_BY_SHAPE = ("crossentropy", "ce")


def get(identifier: Any) -> Any:
    """Return the loss that an identifier stands for, a function or an object, as Keras does.

    Args:
        identifier: None, the name of a function (``"mse"``) or class (``"MeanSquaredError"``), a
            configuration, a class, a function, or a loss.

    Returns:
        None, a function of one value per sample, or a :class:`Loss`.

    Raises:
        UnknownNameError: If a name stands for nothing.
        ConfigurationError: If the identifier is of another kind.
    """
    return None if identifier is None else identifiers.resolve(REGISTRY, identifier)


def resolve(
    identifier: Any,
    y_true_shape: PartialShape | None = None,
    y_pred_shape: PartialShape | None = None,
) -> Loss | None:
    """Return the loss object that ``compile(loss=identifier)`` means.

    Functions of Ranvier's own become the class of the same loss. ``"crossentropy"`` and ``"ce"``
    become the binary, sparse or categorical one, by the shapes.

    Args:
        identifier: As for :func:`get`.
        y_true_shape: The shape of the targets, if known.
        y_pred_shape: The shape of the predictions, if known.

    Raises:
        UnknownNameError: If a name stands for nothing.
        ConfigurationError: If the identifier is of another kind, or the shapes are needed and unknown.
    """
    if isinstance(identifier, str) and identifier.lower() in _BY_SHAPE:
        return _by_shape(identifier, y_true_shape, y_pred_shape)
    if isinstance(identifier, str) and _is_unknown(identifier):
        raise unknown_name("loss", identifier, [*REGISTRY.entries, *REGISTRY.aliases, *_BY_SHAPE])
    found = get(identifier)
    if found is None or isinstance(found, Loss):
        return found
    name = identifier if isinstance(identifier, str) else function_name(found)
    own_name = FUNCTIONS.name_of(found)
    if own_name is None:
        return LossFunctionWrapper(found, name=name)
    kind: Any = CLASS_OF[own_name]
    return kind(name=name)  # type: ignore[no-any-return]


def serialize(loss: Any) -> str | dict[str, Any]:
    """Describe a loss: a function of Ranvier's own by its name, anything else by a configuration.

    Args:
        loss: A :class:`Loss` or a function.

    Raises:
        ConfigurationError: For a function without a name, as a lambda.
    """
    return identifiers.describe(REGISTRY, loss)


def deserialize(name: Any, custom_objects: CustomObjects | None = None) -> Any:
    """Return the loss that :func:`serialize` described.

    Args:
        name: A name or a configuration.
        custom_objects: A user's own classes and functions by name.

    Raises:
        UnknownNameError: If a name is neither in the table nor given.
        FileFormatError: If a configuration is damaged.
    """
    with custom_object_scope(custom_objects or {}):
        return identifiers.resolve(REGISTRY, name)


def _is_unknown(name: str) -> bool:
    known = name in REGISTRY.entries or name in REGISTRY.aliases
    return not known and custom_object(name) is None


def _by_shape(identifier: str, y_true_shape: PartialShape | None, y_pred_shape: PartialShape | None) -> Loss:
    if y_true_shape is None or y_pred_shape is None:
        raise ConfigurationError(
            f"The loss {identifier!r} is chosen by the shapes of targets and predictions, which are not "
            "known here. Name one of binary_, sparse_categorical_ and categorical_crossentropy."
        )
    if y_pred_shape[-1] == 1:
        return crossentropy.BinaryCrossentropy(name=identifier)
    if len(y_true_shape) < len(y_pred_shape) or y_true_shape[-1] == 1:
        return crossentropy.SparseCategoricalCrossentropy(name=identifier)
    return crossentropy.CategoricalCrossentropy(name=identifier)
