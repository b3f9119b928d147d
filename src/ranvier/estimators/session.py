"""One fit: the network, its problem for the engine, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ranvier.estimators.network import Architecture, PenalizedView, Weights, build, take_weights
from ranvier.estimators.rows import OUTPUT, Rows, validation_feeder
from ranvier.estimators.scores import RowAccuracy, SquaredResiduals, r2_from_residuals
from ranvier.losses import Loss
from ranvier.models import Sequential
from ranvier.optimizers import Optimizer
from ranvier.training.objective import CompileArguments, Objective
from ranvier.training.problem import Problem
from ranvier.training.runner import evaluate_window
from ranvier.training.setup import TrainingSetup, empty_accumulators
from ranvier.training.view import NetworkView


@dataclass
class Session:
    """A network and how it is trained.

    Attributes:
        model: The network, compiled.
        problem: What the engine trains.
        loss: The loss of a row.
    """

    model: Sequential
    problem: Problem
    loss: Loss

    @staticmethod
    def begin(
        architecture: Architecture,
        weights: Weights,
        loss: Loss,
        optimizer: Optimizer,
        targets: np.ndarray[Any, Any],
        *,
        alpha: float,
        dropout: float,
    ) -> Session:
        """Build the network and the problem.

        Args:
            architecture: The layers.
            weights: Their first weights.
            loss: The loss of a row.
            optimizer: The update rule.
            targets: Targets of some rows, for their shape.
            alpha: The strength of the penalty on weights.
            dropout: The share of hidden units dropped in training.
        """
        model = build(architecture, dropout, weights)
        model.compile(optimizer, loss)
        arguments = CompileArguments(loss)
        setup = TrainingSetup(optimizer, arguments, run_eagerly=False, steps_per_execution=1)
        objective = _objective(arguments, architecture, targets)
        return Session(model, setup.problem(PenalizedView(model, alpha), objective), loss)

    def validation(self, rows: Rows, architecture: Architecture) -> Callable[[Any, Any], tuple[float, float]]:
        """Return a function that evaluates weights: the loss without the penalty, and scikit-learn's score.

        Args:
            rows: The validation rows.
            architecture: The layers.
        """
        regression = architecture.out_activation in ("identity", "exp")
        outputs = architecture.sizes[-1]
        decisions = "largest" if architecture.out_activation == "softmax" else "each"
        metric = SquaredResiduals(outputs) if regression else RowAccuracy(decisions)
        arguments = CompileArguments(self.loss, weighted_metrics=[metric])
        objective = _objective(arguments, architecture, rows.targets)
        problem = Problem(NetworkView(self.model), objective, None, self.problem.packing)
        feeder = validation_feeder(rows)

        def validate(params: list[Any], held: list[Any]) -> tuple[float, float]:
            totals = empty_accumulators(objective)
            for window in feeder.windows(0):
                totals = evaluate_window(
                    problem, params, held, totals, window, lambda *_: False, eager=False, single=False
                )
            sums = np.asarray(totals.sums)
            found = metric.finish({name: np.asarray(leaf) for name, leaf in totals.metrics[0].items()})
            score = r2_from_residuals(found, rows.targets, rows.weights) if regression else float(found)
            return float(sums[1]) / max(float(sums[0]), 1.0), score

        return validate

    def weights_from(self, params: list[Any], held: list[Any]) -> Weights:
        """Return the weights that lie in packed arrays, and show them in the network."""
        values = [*self.problem.packing.unpack([np.asarray(each) for each in params]), *held]
        view = self.problem.view
        for variable, value in zip((*view.trained, *view.held), values, strict=True):
            variable.assign(np.asarray(value))
        return take_weights(self.model)


def _objective(
    arguments: CompileArguments, architecture: Architecture, targets: np.ndarray[Any, Any]
) -> Objective:
    shape = (None, architecture.sizes[-1])
    return Objective(arguments, [OUTPUT], [shape], [(None, *targets.shape[1:])])
