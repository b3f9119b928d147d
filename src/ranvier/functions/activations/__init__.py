"""The activations of Keras 3 as pure functions of an array.

Each keeps the dtype of a float array; integers become float32. Each also takes a symbolic tensor
and is then recorded as a step of the functional network.
"""

from __future__ import annotations

from typing import Any, Literal

from ranvier.functions.activations.gates import gelu, glu, hard_silu, mish, silu
from ranvier.functions.activations.rectifiers import celu, elu, leaky_relu, relu, relu6, selu, threshold
from ranvier.functions.activations.shrinkage import hard_shrink, soft_shrink, tanh_shrink
from ranvier.functions.activations.sigmoids import (
    exponential,
    hard_sigmoid,
    hard_tanh,
    linear,
    log_sigmoid,
    sigmoid,
    softsign,
    sparse_sigmoid,
    tanh,
)
from ranvier.functions.activations.simplex import log_softmax, softmax, sparsemax
from ranvier.functions.activations.smooth import softplus, sparse_plus, squareplus

hard_swish = hard_silu
swish = silu

__all__ = [
    "celu",
    "elu",
    "exponential",
    "gelu",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "logits_kind",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]


def logits_kind(function: Any) -> Literal["softmax", "sigmoid"] | None:
    """Tell which probabilities an activation makes of its argument, the logits.

    Args:
        function: An activation as a layer holds it.

    Returns:
        ``"softmax"`` or ``"sigmoid"`` for exactly those two functions; None for every other,
        a user's wrapper of them included.
    """
    if function is softmax:
        return "softmax"
    return "sigmoid" if function is sigmoid else None
