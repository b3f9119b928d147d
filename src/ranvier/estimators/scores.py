"""What the score on validation rows is computed from, gathered in the compiled evaluation."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ranvier.functions.metrics import sums
from ranvier.metrics import Metric
from ranvier.types import Array, Arrays, StructureKey


class RowAccuracy(Metric):
    """The share of rows whose outputs are all right: scikit-learn's accuracy, of labels and label sets.

    Args:
        decisions: ``"largest"`` where the largest output decides, ``"each"`` where each stands for itself.
    """

    def __init__(self, decisions: str) -> None:
        super().__init__("accuracy")
        self.decisions = decisions

    def structure(self) -> StructureKey:
        """A hashable value, equal for two metrics exactly when they trace to the same program."""
        return (type(self), self.decisions)

    def zeros(self) -> Arrays:
        """Return the sums of nothing: weights of right rows, weights of all."""
        return {"sums": sums.empty((2,))}

    def accumulate(self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array) -> Arrays:
        """Add a batch.

        Args:
            state: What :meth:`zeros` or this method returned.
            y_true: Labels of shape (n,), or numbers of shape (n, outputs).
            y_pred: Probabilities of shape (n, outputs).
            sample_weight: Shape (n,).
        """
        if self.decisions == "each":
            right = jnp.all((y_pred > 0.5) == (y_true > 0.5), axis=-1)
        else:
            labels = y_true if y_true.ndim == 1 else jnp.argmax(y_true, axis=-1)
            right = jnp.argmax(y_pred, axis=-1).astype(jnp.int32) == labels.astype(jnp.int32)
        counted = jnp.stack([jnp.sum(jnp.where(right, sample_weight, 0.0)), jnp.sum(sample_weight)])
        return {"sums": sums.add(state["sums"], counted)}

    def finish(self, state: Arrays) -> float:
        """Return the share."""
        right, total = sums.value(state["sums"])
        return float(right / total) if total > 0 else 0.0


class SquaredResiduals(Metric):
    """The weighted sum of squared errors of each output, the part of R² that depends on the network.

    Args:
        outputs: How many outputs there are.
    """

    def __init__(self, outputs: int) -> None:
        super().__init__("squared_residuals")
        self.outputs = outputs

    def structure(self) -> StructureKey:
        """A hashable value, equal for two metrics exactly when they trace to the same program."""
        return (type(self), self.outputs)

    def zeros(self) -> Arrays:
        """Return the sums of nothing."""
        return {"sums": sums.empty((self.outputs,))}

    def accumulate(self, state: Arrays, y_true: Array, y_pred: Array, sample_weight: Array) -> Arrays:
        """Add a batch; arguments as for :meth:`RowAccuracy.accumulate`."""
        squares = jnp.square(y_true - y_pred) * sample_weight[:, None]
        return {"sums": sums.add(state["sums"], jnp.sum(squares, axis=0))}

    def finish(self, state: Arrays) -> np.ndarray[Any, Any]:
        """Return the sums, shape (outputs,)."""
        return sums.value(state["sums"])


def r2_from_residuals(residuals: Any, targets: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> float:
    """Return R², the mean over the outputs, as ``sklearn.metrics.r2_score`` does.

    Args:
        residuals: Weighted sums of squared errors, shape (outputs,).
        targets: Shape (n, outputs).
        weights: Shape (n,).
    """
    exact = targets.astype(np.float64)
    centre = np.average(exact, axis=0, weights=weights)
    total = np.sum(weights[:, None] * np.square(exact - centre), axis=0)
    share = np.divide(residuals, total, out=np.where(residuals > 0, 1.0, 0.0), where=total > 0)
    return float(np.mean(1.0 - share))
