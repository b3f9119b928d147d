"""What a user's own layer computes, read from the engine's trace of it."""

from __future__ import annotations

from ranvier.exports.traced.trace import traced

__all__ = ["traced"]
