"""What a user's code does wrong while it is traced into a program, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import jax

from ranvier.errors import ConfigurationError, RanvierError, ShapeError

_NOT_KNOWN_YET = (
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerBoolConversionError,
    jax.errors.TracerIntegerConversionError,
    jax.errors.ConcretizationTypeError,
)


@contextmanager
def explained(subject: str) -> Iterator[None]:
    """Turn the engine's own errors within a ``with`` block into sentences.

    What the user's code raises itself passes through.

    Args:
        subject: What is computed, as the start of a sentence: ``"The loss 'mine'"``.

    Raises:
        ConfigurationError: If a value was needed that is not known while tracing.
        ShapeError: If the engine refused the arrays.
    """
    try:
        yield
    except _NOT_KNOWN_YET as error:
        raise ConfigurationError(
            f"{subject} used an array of the compiled program as a number, in an `if`, or in a NumPy function; its "
            "values are not known yet at that point. Use functions of `ranvier.ops` (for example `ops.where`), or "
            "`compile(run_eagerly=True)` to debug."
        ) from error
    except (RanvierError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, RanvierError) or not _raised_by_engine(error):
            _drop_note(error)
            raise
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ShapeError(
            f"{subject} uses arrays that do not fit together; received, in the engine's words: {reason}. Print "
            "the shapes just before that line, with `compile(run_eagerly=True)` if need be."
        ) from error


_values_at_hand: ContextVar[bool] = ContextVar("values_at_hand", default=False)


@contextmanager
def values_at_hand(eager: bool) -> Iterator[None]:
    """Let functions that look at values be built within a ``with`` block, since they will run eagerly.

    Args:
        eager: Whether they will.
    """
    token = _values_at_hand.set(eager)
    try:
        yield
    finally:
        _values_at_hand.reset(token)


def shapes_of_results(function: Callable[..., Any], specs: Any, subject: str) -> Any:
    """Find the shapes and dtypes that a function returns.

    It is traced. Within :func:`values_at_hand`, a function that looks at values runs on zeros instead.

    Args:
        function: Function of one structure of arrays.
        specs: The shapes and dtypes of that structure.
        subject: What is computed, for messages; see :func:`explained`.

    Returns:
        A structure of objects with ``shape`` and ``dtype``.
    """
    try:
        with explained(subject):
            return jax.eval_shape(function, specs)
    except ConfigurationError as error:
        if not _values_at_hand.get() or not isinstance(error.__cause__, _NOT_KNOWN_YET):
            raise
    with explained(subject):
        return function(jax.tree.map(lambda spec: jax.numpy.zeros(spec.shape, spec.dtype), specs))


def _drop_note(error: BaseException) -> None:
    """Take off what the engine appends about its own traceback."""
    notes = getattr(error, "__notes__", [])
    notes[:] = [note for note in notes if "JAX has removed its internal frames" not in note]


def _raised_by_engine(error: BaseException) -> bool:
    """Whether the innermost line is the engine's, not the user's or Ranvier's."""
    trace = error.__traceback__
    module = ""
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        trace = trace.tb_next
    return module.partition(".")[0] in ("jax", "jaxlib")
