"""The callback that keeps the weights of the best epoch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ranvier.estimators.tables.feeding import TableRows
from ranvier.estimators.tables.forward import logits
from ranvier.estimators.tables.network import Architecture, Weights
from ranvier.estimators.tables.scoring import Scores
from ranvier.training.callbacks.callback import Callback, Logs

HostArray: TypeAlias = "np.ndarray[Any, Any]"

_MEMORY = ("history", "best", "epoch", "score", "outputs", "diverged")


class BestEpoch(Callback):
    """Measures each epoch on rows set aside and keeps the weights of the best, of several as good ones the last.

    Args:
        weights: Returns the weights as they are now, by path; they may change afterwards.
        architecture: The layers.
        validation: The rows; None to keep the last epoch.
        scores: What is measured.

    Attributes:
        history: One number for each epoch, by name.
        best: Copies of the weights to keep, or None before there are any.
        epoch: The number of their epoch, counted from 1; 0 before there is one.
        score: Their metric; NaN without validation rows.
        outputs: The outputs for the validation rows with them, or None.
        diverged: Whether the loss became NaN or infinite.
    """

    handles_non_finite_loss = True

    def __init__(
        self,
        weights: Callable[[], Weights],
        architecture: Architecture,
        validation: TableRows | None,
        scores: Scores,
    ) -> None:
        self.weights = weights
        self.architecture = architecture
        self.validation = validation
        self.scores = scores
        self.history: dict[str, list[float]] = {}
        self.best: Weights | None = None
        self.epoch = 0
        self.score = math.nan
        self.outputs: HostArray | None = None
        self.diverged = False

    @property
    def reads_weights(self) -> bool:
        """The weights are read where they are computed."""
        return False

    def get_state(self) -> dict[str, Any]:
        """Return what was measured, and the weights to keep."""
        return {name: getattr(self, name) for name in _MEMORY}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what :meth:`get_state` returned."""
        for name in _MEMORY:
            setattr(self, name, state[name])

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Measure, and keep the weights if they are the best so far."""
        found = dict(logs or {})
        if not math.isfinite(found.get("loss", math.nan)):
            self.diverged = True
            self.model.stop_training = True
            return
        weights = self.weights()
        score, outputs = math.nan, None
        if self.validation is not None:
            rows = self.validation
            outputs = logits(rows.encoded, self.architecture, weights)
            measured = self.scores.of(outputs, rows.targets, rows.weights)
            score = measured[self.scores.metric]
            found |= {f"val_{name}": value for name, value in measured.items()}
            if logs is not None:
                logs.update(found)
        for name, value in found.items():
            self.history.setdefault(name, []).append(float(value))
        # Not "smaller": of epochs that are equally good the latest has been found to generalize best.
        if not score > self.score:
            self.best = {name: np.array(value) for name, value in weights.items()}
            self.epoch, self.score, self.outputs = epoch + 1, score, outputs
