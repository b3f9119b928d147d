"""The loop of a prediction: rows padded to a few sizes, so that few programs serve every number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import jax
import numpy as np

from ranvier.symbolic import symbolic_leaves
from ranvier.training.callbacks.callback_list import CallbackList
from ranvier.training.data import Batch, Source, Table, padded_copy
from ranvier.training.host_prediction import LARGEST_WORK, host_chain, host_work, run_on_host
from ranvier.training.programs import prediction_program
from ranvier.training.runner import new_seed
from ranvier.training.view import NetworkView

SIZES = (8, 32, 128, 512, 2048)
"""The numbers of rows for which programs are compiled."""

WORKING_FLOATS = 2**24
"""About how many numbers a chunk's largest intermediate array may hold."""


class Predictor:
    """The forward pass of a network with its current weights.

    Args:
        network: A built layer or model.
        eager: Run without compilation.
    """

    def __init__(self, network: Any, *, eager: bool = False) -> None:
        self.network = network
        self.eager = eager
        self.chain = None if eager else host_chain(network.graph)

    @cached_property
    def view(self) -> NetworkView:
        """The variables and settings of the network."""
        return NetworkView(self.network)

    @cached_property
    def weights(self) -> tuple[list[Any], list[Any]]:
        """The trained and the other weights on the device."""
        trained, held = (
            [jax.device_put(variable._value, may_alias=True) for variable in variables]
            for variables in (self.view.trained, self.view.held)
        )
        return trained, held

    @property
    def exact(self) -> bool:
        """Whether batches may not be padded, because a user's layer might mix rows."""
        return self.chain is None and not self.view.rowwise

    def largest_chunk(self, inputs: Any) -> int:
        """Return how many rows are predicted at a time."""
        graph = self.network.graph
        tensors = (
            [] if graph is None else [leaf for node in graph.nodes for leaf in symbolic_leaves(node.outputs)]
        )
        shapes = [leaf.shape for leaf in (*jax.tree.leaves(inputs), *tensors)]
        per_row = max(math.prod(size or 1 for size in shape[1:]) for shape in shapes)
        fitting = [size for size in SIZES if size * per_row <= WORKING_FLOATS]
        return fitting[-1] if fitting else SIZES[0]

    def predict(self, inputs: Any) -> Any:
        """Predict the rows of a batch.

        Args:
            inputs: A tree of host arrays with a common number of rows, at most the largest chunk.

        Returns:
            NumPy arrays in the structure that the network returns.
        """
        rows = int(jax.tree.leaves(inputs)[0].shape[0])
        if self.chain is not None and rows * host_work(self.chain) <= LARGEST_WORK:
            leaf = jax.tree.leaves(inputs)[0]
            return run_on_host(self.chain, padded_copy(leaf, rows, "x"))
        size = rows if self.exact else next((size for size in SIZES if size >= rows), rows)
        padded = jax.tree.map(lambda leaf: padded_copy(leaf, size, "x"), inputs)
        settings = np.asarray(self.view.setting_values(), np.float32)
        arguments = (*self.weights, padded, settings, np.array([rows, new_seed()], np.int32))
        program = prediction_program(self.view, arguments, masked=size != rows, eager=self.eager)
        outputs = program(*arguments)
        # A copy, so that the padded buffer is not kept alive by what the user holds.
        return jax.tree.map(lambda leaf: np.array(np.asarray(leaf)[:rows]), outputs)

    def predict_all(self, inputs: Any) -> Any:
        """Predict any number of rows, in chunks where they are many; see :meth:`predict`."""
        rows = int(jax.tree.leaves(inputs)[0].shape[0])
        largest = rows if self.exact else self.largest_chunk(inputs)
        if rows <= largest:
            return self.predict(inputs)
        pieces = [
            self.predict(jax.tree.map(lambda leaf, start=start: leaf[start : start + largest], inputs))
            for start in range(0, rows, largest)
        ]
        return jax.tree.map(lambda *leaves: np.concatenate(leaves), *pieces)


def predict(
    predictor: Predictor, source: Source, batch_size: int | None, steps: int | None, callbacks: CallbackList
) -> Any:
    """Predict all rows of a source.

    Args:
        predictor: The network.
        source: The data.
        batch_size: The rows of a batch, as callbacks and the progress bar count them.
        steps: The number of batches, or None for all.
        callbacks: Told of the progress.

    Returns:
        NumPy arrays in the structure that the network returns, all rows joined.
    """
    asked = 32 if batch_size is None else batch_size
    single = callbacks.has_predict_batch_hooks or predictor.exact
    callbacks.on_predict_begin()
    parts: list[Any] = []
    done = 0.0
    for number, batch in enumerate(_batches(predictor, source, asked, steps, single=single)):
        if callbacks.has_predict_batch_hooks:
            callbacks.on_predict_batch_begin(number)
        parts.append(predictor.predict_all(batch.x))
        done += batch.rows / asked if isinstance(source, Table) else 1
        if callbacks.has_predict_batch_hooks:
            callbacks.on_predict_batch_end(number, {"outputs": parts[-1]})
        elif callbacks.wants_predict_progress:
            callbacks.on_predict_progress(-int(-done // 1))
        if getattr(callbacks.model, "stop_predicting", False):
            break
    callbacks.on_predict_end()
    return jax.tree.map(lambda *leaves: leaves[0] if len(leaves) == 1 else np.concatenate(leaves), *parts)


def _batches(
    predictor: Predictor, source: Source, asked: int, steps: int | None, *, single: bool
) -> Iterator[Batch]:
    if not isinstance(source, Table):
        yield from source.epoch(0)
        return
    rows = source.rows if steps is None else min(source.rows, steps * asked)
    size = asked if single else max(predictor.largest_chunk(source.x), asked)
    for start in range(0, rows, size):
        yield source.slice(start, min(start + size, rows))
