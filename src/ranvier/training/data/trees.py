"""Nested lists, tuples and mappings of arrays, taken apart and put together on the host.

``None`` is a leaf: it stands for a target or a weight that one output does not have. The children
of a mapping are visited in the order of their names, whatever order they were put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ranvier.errors import DataError

Tree: TypeAlias = Any
"""A leaf, or a list, tuple or mapping of trees."""


@dataclass(frozen=True)
class Structure:
    """What remains of a tree when its leaves are taken out.

    A list and a tuple of equal structures are equal: both are inputs by position.

    Args:
        kind: ``"leaf"``, ``"sequence"`` or ``"mapping"``.
        keys: The names of a mapping's children, sorted.
        children: The structures below.
        origin: The type to build again.
    """

    kind: str
    keys: tuple[Any, ...] = ()
    children: tuple[Structure, ...] = ()
    origin: type | None = field(default=None, compare=False)

    @property
    def leaves(self) -> int:
        """How many leaves a tree of this structure has."""
        return 1 if self.kind == "leaf" else sum(child.leaves for child in self.children)


_LEAF = Structure("leaf")


def is_node(tree: Tree) -> bool:
    """Whether a tree is a list, a tuple or a mapping, and not a leaf."""
    return isinstance(tree, list | tuple | Mapping)


def structure_of(tree: Tree) -> Structure:
    """Return the structure of a tree."""
    if isinstance(tree, Mapping):
        keys = _sorted_keys(tree)
        return Structure("mapping", keys, tuple(structure_of(tree[key]) for key in keys), type(tree))
    if isinstance(tree, list | tuple):
        return Structure("sequence", (), tuple(structure_of(child) for child in tree), type(tree))
    return _LEAF


def leaves_of(tree: Tree) -> list[Any]:
    """Return the leaves of a tree, in the order of positions and of sorted names."""
    if isinstance(tree, Mapping):
        return [leaf for key in _sorted_keys(tree) for leaf in leaves_of(tree[key])]
    if isinstance(tree, list | tuple):
        return [leaf for child in tree for leaf in leaves_of(child)]
    return [tree]


def flatten(tree: Tree) -> tuple[list[Any], Structure]:
    """Take a tree apart.

    Returns:
        Its leaves, and the structure from which :func:`unflatten` builds it again.
    """
    return leaves_of(tree), structure_of(tree)


def unflatten(structure: Structure, leaves: Iterable[Any]) -> Tree:
    """Build a tree from its structure and its leaves.

    Args:
        structure: What :func:`flatten` returned; mappings become plain dictionaries.
        leaves: As many leaves as the structure holds, in its order.

    Raises:
        DataError: If there are more or fewer leaves.
    """
    values = list(leaves)
    if len(values) != structure.leaves:
        raise DataError(f"Expected a tree of {structure.leaves} leaves; received: {len(values)} leaves.")
    return _built(structure, iter(values))


def paths(tree: Tree, root: str) -> list[str]:
    """Return the place of each leaf as a user would write it: ``x['age']``, ``y[1]``.

    Args:
        tree: The tree, or its structure.
        root: The name of the argument.
    """
    structure = tree if isinstance(tree, Structure) else structure_of(tree)
    if structure.kind == "leaf":
        return [root]
    keys = structure.keys if structure.kind == "mapping" else range(len(structure.children))
    return [
        path
        for key, child in zip(keys, structure.children, strict=True)
        for path in paths(child, f"{root}[{key!r}]")
    ]


def map_leaves(function: Callable[[Any], Any], tree: Tree) -> Tree:
    """Apply a function to every leaf that is not ``None``."""
    leaves, structure = flatten(tree)
    return unflatten(structure, [None if leaf is None else function(leaf) for leaf in leaves])


def describe(tree: Tree | Structure) -> str:
    """Describe a structure in a few words, for messages: ``a list of 2``, ``a dict with 'a', 'b'``."""
    structure = tree if isinstance(tree, Structure) else structure_of(tree)
    if structure.kind == "leaf":
        return "one array"
    if structure.kind == "mapping":
        return f"a dict with {', '.join(map(repr, structure.keys)) or 'no entries'}"
    return f"a {'tuple' if structure.origin is tuple else 'list'} of {len(structure.children)}"


def _sorted_keys(tree: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(sorted(tree, key=lambda key: (str(type(key)), str(key))))


def _built(structure: Structure, leaves: Any) -> Tree:
    if structure.kind == "leaf":
        return next(leaves)
    children = [_built(child, leaves) for child in structure.children]
    if structure.kind == "mapping":
        return dict(zip(structure.keys, children, strict=True))
    if structure.origin is not None and hasattr(structure.origin, "_fields"):  # a named tuple
        return structure.origin(*children)
    return (
        tuple(children) if structure.origin is not None and issubclass(structure.origin, tuple) else children
    )
