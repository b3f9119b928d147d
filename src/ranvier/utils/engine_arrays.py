"""Recognise the engine's arrays without importing the engine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType


def jax_if_array(x: Any) -> ModuleType | None:
    """Return the module ``jax`` when ``x`` is one of its arrays, traced ones included, else None.

    An array of JAX can only exist once JAX is imported, so the question never imports it.
    """
    jax = sys.modules.get("jax")
    return jax if jax is not None and isinstance(x, jax.Array) else None
