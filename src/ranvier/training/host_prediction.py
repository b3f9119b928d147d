"""Few rows through a dense network with NumPy: microseconds, where calling a program takes longer.

Only chains of layers whose arithmetic is a few lines of NumPy are taken; everything else goes
through the compiled program. Both agree to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from ranvier.functions import activations
from ranvier.layers.activation import Activation
from ranvier.layers.base import Layer
from ranvier.layers.dense import Dense
from ranvier.layers.noise import Dropout, GaussianDropout, GaussianNoise
from ranvier.layers.rescaling import Rescaling
from ranvier.layers.reshaping import Flatten
from ranvier.networks.graph import Graph
from ranvier.symbolic import Operation, SymbolicTensor

LARGEST_WORK = 2**20
"""The number of multiplications up to which NumPy is the faster way."""

HostArray: TypeAlias = "np.ndarray[Any, Any]"
HostFunction: TypeAlias = Callable[[HostArray], HostArray]


def host_chain(graph: Graph | None) -> list[Layer] | None:
    """Return the layers of a network that NumPy can run, or None for any other network.

    Args:
        graph: The network, one input and one output, each layer on the output of the one before.
    """
    if (
        graph is None
        or not isinstance(graph.inputs, SymbolicTensor)
        or not isinstance(graph.outputs, SymbolicTensor)
    ):
        return None
    current, chain = graph.inputs, []
    for node in graph.nodes:
        if not node.input_tensors:
            continue
        layer = node.operation
        if node.args != (current,) or node.kwargs or not _is_known(layer):
            return None
        chain.append(layer)
        current = node.outputs
    return chain if current is graph.outputs else None


def host_work(chain: list[Layer]) -> int:
    """Return the number of multiplications for one row."""
    return sum(math.prod(layer._parameters["kernel"].shape) for layer in chain if isinstance(layer, Dense))


def run_on_host(chain: list[Layer], inputs: HostArray) -> HostArray:
    """Predict rows with NumPy.

    Args:
        chain: What :func:`host_chain` returned.
        inputs: Shape (rows, ...).

    Returns:
        Shape (rows, ...), float32.
    """
    values = inputs
    for layer in chain:
        if isinstance(layer, Flatten):
            values = values.reshape(len(values), -1)
        elif isinstance(layer, Rescaling):
            values = values.astype(np.float32, copy=False) * np.asarray(layer.scale, np.float32)
            values = values + np.asarray(layer.offset, np.float32)
        elif isinstance(layer, Dense):
            values = values.astype(np.float32, copy=False) @ np.asarray(layer._parameters["kernel"].value)
            if layer.use_bias:
                values = values + np.asarray(layer._parameters["bias"].value)
            values = _FUNCTIONS[layer.activation](values)
        elif isinstance(layer, Activation):
            values = _FUNCTIONS[layer.activation](values.astype(np.float32, copy=False))
    return values.astype(np.float32, copy=False)


def predicted_at_once(graph: Graph | None, x: Any) -> HostArray | None:
    """Predict a plain array of few rows with NumPy, or return None where that is not possible.

    Everything unusual, mistakes included, is left to the general way.

    Args:
        graph: The network.
        x: What the user gave.

    Returns:
        Shape (rows, ...), float32, or None.
    """
    if type(x) is not np.ndarray or x.dtype.kind not in "fiu" or not 0 < len(x) <= LARGEST_WORK:
        return None
    chain = host_chain(graph)
    if chain is None or graph is None or x.shape[1:] != graph.inputs.shape[1:]:
        return None
    if len(x) * host_work(chain) > LARGEST_WORK or not np.isfinite(x).all():
        return None
    return run_on_host(chain, x.astype(np.float32, copy=False))


def _is_known(layer: Any) -> bool:
    if isinstance(layer, Operation) or layer.dtype != "float32" or layer.activity_regularizer is not None:
        return False
    if type(layer) in (Dense, Activation):
        return layer.activation in _FUNCTIONS
    if type(layer) is Flatten:
        return bool(layer.data_format == "channels_last")
    return type(layer) in (Dropout, GaussianDropout, GaussianNoise, Rescaling)


def _softmax(values: HostArray) -> HostArray:
    shifted: HostArray = np.exp(values - values.max(axis=-1, keepdims=True))
    normalized: HostArray = shifted / shifted.sum(axis=-1, keepdims=True)
    return normalized


def _sigmoid(values: HostArray) -> HostArray:
    # tanh cannot overflow.
    return np.float32(0.5) * np.tanh(np.float32(0.5) * values) + np.float32(0.5)


_FUNCTIONS: Mapping[Any, HostFunction] = {
    activations.linear: lambda values: values,
    activations.relu: lambda values: np.maximum(values, np.float32(0)),
    activations.sigmoid: _sigmoid,
    activations.tanh: np.tanh,
    activations.softmax: _softmax,
    activations.softplus: lambda values: np.logaddexp(values, np.float32(0)),
    activations.elu: lambda values: np.where(values > 0, values, np.expm1(np.minimum(values, 0))),
    activations.silu: lambda values: values * _sigmoid(values),
}
