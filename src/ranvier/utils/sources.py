"""Where a symbolic tensor comes from."""

from __future__ import annotations

from typing import Any

from ranvier.errors import ConfigurationError
from ranvier.symbolic import SymbolicTensor, is_symbolic, symbolic_leaves


def is_keras_tensor(value: Any) -> bool:
    """Tell whether a value is a symbolic tensor, as ``Input`` returns; Keras' name for it is kept."""
    return is_symbolic(value)


def get_source_inputs(tensor: Any) -> list[SymbolicTensor]:
    """List the inputs that a symbolic tensor, or a structure of them, is computed from.

    Args:
        tensor: What a layer returned when it was called on an ``Input``.

    Returns:
        The symbolic inputs, first met first.

    Raises:
        ConfigurationError: If there is no symbolic tensor.
    """
    remaining = list(reversed(symbolic_leaves(tensor)))
    if not remaining:
        raise ConfigurationError(
            f"`get_source_inputs` takes a symbolic tensor, as a layer called on an `Input` returns; "
            f"received: {tensor!r:.200}."
        )
    found: dict[int, SymbolicTensor] = {}
    seen: set[int] = set()
    while remaining:
        current = remaining.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if current.node is None or not current.node.input_tensors:
            found[id(current)] = current
        else:
            remaining.extend(reversed(current.node.input_tensors))
    return list(found.values())
