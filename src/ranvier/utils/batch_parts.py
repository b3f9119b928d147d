"""The parts of a batch, packed in a tuple and taken out again."""

from __future__ import annotations

from typing import Any

from ranvier.errors import ConfigurationError


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Pack inputs, targets and weights as ``fit`` takes them from a generator.

    Args:
        x: Inputs.
        y: Targets, or None.
        sample_weight: Weights, or None.

    Returns:
        ``(x, y, sample_weight)`` without trailing ``None``; inputs alone stay unpacked unless they
        are a list or tuple.
    """
    if y is None and sample_weight is None:
        return (x,) if isinstance(x, list | tuple) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Unpack a batch into inputs, targets and weights, ``None`` for those that are absent.

    Args:
        data: Inputs alone, or a tuple of one to three parts.

    Raises:
        ConfigurationError: If there are more parts, or none.
    """
    parts = tuple(data) if isinstance(data, list | tuple) else (data,)
    if not 1 <= len(parts) <= 3:
        raise ConfigurationError(
            f"A batch is (x,), (x, y) or (x, y, sample_weight); received: a tuple of {len(parts)}."
        )
    x, y, sample_weight = (*parts, None, None)[:3]
    return x, y, sample_weight
