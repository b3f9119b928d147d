"""Predictions on the host: dense layers as NumPy's and SciPy's products, in blocks of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from ranvier.estimators.network import EPSILON, Weights

HostArray: TypeAlias = "np.ndarray[Any, Any]"

BLOCK = 2**22
"""About how many numbers an intermediate array may hold."""


def logits(features: Any, weights: Weights, activation: str) -> HostArray:
    """Return what goes into the activation of the outputs.

    Args:
        features: float32 of shape (n, features), dense or a SciPy sparse matrix.
        weights: The weights.
        activation: scikit-learn's name of the activation of the hidden layers.

    Returns:
        float32 of shape (n, outputs).
    """
    widest = max(coef.shape[1] for coef in weights.coefs)
    block = max(1, BLOCK // widest)
    parts = [
        _block(features[start : start + block], weights, _FUNCTIONS[activation])
        for start in range(0, features.shape[0], block)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _block(values: Any, weights: Weights, function: Callable[[HostArray], HostArray]) -> HostArray:
    last = len(weights.coefs) - 1
    # An overflow shows in the result.
    with np.errstate(over="ignore", invalid="ignore"):
        for number, (coef, intercept) in enumerate(zip(weights.coefs, weights.intercepts, strict=True)):
            values = np.asarray(values @ coef, np.float32) + intercept
            if number < last:
                if weights.normalizations:
                    values = _normalized(values, weights.normalizations[number])
                values = function(values)
    return np.asarray(values)


def _normalized(values: HostArray, arrays: Mapping[str, Any]) -> HostArray:
    factor = arrays["gamma"] / np.sqrt(arrays["moving_variance"] + np.float32(EPSILON))
    return np.asarray((values - arrays["moving_mean"]) * factor + arrays["beta"])


def sigmoid(values: HostArray) -> HostArray:
    """Return ``1 / (1 + exp(-x))`` without overflow."""
    return np.float32(0.5) * np.tanh(np.float32(0.5) * values) + np.float32(0.5)


def log_sigmoid(values: HostArray) -> HostArray:
    """Return ``log(sigmoid(x))``, finite for every finite x."""
    return -np.logaddexp(np.float32(0), -values)


def softmax(values: HostArray) -> HostArray:
    """Return the softmax of each row."""
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def log_softmax(values: HostArray) -> HostArray:
    """Return the logarithms of :func:`softmax`, finite for every finite row."""
    shifted = values - values.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


_FUNCTIONS: Mapping[str, Callable[[HostArray], HostArray]] = {
    "identity": lambda values: values,
    "logistic": sigmoid,
    "tanh": np.tanh,
    "relu": lambda values: np.maximum(values, np.float32(0)),
}
