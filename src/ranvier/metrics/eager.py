"""Metrics called by a user on arrays: one compiled program for all metrics of one structure."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jax

from ranvier.metrics.data import host_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ranvier.metrics.base import Metric
    from ranvier.types import Arrays


class _Program:
    """A metric that is equal to every metric of the same structure."""

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self.key = metric.structure()

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Program) and self.key == other.key


def arranged(metric: Metric, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
    """Bring what ``update_state`` received to the order of ``accumulate``, as arrays.

    Args:
        metric: The metric.
        args: Arguments by position.
        kwargs: Arguments by name.

    Raises:
        TypeError: If arguments are missing or unknown, as in any call.
        DataTypeError: If one does not hold numbers.
    """
    signature = _signature(type(metric).accumulate)
    arguments = signature.bind(*args, **kwargs).arguments
    names = list(signature.parameters)
    return [None if arguments.get(name) is None else host_array(arguments[name], name) for name in names]


def is_traced(value: Any) -> bool:
    """Tell whether a value belongs to a program that is being made."""
    return isinstance(value, jax.core.Tracer)


def run(metric: Metric, state: Arrays, data: Sequence[Any]) -> Arrays:
    """Accumulate a batch: directly inside a trace and for a user's own code, compiled otherwise."""
    leaves = (*state.values(), *data)
    if not metric.built_in or any(map(is_traced, leaves)):
        return metric.accumulate(state, *data)
    accumulate: Callable[..., Arrays] = _compiled(_Program(metric))
    return accumulate(state, *data)


@lru_cache(maxsize=256)
def _compiled(program: _Program) -> Callable[..., Arrays]:
    return jax.jit(program.metric.accumulate)


@lru_cache(maxsize=256)
def _signature(accumulate: Callable[..., Any]) -> inspect.Signature:
    parameters = list(inspect.signature(accumulate).parameters.values())
    return inspect.Signature(parameters[2:])  # after self and state
