"""Tracing without consequences: what a layer assigns while only its shapes are asked is forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ranvier.types import Array
from ranvier.variable import Variable, binding


class _Active(threading.local):
    def __init__(self) -> None:
        self.bindings: list[dict[Variable, Array]] = []


_active = _Active()


@contextmanager
def without_assignments(variables: Sequence[Variable]) -> Iterator[None]:
    """Forget, at the end of a ``with`` block, what was assigned to variables within it.

    Args:
        variables: The variables that exist already; those created inside join by
            :func:`join_scratch`.
    """
    with binding(variables, [variable.value for variable in variables]) as bound:
        _active.bindings.append(bound)
        try:
            yield
        finally:
            _active.bindings.pop()


def join_scratch(variable: Variable) -> None:
    """Let a new variable keep its first value when it is created inside :func:`without_assignments`."""
    for bound in _active.bindings:
        bound[variable] = variable.value
