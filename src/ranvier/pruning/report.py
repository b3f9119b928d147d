"""What pruning has done: the sparsity of each weight, and the accuracy against sparsity."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.layers.base import Layer
from ranvier.pruning.masks import MaskConstraint, prunable_weights
from ranvier.pruning.prune import check_scope, checked_sparsity, new_masks


@dataclass(frozen=True)
class WeightSparsity:
    """How much of one weight is zero.

    Attributes:
        name: The path of the weight, for example ``"dense/kernel"``.
        size: The number of its entries.
        zeros: How many are zero.
        masked: Whether a mask holds them at zero.
    """

    name: str
    size: int
    zeros: int
    masked: bool

    @property
    def sparsity(self) -> float:
        """The fraction that is zero."""
        return self.zeros / self.size if self.size else 0.0


@dataclass(frozen=True)
class SparsityReport:
    """The sparsity of each prunable weight of a model; printed, it is a table."""

    weights: tuple[WeightSparsity, ...]

    @property
    def total(self) -> WeightSparsity:
        """All weights together."""
        weights = self.weights
        return WeightSparsity(
            "total",
            sum(each.size for each in weights),
            sum(each.zeros for each in weights),
            all(each.masked for each in weights),
        )

    def __float__(self) -> float:
        return self.total.sparsity

    def __getitem__(self, name: str) -> float:
        """Return the sparsity of a weight by its path, or of a layer by its name."""
        found = [each for each in self.weights if name in (each.name, each.name.partition("/")[0])]
        if not found:
            raise ConfigurationError(
                f"The report has the weights {[each.name for each in self.weights]}; received: {name!r}."
            )
        return SparsityReport(tuple(found)).total.sparsity

    def __str__(self) -> str:
        rows = [
            [
                each.name,
                f"{each.size:,}",
                f"{each.zeros:,}",
                f"{each.sparsity:.1%}",
                "yes" if each.masked else "no",
            ]
            for each in (*self.weights, self.total)
        ]
        return _table(["weight", "entries", "zero", "sparsity", "held"], rows)


@dataclass(frozen=True)
class AccuracyReport:
    """Results of a model against its sparsity; printed, it is a table.

    Attributes:
        sparsities: The fractions of zero weights, as asked for.
        results: Loss and metrics by name, one list each, in the order of ``sparsities``.
        weights_left: How many prunable weights are not zero.
    """

    sparsities: tuple[float, ...]
    results: dict[str, list[float]]
    weights_left: tuple[int, ...]

    def __str__(self) -> str:
        names = list(self.results)
        rows = [
            [f"{fraction:.1%}", f"{left:,}", *(f"{self.results[name][index]:.4f}" for name in names)]
            for index, (fraction, left) in enumerate(zip(self.sparsities, self.weights_left, strict=True))
        ]
        return _table(["sparsity", "weights left", *names], rows)

    def figure(self, metric: str | None = None) -> Any:
        """Draw a result against the sparsity.

        Args:
            metric: The name of the result; the first metric when None, else the loss.

        Returns:
            A matplotlib figure.

        Raises:
            ConfigurationError: If there is no such result.
        """
        names = list(self.results)
        chosen = metric or (names[1] if len(names) > 1 else names[0])
        if chosen not in self.results:
            raise ConfigurationError(f"The report has the results {names}; received: {metric!r}.")
        # Only here, so that pruning does without matplotlib.
        drawing = importlib.import_module("ranvier.pruning.figure")
        return drawing.accuracy_figure(self.sparsities, self.results[chosen], chosen)


def sparsity(model: Layer) -> SparsityReport:
    """Report how much of each kernel of a model is zero.

    Args:
        model: A built model.

    Returns:
        A report: ``print`` shows a table, ``float`` is the total, ``report["dense"]`` one layer's.

    Raises:
        NotBuiltError: If the model has no weights yet.
    """
    return SparsityReport(
        tuple(
            WeightSparsity(
                variable.path,
                variable.size,
                int(np.count_nonzero(variable.numpy() == 0)),
                isinstance(variable.constraint, MaskConstraint),
            )
            for _, variable in prunable_weights(model)
        )
    )


def accuracy_against_sparsity(
    model: Any,
    x: Any,
    y: Any = None,
    sparsities: Sequence[float] = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95),
    *,
    scope: str = "layer",
    layers: Sequence[Any] | None = None,
    batch_size: int | None = None,
) -> AccuracyReport:
    """Evaluate a model pruned to one sparsity after the other; the model itself stays as it is.

    Args:
        model: A built and compiled model.
        x: Inputs, or batches of inputs and targets that can be read many times.
        y: Targets.
        sparsities: The fractions of weights to set to zero, each from the weights as they are now.
        scope: ``"layer"`` or ``"global"``; see :func:`~ranvier.pruning.prune`.
        layers: The layers to prune, or their names; None: every layer with a kernel.
        batch_size: Rows of a step of the evaluation.

    Returns:
        A report: ``print`` shows a table, ``figure()`` draws it.

    Raises:
        ConfigurationError: If a sparsity is none.
        NotCompiledError: Before ``compile``.
    """
    check_scope(scope)
    fractions = tuple(checked_sparsity(fraction, "sparsities") for fraction in sparsities)
    if not fractions:
        raise ConfigurationError(f"`sparsities` must hold at least one fraction; received: {sparsities!r}.")
    weights = prunable_weights(model, layers)
    before = [variable.numpy() for _, variable in weights]
    results: dict[str, list[float]] = {}
    left: list[int] = []
    try:
        for fraction in fractions:
            masks = new_masks(weights, fraction, scope)
            kept = [values * mask.astype(values.dtype) for values, mask in zip(before, masks, strict=True)]
            for (_, variable), values in zip(weights, kept, strict=True):
                variable.assign(values)
            left.append(sum(int(np.count_nonzero(values)) for values in kept))
            found = model.evaluate(x, y, batch_size=batch_size, verbose=0, return_dict=True)
            for name, value in found.items():
                results.setdefault(name, []).append(float(value))
            _restore(weights, before)
    finally:
        _restore(weights, before)
    names = sorted(results, key=lambda name: name != "loss")
    return AccuracyReport(fractions, {name: results[name] for name in names}, tuple(left))


def _restore(weights: Sequence[Any], values: Sequence[Any]) -> None:
    for (_, variable), array in zip(weights, values, strict=True):
        variable.assign(array)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = []
    for row in (header, *rows):
        cells = [
            f"{cell:<{width}}" if column == 0 else f"{cell:>{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
