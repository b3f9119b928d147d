"""Pruning a model, holding what is zero, and letting go of the masks again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from ranvier.errors import ConfigurationError, unknown_name
from ranvier.layers.base import Layer
from ranvier.pruning.magnitude import HostArray, global_magnitude_masks, magnitude_masks
from ranvier.pruning.masks import apply_mask, masked_weights, prunable_weights, set_mask
from ranvier.variable import Variable

SCOPES = ("layer", "global")

Network = TypeVar("Network", bound=Layer)


def prune(
    model: Network,
    sparsity: float | Mapping[str, float] = 0.5,
    *,
    scope: str = "layer",
    layers: Sequence[Any] | None = None,
) -> Network:
    """Set the weights of smallest magnitude to zero, and hold them there through further training.

    Each weight gets a mask, which joins the constraint it may have. Saving the model saves the zeros
    and no mask; :func:`hold_zeros` makes masks of them again after loading.

    Args:
        model: A built model; it is changed.
        sparsity: The fraction of the weights to set to zero, in [0, 1); or one for each layer by name.
        scope: ``"layer"``: each array loses that fraction. ``"global"``: all arrays are compared with one
            another, so that some lose more than others.
        layers: The layers to prune, or their names; None: every layer with a kernel.

    Returns:
        The model itself.

    Raises:
        NotBuiltError: If the model has no weights yet.
        ConfigurationError: If an argument cannot be used or nothing can be pruned.
    """
    check_scope(scope)
    chosen = list(sparsity) if isinstance(sparsity, Mapping) and layers is None else layers
    weights = prunable_weights(model, chosen)
    for (_, variable), mask in zip(weights, new_masks(weights, sparsity, scope), strict=True):
        set_mask(variable, mask)
    return model


def new_masks(
    weights: Sequence[tuple[Layer, Variable]], sparsity: float | Mapping[str, float], scope: str
) -> list[HostArray]:
    """Choose the masks of some weights, each given with its layer; arguments as of :func:`prune`."""
    arrays = [variable.numpy() for _, variable in weights]
    if isinstance(sparsity, Mapping):
        names = [layer.name for layer, _ in weights]
        unmatched = [name for name in sparsity if name not in names]
        if scope == "global" or unmatched or any(name not in sparsity for name in names):
            raise ConfigurationError(
                "`sparsity` by layer needs scope='layer' and names of layers that have a kernel, which are "
                f"{names}; received: {dict(sparsity)!r} with scope={scope!r}."
            )
        return magnitude_masks(arrays, [checked_sparsity(sparsity[name]) for name in names])
    fraction = checked_sparsity(sparsity)
    if scope == "global":
        return global_magnitude_masks(arrays, fraction)
    return magnitude_masks(arrays, [fraction] * len(arrays))


def hold_zeros(model: Network, *, layers: Sequence[Any] | None = None) -> Network:
    """Hold the weights that are zero now at zero through further training, for example after loading.

    Args:
        model: A built model; it is changed.
        layers: The layers to look at, or their names; None: every layer with a kernel.

    Returns:
        The model itself.
    """
    for _, variable in prunable_weights(model, layers):
        set_mask(variable, (variable.numpy() != 0).astype(np.float32))
    return model


def apply_masks(model: Network) -> Network:
    """Set what the masks forbid to zero again, for example after ``set_weights``.

    Args:
        model: A model; it is changed.

    Returns:
        The model itself.
    """
    for variable, _ in masked_weights(model):
        apply_mask(variable)
    return model


def remove(model: Network) -> Network:
    """Take the masks away: the zeros stay in the weights, and further training may change them.

    Args:
        model: A model; it is changed.

    Returns:
        The model itself, with the constraints it had before :func:`prune`.
    """
    for variable, constraint in masked_weights(model):
        variable.constraint = constraint.inner
    return model


def check_scope(scope: Any) -> None:
    """Refuse a scope that is neither ``"layer"`` nor ``"global"``."""
    if scope not in SCOPES:
        raise unknown_name("scope of pruning", scope, SCOPES)


def checked_sparsity(sparsity: Any, name: str = "sparsity") -> float:
    """Return a fraction of weights as a float.

    Raises:
        ConfigurationError: If it is no number in [0, 1).
    """
    if (
        isinstance(sparsity, bool)
        or not isinstance(sparsity, int | float | np.number)
        or not 0 <= sparsity < 1
    ):
        raise ConfigurationError(
            f"`{name}` is the fraction of weights that become zero and must lie in [0, 1), where 0.9 keeps a "
            f"tenth; received: {sparsity!r}."
        )
    return float(sparsity)
