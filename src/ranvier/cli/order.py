"""What ``ranvier train`` was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from ranvier.cli.recipes import Recipe
from ranvier.report.run_settings import NetworkSettings, TrainingSettings

VALIDATION_SPLIT = 0.1
"""Fraction of the training data, its tail, to validate on."""


@dataclass(frozen=True)
class Order:
    """What the command line asked for; None where the recipe decides.

    Attributes:
        recipe: The data set.
        hidden: Units of the hidden layers.
        activation: Their activation.
        dropout: Fraction dropped behind each of them.
        epochs: The most epochs.
        batch_size: Rows of a step.
        optimizer: The optimizer's name.
        learning_rate: Its learning rate; None for its own.
        seed: The seed.
        patience: Epochs to wait for a lower validation loss; 0 to wait for ever.
        output: The folder of the run.
        plots: Whether to draw figures.
        quiet: Whether to print the folder only.
    """

    recipe: Recipe
    hidden: tuple[int, ...] | None
    activation: str
    dropout: float
    epochs: int | None
    batch_size: int | None
    optimizer: str
    learning_rate: float | None
    seed: int
    patience: int | None
    output: Path | None
    plots: bool
    quiet: bool

    def network(self) -> NetworkSettings:
        """Return the settings of the network."""
        hidden = self.recipe.hidden if self.hidden is None else self.hidden
        return NetworkSettings(hidden, self.activation, self.dropout)

    def training(self, learning_rate: float) -> TrainingSettings:
        """Return the settings of the training."""
        patience = self.recipe.patience if self.patience is None else self.patience
        return TrainingSettings(
            epochs=self.epochs or self.recipe.epochs,
            batch_size=self.batch_size or self.recipe.batch_size,
            optimizer=self.optimizer,
            learning_rate=learning_rate,
            patience=patience or None,
            validation_split=VALIDATION_SPLIT,
        )

    def say(self, text: str = "") -> None:
        """Print a line, unless that was forbidden."""
        if not self.quiet:
            click.echo(text)
