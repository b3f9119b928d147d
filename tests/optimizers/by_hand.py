"""Steps on one weight, for numbers worked by hand; and counting of traces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ranvier.optimizers import Optimizer


def weights(optimizer: Optimizer, start: float, gradients: Sequence[float]) -> list[float]:
    """Return the weight after each gradient."""
    params = [np.array([start], np.float32)]
    state = optimizer.init(params)
    table = optimizer.scalars(0, len(gradients))
    passed = []
    for step, gradient in enumerate(gradients):
        scalars = {name: column[step] for name, column in table.items()}
        params, state = optimizer.update([np.array([gradient], np.float32)], state, params, scalars)
        passed.append(float(params[0][0]))
    return passed


def compiled(function: Callable[..., Any]) -> tuple[Callable[..., Any], list[int]]:
    """Return the function under jit, and a list that grows with each trace."""
    traces: list[int] = []

    def traced(*arguments: Any) -> Any:
        traces.append(len(traces))
        return function(*arguments)

    return jax.jit(traced), traces
