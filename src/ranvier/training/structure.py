"""The key by which compiled programs are found."""

from __future__ import annotations

from typing import Any

from ranvier.types import StructureKey


class HashedOnce:
    """A structure key that is looked up in every epoch, and hashed only the first time.

    Args:
        *parts: Hashable values.
    """

    __slots__ = ("_hash", "parts")

    def __init__(self, *parts: Any) -> None:
        self.parts: StructureKey = parts
        self._hash = hash(parts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, HashedOnce) and self.parts == other.parts)
