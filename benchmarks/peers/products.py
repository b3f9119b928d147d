"""The floor: nothing but the float32 matrix products of one epoch, forward and backward, compiled by XLA."""

from __future__ import annotations

import itertools
import statistics
import time
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.arrays import CLASSES, read_arrays

if TYPE_CHECKING:
    from benchmarks.worker import Job


def measure(job: Job) -> dict[str, float]:
    """Return the median seconds of an epoch's products; every batch counts as a full one."""
    program = job.network()
    x = read_arrays(job.arrays).flat().x_train
    rows = program.training_rows(len(x))
    steps = -(-rows // program.batch_size)
    batches = jnp.asarray(
        np.resize(x[:rows], (steps * program.batch_size, x.shape[1])).reshape(
            steps, program.batch_size, x.shape[1]
        )
    )
    units = [x.shape[1], *program.hidden, CLASSES]
    generator = np.random.default_rng(0)
    weights = [
        jnp.asarray(generator.normal(0, inputs**-0.5, (inputs, outputs)).astype(np.float32))
        for inputs, outputs in itertools.pairwise(units)
    ]
    run = jax.jit(products_of_epoch)
    run(weights, batches)[0].block_until_ready()
    seconds = []
    for _ in range(job.steady_epochs):
        before = time.perf_counter()
        run(weights, batches)[0].block_until_ready()
        seconds.append(time.perf_counter() - before)
    return {"steady_epoch": statistics.median(seconds)}


def products_of_epoch(weights: list[Any], batches: Any) -> list[Any]:
    """Multiply what training multiplies: h W, then hᵀ d and d Wᵀ, for each batch in turn.

    Args:
        weights: One (inputs, outputs) matrix per layer.
        batches: Shape (steps, batch, inputs).

    Returns:
        The products hᵀ d of the last step, which keep the compiler from dropping any of them.
    """

    def step(_: list[Any], x: Any) -> tuple[list[Any], None]:
        values = [x]
        for weight in weights:
            values.append(values[-1] @ weight)
        delta = values[-1]
        gradients = []
        for layer in reversed(range(len(weights))):
            gradients.append(values[layer].T @ delta)
            if layer > 0:
                delta = delta @ weights[layer].T
        return gradients[::-1], None

    start = [jnp.zeros_like(weight) for weight in weights]
    gradients: list[Any] = jax.lax.scan(step, start, batches)[0]
    return gradients
