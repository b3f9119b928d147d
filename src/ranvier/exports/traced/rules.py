"""The engine's operations as steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ranvier.exports.traced import contractions, elementwise, picking, structural

RULES: Mapping[str, Callable[..., Any]] = {
    **elementwise.RULES,
    **structural.RULES,
    **picking.RULES,
    **contractions.RULES,
}
"""A rule for each operation by the engine's name."""
