"""How good outputs are on rows that were set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

HostArray: TypeAlias = "np.ndarray[Any, Any]"

CLASSIFICATION_METRICS = ("error", "log_loss")
REGRESSION_METRICS = ("rmse", "mae")


def log_softmax(values: HostArray) -> HostArray:
    """Return the logarithms of the softmax of each row, finite for every finite row."""
    shifted = values - values.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


@dataclass(frozen=True)
class Scores:
    """Measures outputs against targets; less is better.

    Attributes:
        metric: What chooses the epoch: ``"error"`` (the share of wrong labels) or ``"log_loss"``; ``"rmse"`` or
            ``"mae"``.
        bounds: The smallest and largest standardized target of each output, shape (2, outputs), for regression.
        deviation: What standardized numbers are to be multiplied by, shape (outputs,), for regression.
    """

    metric: str
    bounds: HostArray | None = None
    deviation: HostArray | None = None

    def of(self, outputs: HostArray, targets: HostArray, weights: HostArray) -> Mapping[str, float]:
        """Return every metric by name.

        Args:
            outputs: Logits of shape (rows, classes), or standardized numbers of shape (rows, outputs).
            targets: As :class:`TableRows` has them.
            weights: What each row counts, not all 0.
        """
        if self.bounds is None:
            wrong = outputs.argmax(axis=1) != targets
            surprise = -log_softmax(outputs)[np.arange(len(targets)), targets]
            return {
                "error": float(np.average(wrong, weights=weights)),
                "log_loss": float(np.average(surprise.astype(np.float64), weights=weights)),
            }
        residuals = np.clip(outputs, *self.bounds) - targets
        assert self.deviation is not None
        residuals = residuals.astype(np.float64) * self.deviation
        mean = np.average(np.square(residuals).mean(axis=1), weights=weights)
        return {
            "rmse": float(np.sqrt(mean)),
            "mae": float(np.average(np.abs(residuals).mean(axis=1), weights=weights)),
        }
