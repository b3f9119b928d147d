"""What a fit records, when it stops, and which weights it keeps."""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass
class Record:
    """The curves of a fit and scikit-learn's stopping rule on them.

    Attributes:
        early_stopping: Whether the score on the validation rows decides, else the training loss.
        tol: The least improvement that counts.
        patience: How many iterations without one are allowed.
        saturates: Whether the score is a share of right rows, which stands still for long on few rows; then
            a validation loss that falls by ``tol`` counts as an improvement too.
        loss_curve: The training loss of each iteration.
        validation_scores: The score of each iteration on the validation rows.
        validation_loss_curve: The loss of each iteration on the validation rows.
        best_loss: The smallest training loss.
        best_score: The largest validation score.
        reference_loss: The validation loss when it counted as an improvement last.
        stalled: How many iterations have passed without an improvement.
    """

    early_stopping: bool
    tol: float
    patience: float
    saturates: bool
    loss_curve: list[float] = field(default_factory=list)
    validation_scores: list[float] = field(default_factory=list)
    validation_loss_curve: list[float] = field(default_factory=list)
    best_loss: float = math.inf
    best_score: float = -math.inf
    reference_loss: float = math.inf
    stalled: int = 0
    best_here: tuple[float, float] | None = None

    def add(self, loss: float, validation: tuple[float, float] | None) -> bool:
        """Record an iteration.

        Args:
            loss: Its training loss.
            validation: Loss and score on the validation rows after it, or None without such rows.

        Returns:
            Whether the weights after it are the best so far of this fit: by score, then by validation loss;
            by training loss without validation rows.
        """
        self.loss_curve.append(loss)
        improved = not loss > self.best_loss - self.tol
        self.best_loss = min(self.best_loss, loss)
        value = (-loss, 0.0)
        if validation is not None:
            validation_loss, score = validation
            self.validation_scores.append(score)
            self.validation_loss_curve.append(validation_loss)
            if self.early_stopping:
                improved = not score < self.best_score + self.tol
                if self.saturates and validation_loss < self.reference_loss - self.tol:
                    self.reference_loss, improved = validation_loss, True
            self.best_score = max(self.best_score, score)
            value = (score, -validation_loss)
        self.stalled = 0 if improved else self.stalled + 1
        if self.best_here is not None and not value > self.best_here:
            return False
        self.best_here = value
        return True

    @property
    def exhausted(self) -> bool:
        """Whether there was no improvement for too long."""
        return self.stalled > self.patience

    def begin(self, *, early_stopping: bool, tol: float, patience: float, saturates: bool) -> None:
        """Take the rule of another fit that continues this one; the curves go on."""
        self.early_stopping, self.tol, self.patience = early_stopping, tol, patience
        self.saturates = saturates
        self.best_here = None
