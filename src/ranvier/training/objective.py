"""What ``compile`` asked for, matched to the outputs of a network: losses, their weights, metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp

from ranvier import losses as losses_module
from ranvier import metrics as metrics_module
from ranvier.errors import ConfigurationError
from ranvier.layers.weighted import found_in
from ranvier.losses import Loss
from ranvier.metrics import Metric
from ranvier.training.matching import require_known
from ranvier.training.own_steps import OwnSteps
from ranvier.types import Arrays, StructureKey

RESOLVED_BY_SHAPE = ("accuracy", "acc", "crossentropy", "ce")
"""Names of metrics that stand for different ones, depending on the shapes of targets and outputs."""


@dataclass(frozen=True)
class CompileArguments:
    """The arguments of ``compile`` that say what is optimized and what is reported."""

    loss: Any = None
    loss_weights: Any = None
    metrics: Any = None
    weighted_metrics: Any = None

    @property
    def given_metrics(self) -> list[Metric]:
        """The metrics given as objects, before the data tell what names stand for."""
        return found_in((self.metrics, self.weighted_metrics), Metric)

    @property
    def needs_targets(self) -> bool:
        """Whether a loss or metric was given that compares targets and outputs."""
        return any(given for given in (self.loss, self.metrics, self.weighted_metrics) if given is not None)

    def check_names(self) -> None:
        """Refuse unknown names at once, before any data are seen.

        Raises:
            ConfigurationError: If metrics stand in the place of the weights of losses.
            UnknownNameError: With the closest right names.
        """
        if misplaced := _names(self.loss_weights):
            raise ConfigurationError(
                f"`loss_weights` must hold numbers; received: {self.loss_weights!r}. The third argument of `compile` "
                f"is no list of metrics: write metrics={misplaced!r}."
            )
        for name in _names(self.loss):
            if name not in RESOLVED_BY_SHAPE:
                losses_module.get(name)
        for name in (*_names(self.metrics), *_names(self.weighted_metrics)):
            if name not in RESOLVED_BY_SHAPE:
                metrics_module.get(name)


@dataclass
class Term:
    """What one output of the network contributes.

    Attributes:
        name: The output's name, in front of its metrics where there are several outputs.
        loss: Its loss, or None for an output that is not optimized.
        weight: The factor of the loss in the total, or None for 1.
        metrics: Metrics that do not see sample weights.
        weighted_metrics: Metrics that do.
    """

    name: str
    loss: Loss | None
    weight: float | None = None
    metrics: list[Metric] = field(default_factory=list)
    weighted_metrics: list[Metric] = field(default_factory=list)


class Objective:
    """Losses and metrics of a compiled model, one :class:`Term` for each output.

    Args:
        arguments: What was given to ``compile``.
        output_names: The names of the network's outputs, in order.
        output_shapes: Their shapes, the batch first.
        target_shapes: The shapes of the targets, None for an output without.
        own: What the model does itself in a step, or None.
        target_names: The names of the targets where they are none of the outputs', which only a loss of the
            model's own understands.

    Raises:
        ConfigurationError: If the arguments do not fit the outputs.
    """

    def __init__(
        self,
        arguments: CompileArguments,
        output_names: Sequence[str],
        output_shapes: Sequence[Any],
        target_shapes: Sequence[Any],
        own: OwnSteps | None = None,
        target_names: Sequence[str] | None = None,
    ) -> None:
        self.own = own
        self.target_names = list(output_names if target_names is None else target_names)
        # Keras takes a list of one loss for one loss.
        losses = [_lone(each) for each in per_output("loss", arguments.loss, output_names, share=True)]
        weights = per_output("loss_weights", arguments.loss_weights, output_names, share=False)
        metrics = _metrics_per_output("metrics", arguments.metrics, output_names)
        weighted = _metrics_per_output("weighted_metrics", arguments.weighted_metrics, output_names)
        self.terms: list[Term] = []
        for index, name in enumerate(output_names):
            shapes = (target_shapes[index], tuple(output_shapes[index]))
            loss = None if losses[index] is None else losses_module.resolve(losses[index], *shapes)
            weight = None if weights[index] is None else float(weights[index])
            resolved = [
                [] if shapes[0] is None else [_resolved(each, shapes, loss) for each in chosen[index]]
                for chosen in (metrics, weighted)
            ]
            self.terms.append(Term(name, loss, weight, *resolved))
        self.several_losses = sum(term.loss is not None for term in self.terms) > 1
        self.metrics, self.metric_names = self._named_metrics()
        self.first_tracked = len(self.metrics)
        if own is not None:
            compiled = {id(metric) for metric in self.metrics}
            own.tracked = [metric for metric in own.tracked if id(metric) not in compiled]
            self.metrics.extend(own.tracked)
            self.metric_names.extend(metric.name for metric in own.tracked)

    def _named_metrics(self) -> tuple[list[Metric], list[str]]:
        listed: list[Metric] = []
        names: list[str] = []
        for weighted in (False, True):
            for term in self.terms:
                prefix = f"{term.name}_" if len(self.terms) > 1 else ""
                for metric in term.weighted_metrics if weighted else term.metrics:
                    name = f"{prefix}{metric.name}"
                    if weighted and name in names:
                        name = f"{prefix}weighted_{metric.name}"
                    unnumbered, number = name, 1
                    while name in names:
                        name, number = f"{unnumbered}_{number}", number + 1
                    listed.append(metric)
                    names.append(name)
        return listed, names

    @property
    def loss_names(self) -> list[str]:
        """``"loss"``, then one name for each output's loss where there are several."""
        parts = [f"{term.name}_loss" for term in self.terms if term.loss is not None]
        return ["loss", *(parts if self.several_losses else [])]

    @property
    def names(self) -> list[str]:
        """The names of everything reported, in the order of ``evaluate``: losses, then metrics."""
        # Keras lists the metrics of several outputs by sorted name, since their names have a prefix.
        compiled, tracked = self.metric_names[: self.first_tracked], self.metric_names[self.first_tracked :]
        metrics = compiled if len(self.terms) == 1 else sorted(compiled)
        return list(dict.fromkeys([*self.loss_names, *metrics, *tracked]))

    @property
    def rowwise(self) -> bool:
        """Whether rows can be padded without changing a result."""
        losses = all(term.loss is None or term.loss.rowwise for term in self.terms)
        return self.own is None and losses and all(metric.rowwise for metric in self.metrics)

    def structure(self) -> StructureKey:
        """A hashable value, equal for two objectives exactly when they trace to the same program."""
        terms = tuple(
            (
                None if term.loss is None else (term.loss.structure(), term.loss.reduction),
                term.weight is None,
                tuple(metric.structure() for metric in term.metrics),
                tuple(metric.structure() for metric in term.weighted_metrics),
            )
            for term in self.terms
        )
        return terms if self.own is None else (*terms, self.own.structure(), tuple(self.target_names))

    def shown(self, results: dict[str, Any]) -> dict[str, Any]:
        """Choose among results by name what is reported: all, or what the model's class wants.

        Args:
            results: The results of losses and metrics, and other values that the class computes.
        """
        own = self.own
        if own is None:
            return results
        results = self._listed(own, results)
        return results if own.keys is None else {name: results[name] for name in own.keys if name in results}

    def _listed(self, own: OwnSteps, results: dict[str, Any]) -> dict[str, Any]:
        """Leave out the metrics that an overridden ``metrics`` does not list."""
        listed = own.listed
        if listed is None:
            return results
        names = {*self._listed_names(own, listed), *own.values}
        return {name: value for name, value in results.items() if name in names}

    def _listed_names(self, own: OwnSteps, listed: Sequence[Any]) -> set[str]:
        known = {id(metric): name for metric, name in zip(self.metrics, self.metric_names, strict=True)}
        names = {known[id(metric)] for metric in listed if id(metric) in known}
        if any(metric is own.loss_metric for metric in listed):
            names.update(self.loss_names)
        return names

    def traced_results(self, sums: Any, states: Sequence[Arrays], own: OwnSteps) -> dict[str, Any]:
        """Return the results so far as values of the trace, for a ``compute_metrics`` of the model's own.

        Args:
            sums: As in ``Accumulators``.
            states: The states of the metrics given to ``compile``.
            own: What the model does itself.
        """
        results = {
            name: sums[1 + index] / jnp.maximum(sums[0], 1.0) for index, name in enumerate(self.loss_names)
        }
        for name, metric, state in zip(self.metric_names, self.metrics, states, strict=False):
            value = metric.traced_result(state)
            results.update(value if isinstance(value, dict) else {name: value})
        for metric in own.tracked:
            if metric.awaits_shapes:
                continue
            value = metric.result()
            results.update(value if isinstance(value, dict) else {metric.name: value})
        return self._listed(own, results)


