"""Targets, weights and arguments given by name or in order, matched to the outputs of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax

from ranvier.errors import ConfigurationError, DataError


def targets_and_weights(y: Any, sample_weight: Any, names: Sequence[str]) -> tuple[list[Any], list[Any]]:
    """Match targets and weights, as a method of the user's handed them over, to the outputs.

    Args:
        y: One array, or a list or dict of them, or None.
        sample_weight: Likewise; one array stands for all outputs.
        names: The names of the outputs.
    """
    return matched(y, names, "y", share=False), matched(sample_weight, names, "sample_weight", share=True)


def matched(tree: Any, names: Sequence[str], argument: str, *, share: bool) -> list[Any]:
    """Give each output its part of the targets or weights.

    Args:
        tree: None, an array, or a list or dict of arrays.
        names: The outputs' names.
        argument: What the arrays are, for messages.
        share: Whether one array stands for all outputs.

    Raises:
        ConfigurationError: If a name is not that of an output.
        DataError: If their number does not fit.
    """
    if tree is None:
        return [None] * len(names)
    if isinstance(tree, dict):
        if len(names) == len(tree) == 1:
            return list(tree.values())
        require_known(argument, tree, names)
        return [tree.get(name) for name in names]
    leaves = jax.tree.leaves(tree, is_leaf=lambda leaf: leaf is None)
    if len(leaves) == 1 and share:
        return leaves * len(names)
    if len(leaves) != len(names):
        raise DataError(
            f"The model has {len(names)} outputs ({', '.join(names)}), so `{argument}` must hold as many arrays; "
            f"received: {len(leaves)}."
        )
    return leaves


def require_known(argument: str, given: Mapping[str, Any], names: Sequence[str]) -> None:
    """Refuse a dict with keys that name no output.

    Raises:
        ConfigurationError: Naming the unknown keys.
    """
    unknown = [key for key in given if key not in names]
    if unknown:
        raise ConfigurationError(
            f"`{argument}` names outputs of the model, which are {list(names)}; received: {unknown}."
        )
