"""An activation within a layer."""

from __future__ import annotations

from typing import Any

from ranvier.exports.program import Tensor
from ranvier.exports.rules.activations import RULES
from ranvier.exports.traced import traced
from ranvier.exports.translation import Translation


def activated(to: Translation, function: Any, x: Tensor) -> Tensor:
    """Apply an activation: by its rule, or by what it computes if it is a user's own."""
    if function is None:  # a user has taken it away
        return x
    rule = RULES.get(function)
    if rule is not None:
        return rule(to.build, x)
    found: Tensor = traced(to, function, (x,), {}, f"the activation {_name(function)!r}")
    return found


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))
