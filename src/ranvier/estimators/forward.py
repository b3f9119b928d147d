"""Predictions on the host: dense layers as NumPy's and SciPy's products, in blocks of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from scipy.special import expit

from ranvier.estimators.network import EPSILON, Weights

HostArray: TypeAlias = "np.ndarray[Any, Any]"

BLOCK = 2**22
"""About how many numbers an intermediate array may hold."""


def logits(features: Any, weights: Weights, activation: str, dtype: Any = np.float32) -> HostArray:
    """Return what goes into the activation of the outputs.

    Args:
        features: Shape (n, features), dense or a SciPy sparse matrix.
        weights: The weights.
        activation: scikit-learn's name of the activation of the hidden layers.
        dtype: The precision to compute in.

    Returns:
        Shape (n, outputs), of that precision.
    """
    coefs = [np.asarray(coef, dtype) for coef in weights.coefs]
    wider = Weights(coefs, weights.intercepts, weights.normalizations)
    block = max(1, BLOCK // max(coef.shape[1] for coef in coefs))
    parts = [
        _block(features[start : start + block].astype(dtype, copy=False), wider, _FUNCTIONS[activation])
        for start in range(0, features.shape[0], block)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _block(values: Any, weights: Weights, function: Callable[[HostArray], HostArray]) -> HostArray:
    last = len(weights.coefs) - 1
    # An overflow shows in the result.
    with np.errstate(over="ignore", invalid="ignore"):
        for number, (coef, intercept) in enumerate(zip(weights.coefs, weights.intercepts, strict=True)):
            values = np.asarray(values @ coef) + np.asarray(intercept, coef.dtype)
            if number < last:
                if weights.normalizations:
                    values = _normalized(values, weights.normalizations[number])
                values = function(values)
    return np.asarray(values)


def _normalized(values: HostArray, arrays: Mapping[str, Any]) -> HostArray:
    factor = arrays["gamma"] / np.sqrt(arrays["moving_variance"] + np.float32(EPSILON))
    return np.asarray((values - arrays["moving_mean"]) * factor + arrays["beta"])


def sigmoid(values: HostArray) -> HostArray:
    """Return the logistic function, rounded to neither 0 nor 1."""
    limits = np.finfo(values.dtype)
    return np.asarray(np.clip(expit(values), limits.tiny, 1 - limits.epsneg))


def softmax(values: HostArray) -> HostArray:
    """Return the softmax of each row, nowhere rounded to 0."""
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(np.maximum(powers / powers.sum(axis=1, keepdims=True), np.finfo(values.dtype).tiny))


_FUNCTIONS: Mapping[str, Callable[[HostArray], HostArray]] = {
    "identity": lambda values: values,
    "logistic": expit,
    "tanh": np.tanh,
    "relu": lambda values: np.maximum(values, np.float32(0)),
}
