"""Models whose class computes its loss or its metrics itself, as Keras allows it to.

A class may override ``compute_loss``, ``compute_metrics`` and the property ``metrics``, and any layer
may keep a :class:`~ranvier.metrics.Metric` that it updates in its ``call``. All of that is traced into
the step like the network itself; what such metrics sum travels beside the sums of the compiled ones.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.layers.weighted import found_in
from ranvier.metrics import Metric
from ranvier.training.view import flattened
from ranvier.types import Array, Arrays, StructureKey
from ranvier.variable import Variable, binding

OWN_STEPS = ("compute_loss", "compute_metrics", "metrics", "train_step", "test_step")
"""What a class may override of ``Model``."""


@dataclass
class OwnSteps:
    """What a model does itself in a step.

    Attributes:
        model: The model.
        overrides: The names among :data:`OWN_STEPS` that its class overrides.
        tracked: The metrics that the model and its layers keep as attributes.
        token: What ``compile`` left; a program is not used again after the next ``compile``.
        targets: The targets of one batch as the user gave them, which tell their structure.
        keys: The names of what ``compute_metrics`` returns, once it was traced.
        values: Those of its values that are no result of a metric: shapes and dtypes by name.
        logs: What ``train_step`` (True) and ``test_step`` (False) return, once they were traced: likewise.
    """

    model: Any
    overrides: frozenset[str]
    tracked: list[Metric]
    token: Any
    targets: Any = None
    keys: list[str] | None = None
    values: dict[str, Any] = field(default_factory=dict)
    logs: dict[bool, Any] = field(default_factory=dict)

    def takes_steps(self, *, training: bool) -> bool:
        """Whether the class overrides ``train_step``, or ``test_step``."""
        return ("train_step" if training else "test_step") in self.overrides

    @property
    def listed(self) -> list[Any] | None:
        """The metrics that an overridden ``metrics`` lists, else None."""
        return list(self.model.metrics) if "metrics" in self.overrides else None

    @property
    def loss_metric(self) -> Metric:
        """The metric under which ``Model.metrics`` lists the loss."""
        return self.model._loss_metric  # type: ignore[no-any-return]

    @property
    def variables(self) -> list[Variable]:
        """The variables of the tracked metrics, in order."""
        return [variable for metric in self.tracked for variable in metric.variables]

    def structure(self) -> StructureKey:
        """A value of this model and this ``compile`` alone: nothing is known of code that is not ours."""
        return (self.model, self.token, len(self.tracked))

    def read(self, states: Sequence[Arrays]) -> list[Array]:
        """List the values of :attr:`variables` in the states of the tracked metrics."""
        return [
            state[key]
            for metric, state in zip(self.tracked, states, strict=True)
            for key in metric.read_state()
        ]

    def states(self, values: Sequence[Any]) -> list[Arrays]:
        """Sort values of :attr:`variables` into states again; the opposite of :meth:`read`."""
        remaining = iter(values)
        return [
            {
                key: jnp.asarray(next(remaining), dtype=variable.dtype)
                for key, variable in zip(metric.read_state(), metric.variables, strict=True)
            }
            for metric in self.tracked
        ]

    def targets_of(self, leaves: Sequence[Any], names: Sequence[str]) -> Any:
        """Give the targets of a batch the structure in which the user gave them."""
        given = self.targets
        if given is None:
            return None
        if isinstance(given, Mapping):
            if len(given) == 1:
                return {next(iter(given)): leaves[0]}
            found = dict(zip(names, leaves, strict=True))
            return {key: found[key] for key in given}
        if isinstance(given, list | tuple):
            tree = jax.tree.structure(given, is_leaf=lambda leaf: leaf is None)
            return jax.tree.unflatten(tree, list(leaves))
        return leaves[0]


def own_steps_of(model: Any, base: Any, token: Any) -> OwnSteps | None:
    """Return what a model does itself in a step, or None for nothing.

    Args:
        model: The model.
        base: The class ``Model``.
        token: What ``compile`` left.
    """
    overrides = frozenset(
        name for name in OWN_STEPS if getattr(type(model), name, None) is not getattr(base, name)
    )
    tracked = tracked_metrics(model)
    return OwnSteps(model, overrides, tracked, token) if overrides or tracked else None


def require_steps_of_jax(kind: Any, base: Any) -> None:
    """Refuse a class whose steps are none that can be compiled.

    Args:
        kind: The class of a model.
        base: The class ``Model``.

    Raises:
        UnsupportedError: If it overrides ``predict_step``, or a step of TensorFlow's form.
    """
    if hasattr(kind, "predict_step"):
        raise UnsupportedError(
            f"The class {kind.__name__} overrides `predict_step`, which Ranvier does not call. Override `call`."
        )
    for name in ("train_step", "test_step"):
        step = getattr(kind, name)
        if step is getattr(base, name):
            continue
        parameters = list(inspect.signature(step).parameters.values())
        free = [
            each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
        ]
        if len(free) < 3 and all(each.kind is not each.VAR_POSITIONAL for each in parameters):
            raise UnsupportedError(
                f"The class {kind.__name__} overrides `{name}` in TensorFlow's form, which differentiates what has "
                f"run. Here steps are compiled as a whole: override `compute_loss`, or write "
                f"`def {name}(self, state, data)` as for Keras on JAX."
            )


def tracked_metrics(model: Any, compiled: Sequence[Metric] = ()) -> list[Metric]:
    """List the metrics that a model and its layers keep as attributes, without those given to ``compile``."""
    if "_parameters" not in vars(model):
        return []
    found = [
        metric
        for layer in flattened(model)
        for metric in found_in((value for name, value in vars(layer).items() if name != "_mean_loss"), Metric)
    ]
    known = {id(metric) for metric in compiled}
    return [metric for metric in dict.fromkeys(found) if id(metric) not in known]


@dataclass
class Step:
    """A step that is being traced, for the methods that a user's class overrides.

    Attributes:
        model: The model.
        loss: Computes the loss that ``compile`` asked for, from x, y, y_pred and sample_weight.
        metrics: Updates the metrics that ``compile`` asked for, and returns all results by name.
    """

    model: Any
    loss: Callable[[Any, Any, Any, Any], Any]
    metrics: Callable[[Any, Any, Any], dict[str, Any]]


class _Active(threading.local):
    def __init__(self) -> None:
        self.steps: list[Step] = []


_active = _Active()


def current_step(model: Any) -> Step | None:
    """Return the step of a model that this thread is tracing, or None."""
    return next((step for step in reversed(_active.steps) if step.model is model), None)


@contextmanager
def tracing_step(step: Step) -> Iterator[None]:
    """Make a step the current one of this thread for the length of a ``with`` block."""
    _active.steps.append(step)
    try:
        yield
    finally:
        _active.steps.pop()


@contextmanager
def tracked_states(own: OwnSteps, states: Sequence[Arrays]) -> Iterator[dict[Variable, Array]]:
    """Lend the variables of the tracked metrics their traced values; see :func:`~ranvier.variable.binding`."""
    with binding(own.variables, own.read(states)) as bound:
        yield bound


def scalar_loss(model: Any, loss: Any) -> Any:
    """Refuse what cannot be the loss of a step.

    Args:
        model: The model that computed it.
        loss: What ``compute_loss`` returned.

    Raises:
        ConfigurationError: If it is no single number.
    """
    if loss is None:
        raise ConfigurationError(
            f"`compute_loss` of {type(model).__name__} must return the loss, a single number; received: None."
        )
    value = jnp.asarray(loss)
    if value.ndim:
        raise ConfigurationError(
            f"`compute_loss` of {type(model).__name__} must return a single number; received an array of shape "
            f"{tuple(value.shape)}. Take its mean with `ops.mean`."
        )
    return value.astype(jnp.float32)


def learn_results(own: OwnSteps, logs: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Remember what ``compute_metrics`` returns, and return the values that are no result of a metric.

    Args:
        own: Whose class overrides the method.
        logs: What it returned.
        given: The results by name that it had from ``Model.compute_metrics``, if it asked.

    Raises:
        ConfigurationError: If it did not return a dict.
    """
    if not isinstance(logs, Mapping):
        raise ConfigurationError(
            f"`compute_metrics` of {type(own.model).__name__} must return a dict of results by name; received: "
            f"{logs!r:.100}."
        )
    own.keys = [str(key) for key in logs]
    values = {
        str(key): jnp.asarray(value, jnp.float32)
        for key, value in logs.items()
        if given.get(str(key)) is not value
    }
    own.values = {key: np.zeros(value.shape, np.float32) for key, value in values.items()}
    return values