def per_output(argument: str, given: Any, names: Sequence[str], *, share: bool) -> list[Any]:
    """Give each output its part of an argument.

    Args:
        argument: The argument's name, for messages.
        given: One value, a list in the order of the outputs, or a dict by their names.
        names: The outputs' names.
        share: Whether one value stands for all outputs.

    Raises:
        ConfigurationError: If names or their number do not fit.
    """
    if given is None:
        return [None] * len(names)
    if isinstance(given, Mapping) and "class_name" not in given:
        require_known(argument, given, names)
        return [given.get(name) for name in names]
    if isinstance(given, list | tuple):
        if len(given) != len(names):
            raise ConfigurationError(
                f"`{argument}` must hold one entry for each output {list(names)}; received: {len(given)} entries."
            )
        return list(given)
    if not share and len(names) > 1:
        raise ConfigurationError(
            f"`{argument}` must be a list or dict with an entry for each output {list(names)}; "
            f"received: {given!r}."
        )
    return [given] * len(names)


def _metrics_per_output(argument: str, given: Any, names: Sequence[str]) -> list[list[Any]]:
    if not given:
        return [[] for _ in names]
    if isinstance(given, Mapping) and "class_name" not in given:
        require_known(argument, given, names)
        chosen = [given.get(name) for name in names]
    elif len(names) == 1:
        chosen = [given]
    elif isinstance(given, list | tuple) and len(given) == len(names):
        chosen = list(given)
    else:
        raise ConfigurationError(
            f"`{argument}` of a model with several outputs must be a dict by output name or a list with one "
            f"entry for each of {list(names)}; received: {given!r}."
        )
    return [_flat(each) for each in chosen]


def _lone(given: Any) -> Any:
    return given[0] if isinstance(given, list | tuple) and len(given) == 1 else given


def _names(given: Any) -> list[str]:
    if isinstance(given, Mapping) and "class_name" not in given:
        given = list(given.values())
    return [each for each in _flat(given) if isinstance(each, str)]


def _flat(given: Any) -> list[Any]:
    if given is None:
        return []
    if isinstance(given, list | tuple):
        return [item for each in given for item in _flat(each)]
    return [given]


def _resolved(identifier: Any, shapes: tuple[Any, Any], loss: Loss | None) -> Metric:
    return metrics_module.resolve(identifier, *shapes, loss_name=None if loss is None else loss.name)
