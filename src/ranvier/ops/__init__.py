"""Keras' operations: functions of arrays that also build networks.

Each takes NumPy arrays, lists, numbers, arrays of the engine, variables, and symbolic tensors; of
a symbolic tensor it makes a step of the functional network.

Example:
    >>> from ranvier import ops
    >>> float(ops.mean([1, 2, 3]))
    2.0
"""

from __future__ import annotations

import difflib
from typing import Any

from ranvier.functions import activations
from ranvier.ops import (
    convolution,
    core,
    elementwise,
    linear_algebra,
    networks,
    patches,
    reductions,
    sampling,
    shaping,
)
from ranvier.ops.operation import OPERATIONS

_MODULES = (convolution, core, elementwise, linear_algebra, networks, patches, reductions, shaping)

_WITHOUT_STEPS = {"custom_gradient": core.custom_gradient, "vectorize": core.vectorize}

_NOT_OFFERED = {
    "ctc_decode": "Decode the outputs with a package for speech.",
    "ctc_loss": "Use the loss `ranvier.losses.CTC`.",
    "rearrange": "Use `ops.reshape` and `ops.transpose`.",
}

REGISTRY = {
    **OPERATIONS,
    **sampling.KINDS,
    # A network may also hold the activations that are no operations of Keras, and `gelu` as the
    # activation has it: the operation of that name always says which of the two forms it means.
    **{name: getattr(activations, name) for name in ("exponential", "gelu", "linear", "mish")},
}
"""What a network in a file may call, by name; the table is closed."""

globals().update(OPERATIONS)
globals().update(_WITHOUT_STEPS)

__all__ = sorted({*OPERATIONS, *_WITHOUT_STEPS, "REGISTRY"})


def __getattr__(name: str) -> Any:
    if name in _NOT_OFFERED:
        raise AttributeError(f"`ops.{name}` is not offered. {_NOT_OFFERED[name]}", name=name)
    closest = difflib.get_close_matches(name, __all__, n=3)
    hint = f" Did you mean {' or '.join(repr(each) for each in closest)}?" if closest else ""
    raise AttributeError(f"module {__name__!r} has no operation {name!r}.{hint}", name=name)


def __dir__() -> list[str]:
    return list(__all__)
