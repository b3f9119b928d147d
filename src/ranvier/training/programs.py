"""Compiled programs: one for each architecture, batch size and bucket of rows, kept in the process.

A program runs steps ``first..last`` of an epoch in one loop whose bounds are traced, so that one
compilation serves every length. The cache is keyed by structure, never by object: two models of
equal architecture share a program, and a changed learning rate is only another number in a table.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ranvier.forward_pass import ForwardPass
from ranvier.tracing import explained
from ranvier.training.disk_cache import keep_programs_on_disk
from ranvier.training.layout import BatchLayout
from ranvier.training.problem import Accumulators, Batch, Problem, TrainingState
from ranvier.training.step import evaluation_step, training_step
from ranvier.training.whole_steps import own_evaluation_step, own_training_step, takes_whole_steps
from ranvier.types import StructureKey

LARGEST_CACHE = 64
"""How many programs are kept; the one unused for longest goes first."""

_lock = threading.RLock()
_programs: OrderedDict[StructureKey, Future[Callable[..., Any]]] = OrderedDict()
_compilations = 0


def compilations() -> int:
    """Return how many programs this process has compiled so far."""
    return _compilations


def forget_programs() -> None:
    """Drop every compiled program, as ``clear_session`` does."""
    with _lock:
        _programs.clear()


def training_program(
    problem: Problem, layout: BatchLayout, names: Sequence[str], arguments: Sequence[Any], *, eager: bool
) -> Callable[..., Any]:
    """Return the program of many training steps.

    Args:
        problem: What is trained.
        layout: How rows become batches.
        names: What the columns of the table are.
        arguments: What it will be called with: ``(state, data, order, table, settings, numbers)``;
            ``numbers`` are int32 ``[first, last, rows, iteration, seed]``.
        eager: Run without compilation, for debugging.

    Returns:
        ``program(*arguments) -> (state, failed)``; ``failed`` is the first step whose loss was not
        finite, or -1. The state given is consumed.
    """

    def program(state: TrainingState, data: Any, order: Any, table: Any, settings: Any, numbers: Any) -> Any:
        first, last, rows, iteration, seed = (numbers[index] for index in range(5))
        key = jax.random.key(seed)

        def keep_going(carry: Any) -> Any:
            step, failed, _ = carry
            return (step < last) & (failed < 0)

        def body(carry: Any) -> Any:
            step, _, current = carry
            batch = _gathered(layout, data, order, step, rows)
            scalars = {name: table[step, index] for index, name in enumerate(names)}
            number = iteration + step
            run = ForwardPass(True, jax.random.fold_in(key, number), number, batch.valid)
            if takes_whole_steps(problem, training=True):
                following, loss = own_training_step(problem, current, batch, run)
            else:
                following, loss = training_step(problem, current, batch, scalars, settings, run)
            failed = jnp.where(jnp.isfinite(loss), jnp.int32(-1), step)
            return step + 1, failed, following

        carry = (first, jnp.int32(-1), state)
        if eager:
            while keep_going(carry):
                carry = body(carry)
        else:
            carry = lax.while_loop(keep_going, body, carry)
        return carry[2], carry[1]

    return _compiled(("train", *names), problem, layout, program, arguments, eager, donate=(0,))


def evaluation_program(
    problem: Problem, layout: BatchLayout, arguments: Sequence[Any], *, eager: bool
) -> Callable[..., Any]:
    """Return the program of many evaluation steps.

    Args:
        problem: What is evaluated.
        layout: How rows become batches.
        arguments: ``(params, held, accumulators, data, order, settings, numbers)``; ``numbers`` are int32
            ``[first, last, rows, seed]``.
        eager: Run without compilation, for debugging.

    Returns:
        ``program(*arguments) -> accumulators``.
    """

    def program(
        params: Any, held: Any, accumulators: Accumulators, data: Any, order: Any, settings: Any, numbers: Any
    ) -> Any:
        first, last, rows, seed = (numbers[index] for index in range(4))
        key = jax.random.key(seed)

        def body(step: Any, current: Accumulators) -> Accumulators:
            # Rows in their own order are neighbours, but for a last batch that is a window of its own.
            batch = (
                _gathered(layout, data, order, step, rows)
                if layout.exact
                else _sliced(layout, data, step, rows)
            )
            if takes_whole_steps(problem, training=False):
                return own_evaluation_step(problem, params, held, current, batch)
            run = ForwardPass(False, jax.random.fold_in(key, step), step, batch.valid)
            return evaluation_step(problem, params, held, current, batch, settings, run)

        if eager:
            for step in range(int(first), int(last)):
                accumulators = body(np.int32(step), accumulators)
            return accumulators
        return lax.fori_loop(first, last, body, accumulators)

    return _compiled(("evaluate",), problem, layout, program, arguments, eager, donate=())


def prediction_program(
    view: Any, arguments: Sequence[Any], *, masked: bool, eager: bool
) -> Callable[..., Any]:
    """Return the program of one forward pass.

    Args:
        view: The network.
        arguments: ``(trained, held, inputs, settings, numbers)``; ``numbers`` are int32 ``[rows, seed]``.
        masked: Whether layers are told which rows are padding.
        eager: Run without compilation, for debugging.

    Returns:
        ``program(*arguments) -> outputs`` in the structure the network returns.
    """

    def program(trained: Any, held: Any, inputs: Any, settings: Any, numbers: Any) -> Any:
        size = jax.tree.leaves(inputs)[0].shape[0]
        valid = (jnp.arange(size) < numbers[0]).astype(jnp.float32) if masked else None
        run = ForwardPass(False, jax.random.key(numbers[1]), 0, valid)
        run.settings.update(view.bound_settings(settings))
        return view.outputs(trained, held, inputs, run)

    structure = ("predict", view.structure(), masked, specs(arguments))
    return _cached(structure, program, arguments, eager, ())


def specs(arguments: Any) -> StructureKey:
    """Describe the structure, shapes and dtypes of arguments as a hashable value."""
    leaves, tree = jax.tree.flatten(arguments)
    return (tree, tuple((leaf.shape, leaf.dtype) for leaf in leaves))


def _compiled(
    kind: tuple[str, ...],
    problem: Problem,
    layout: BatchLayout,
    program: Callable[..., Any],
    arguments: Sequence[Any],
    eager: bool,
    donate: tuple[int, ...],
) -> Callable[..., Any]:
    structure = (kind, problem.structure, layout, specs(arguments))
    return _cached(structure, program, arguments, eager, donate)


def _cached(
    structure: StructureKey,
    program: Callable[..., Any],
    arguments: Sequence[Any],
    eager: bool,
    donate: tuple[int, ...],
) -> Callable[..., Any]:
    global _compilations
    if eager:

        def run_eagerly(*given: Any) -> Any:
            with jax.disable_jit():
                return program(*jax.tree.map(jnp.asarray, given))

        return run_eagerly
    with _lock:
        waiting = _programs.get(structure)
        mine = waiting is None
        if waiting is None:
            waiting = _programs[structure] = Future()
        _programs.move_to_end(structure)
        while len(_programs) > LARGEST_CACHE:
            _programs.popitem(last=False)
    if mine:
        try:
            waiting.set_result(_compile(program, arguments, donate))
            _compilations += 1
        except BaseException as error:
            with _lock:
                _programs.pop(structure, None)
            waiting.set_exception(error)
            raise
    return waiting.result()


def _compile(
    program: Callable[..., Any], arguments: Sequence[Any], donate: tuple[int, ...]
) -> Callable[..., Any]:
    keep_programs_on_disk()
    shapes = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype), tuple(arguments))
    # Level 1 makes the same loops as 2, which are too short for its further passes, in 7/8 of the time.
    options: Any = {"xla_backend_optimization_level": "1"} if jax.default_backend() == "cpu" else None
    with explained("A step of the network"):
        lowered = jax.jit(program, donate_argnums=donate).lower(*shapes)
    return lowered.compile(compiler_options=options)


def _gathered(layout: BatchLayout, data: Any, order: Any, step: Any, rows: Any) -> Batch:
    start = step * layout.batch
    positions = lax.dynamic_slice(order, (start,), (layout.batch,))
    leaves = [leaf.at[positions].get(mode="promise_in_bounds") for leaf in data]
    return _batch(layout, leaves, start, rows)


def _sliced(layout: BatchLayout, data: Any, step: Any, rows: Any) -> Batch:
    start = step * layout.batch
    leaves = [lax.dynamic_slice_in_dim(leaf, start, layout.batch) for leaf in data]
    return _batch(layout, leaves, start, rows)


def _batch(layout: BatchLayout, leaves: list[Any], start: Any, rows: Any) -> Batch:
    inputs, targets, weights = layout.unflatten(leaves)
    if layout.exact:
        return Batch(inputs, targets, weights, None, jnp.float32(layout.batch))
    remaining = rows - start
    valid = (jnp.arange(layout.batch, dtype=jnp.int32) < remaining).astype(jnp.float32)
    return Batch(inputs, targets, weights, valid, jnp.minimum(remaining, layout.batch).astype(jnp.float32))
