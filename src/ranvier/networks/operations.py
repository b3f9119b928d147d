"""The closed table of functions that a network may call without a layer."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from ranvier import ops
from ranvier.errors import FileFormatError, UnsupportedError, unknown_name
from ranvier.symbolic import Operation

_OF_PYTHON: dict[str, Callable[..., Any]] = {
    "absolute": operator.abs,
    "add": operator.add,
    "floor_divide": operator.floordiv,
    "get_item": operator.getitem,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "less": operator.lt,
    "less_equal": operator.le,
    "matmul": operator.matmul,
    "mod": operator.mod,
    "multiply": operator.mul,
    "negative": operator.neg,
    "power": operator.pow,
    "subtract": operator.sub,
    "true_divide": operator.truediv,
}
"""What Python's operators record when they meet a symbolic tensor."""


def operation_name(operation: Operation) -> str:
    """Return the name by which a file refers to an operation.

    Raises:
        UnsupportedError: If it is not in the table.
    """
    # An operator and the operation of the same name differ in how they treat dtypes.
    if _OF_PYTHON.get(operation.kind) is operation.function:
        return f"operator.{operation.kind}"
    if operation.kind not in ops.REGISTRY:
        raise UnsupportedError(
            f"The network calls {operation.kind!r}, which a file cannot name. Use a function of `ranvier.ops`, or "
            "write a layer."
        )
    return operation.kind


def named_operation(name: object) -> Operation:
    """Make the operation that a file names.

    Raises:
        FileFormatError: If the name is not in the table.
    """
    known: dict[str, Callable[..., Any]] = {f"operator.{key}": each for key, each in _OF_PYTHON.items()}
    known.update(ops.REGISTRY)
    if not isinstance(name, str) or name not in known:
        raise FileFormatError(
            f"The network calls an operation that is not known here. {unknown_name('operation', name, known)}"
        )
    return Operation(known[name], name.removeprefix("operator."))
