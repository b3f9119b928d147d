"""What the estimators make smaller: sums over the outputs, weighted means over the rows, as scikit-learn has them."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax.scipy.special import xlogy

from ranvier import losses
from ranvier.losses import Loss

REDUCTION = "mean_with_sample_weight"
_SMALLEST_RATE = 1e-30


class SummedBinaryCrossentropy(losses.BinaryCrossentropy):
    """The binary cross-entropies of all outputs, added."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per row."""
        return super().call(y_true, y_pred) * y_pred.shape[-1]


class SummedBinaryFocalCrossentropy(losses.BinaryFocalCrossentropy):
    """The binary focal cross-entropies of all outputs, added."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per row."""
        return super().call(y_true, y_pred) * y_pred.shape[-1]


class SquaredError(Loss):
    """Half the squared errors of all outputs, added: ``sum((y - p)**2) / 2``."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per row."""
        return 0.5 * jnp.sum(jnp.square(y_true - y_pred), axis=-1)


class AbsoluteError(Loss):
    """The absolute errors of all outputs, added: their optimum is the median."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per row."""
        return jnp.sum(jnp.abs(y_true - y_pred), axis=-1)


class HuberError(losses.Huber):
    """Huber's losses of all outputs, added."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per row."""
        return super().call(y_true, y_pred) * y_pred.shape[-1]


class PinballError(Loss):
    r"""The losses whose optimum is a quantile: :math:`\sum \max(q e, (q - 1) e)` with ``e = y - p``.

    Args:
        quantile: The quantile q, between 0 and 1.

    Source: Koenker and Bassett, Regression quantiles (1978).
    """

    option_names = ("quantile",)

    def __init__(self, quantile: float, **options: Any) -> None:
        super().__init__(**options)
        self.quantile = quantile

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per row."""
        error = y_true - y_pred
        return jnp.sum(jnp.maximum(self.quantile * error, (self.quantile - 1.0) * error), axis=-1)


class PoissonDeviance(Loss):
    """Half the deviances of Poisson's distribution, added: ``sum(y log(y / p) - y + p)``."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per row."""
        # A rate that underflows to 0 would make the logarithm infinite.
        rate = jnp.maximum(y_pred, _SMALLEST_RATE)
        return jnp.sum(xlogy(y_true, y_true) - y_true * jnp.log(rate) - y_true + y_pred, axis=-1)


def classification_loss(name: str, out_activation: str, focal_gamma: float) -> Loss:
    """Return the loss of a classifier.

    Args:
        name: ``"log_loss"``, ``"cross_entropy"``, ``"focal"`` or ``"squared_error"``.
        out_activation: ``"softmax"`` or ``"logistic"``.
        focal_gamma: The focusing exponent of the focal loss.
    """
    if name == "squared_error":
        return SquaredError("squared_error", REDUCTION)
    if name == "focal":
        if out_activation == "softmax":
            return losses.CategoricalFocalCrossentropy(alpha=1.0, gamma=focal_gamma, reduction=REDUCTION)
        return SummedBinaryFocalCrossentropy(gamma=focal_gamma, reduction=REDUCTION)
    if out_activation == "softmax":
        return losses.SparseCategoricalCrossentropy(reduction=REDUCTION)
    return SummedBinaryCrossentropy(reduction=REDUCTION)


def regression_loss(name: str, huber_delta: float, quantile: float) -> Loss:
    """Return the loss of a regressor.

    Args:
        name: ``"squared_error"``, ``"absolute_error"``, ``"huber"``, ``"quantile"`` or ``"poisson"``.
        huber_delta: The error at which Huber's line begins.
        quantile: The quantile to predict.
    """
    if name == "huber":
        return HuberError(huber_delta, REDUCTION)
    if name == "quantile":
        return PinballError(quantile, name="pinball", reduction=REDUCTION)
    kinds = {"squared_error": SquaredError, "absolute_error": AbsoluteError, "poisson": PoissonDeviance}
    return kinds[name](name, REDUCTION)
