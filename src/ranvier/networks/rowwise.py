"""Whether the operations of a network treat each row by itself, so that padded rows cannot reach real ones."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np

from ranvier.functions import activations
from ranvier.networks.graph import Graph
from ranvier.ops import elementwise
from ranvier.ops.operation import OPERATIONS
from ranvier.symbolic import Node, Operation, SymbolicTensor, symbolic_leaves

_OF_PYTHON = frozenset(
    {
        *("absolute", "add", "floor_divide", "greater", "greater_equal", "less", "less_equal", "mod"),
        *("multiply", "negative", "power", "subtract", "true_divide"),
    }
)
"""Python's operators but for indexing and the product of matrices."""

_ALONG_AXES = frozenset(
    {
        *(
            "all",
            "amax",
            "amin",
            "any",
            "argmax",
            "argmin",
            "argsort",
            "average",
            "concatenate",
            "count_nonzero",
        ),
        *("cumprod", "cumsum", "flip", "log_softmax", "logsumexp", "max", "mean", "median", "min", "norm"),
        *("normalize", "prod", "softmax", "sort", "squeeze", "std", "sum", "take_along_axis", "var"),
    }
)
"""Operations that mix entries along their axes only."""

_BY_ENTRY = frozenset(
    {
        *("cast", "celu", "clip", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu"),
        *(
            "hard_tanh",
            "leaky_relu",
            "linear",
            "log_sigmoid",
            "mish",
            "relu",
            "relu6",
            "selu",
            "sigmoid",
            "silu",
        ),
        *(
            "soft_shrink",
            "softplus",
            "softsign",
            "sparse_plus",
            "squareplus",
            "tanh_shrink",
            "threshold",
            "where",
        ),
    }
)
"""Operations on single entries that do not stand in the module of that name."""


def treats_rows_alone(graph: Graph) -> bool:
    """Tell whether every operation of a graph is known to compute each row from that row alone.

    Layers answer for themselves. An operation that is not known here counts as one that mixes rows,
    which costs a program for each number of rows and never a wrong result.

    Args:
        graph: The network.
    """
    return all(_alone(node) for node in graph.nodes if isinstance(node.operation, Operation))


def _alone(node: Node) -> bool:
    kind, tensors = node.operation.kind, node.input_tensors
    if not tensors:
        return True
    ranks = {len(tensor.shape) for tensor in tensors}
    if len(ranks) > 1:  # the rows of one may meet another axis of the other
        return False
    rank = ranks.pop()
    if kind == "matmul":
        first = node.args[0] if node.args else None
        return isinstance(first, SymbolicTensor) and (rank > 2 or len(tensors) == 1)
    if not all(_same_for_all_rows(each, rank) for each in _others(node)):
        return False
    if _is_elementwise(node.operation):
        return True
    if kind in _ALONG_AXES:
        return _axes_spare_rows(_axis(node), rank)
    if kind == "get_item":
        return _takes_all_rows(node.args[1:] or (node.kwargs.get("key"),), rank)
    if kind == "reshape":
        return _keeps_rows(tensors[0], symbolic_leaves(node.outputs)[0])
    return False


def _is_elementwise(operation: Operation) -> bool:
    kind, function = operation.kind, operation.function
    if getattr(function, "__module__", None) == "_operator":
        return kind in _OF_PYTHON
    if kind in _ALONG_AXES or function not in (OPERATIONS.get(kind), getattr(activations, kind, None)):
        return False
    return kind in _BY_ENTRY or function.__module__ == elementwise.__name__


def _others(node: Node) -> list[Any]:
    return [
        each
        for each in (*node.args, *node.kwargs.values())
        if isinstance(each, np.ndarray) or (hasattr(each, "shape") and not isinstance(each, SymbolicTensor))
    ]


def _same_for_all_rows(array: Any, rank: int) -> bool:
    shape = tuple(array.shape)
    return len(shape) < rank or (len(shape) == rank and shape[0] == 1)


def _axis(node: Node) -> Any:
    try:
        bound = inspect.signature(node.operation.function).bind(*node.args, **node.kwargs)
    except (TypeError, ValueError):  # nothing that Ranvier's own operations do
        return None
    bound.apply_defaults()
    return bound.arguments.get("axis")


def _axes_spare_rows(axis: Any, rank: int) -> bool:
    axes = [axis] if isinstance(axis, int) else axis
    if not isinstance(axes, list | tuple) or not axes:
        return False
    return all(isinstance(each, int) and each % rank != 0 for each in axes)


def _takes_all_rows(key: tuple[Any, ...], rank: int) -> bool:
    parts = key[0] if len(key) == 1 and isinstance(key[0], tuple) else key
    if not parts:
        return False
    if parts[0] is Ellipsis:
        named = [each for each in parts[1:] if each is not None]
        return len(named) < rank and all(isinstance(each, int | slice) for each in named)
    return parts[0] == slice(None) and all(
        each is None or each is Ellipsis or isinstance(each, int | slice) for each in parts[1:]
    )


def _keeps_rows(before: SymbolicTensor, after: SymbolicTensor) -> bool:
    if not after.shape or after.shape[0] is not None:
        return False
    sizes = [[size for size in tensor.shape[1:] if size is not None] for tensor in (before, after)]
    known = all(
        len(each) == len(tensor.shape) - 1 for each, tensor in zip(sizes, (before, after), strict=True)
    )
    return known and math.prod(sizes[0]) == math.prod(sizes[1])
