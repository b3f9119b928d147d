"""A mask on a weight: a constraint, so that every update of every optimizer passes through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ranvier.constraints import Constraint
from ranvier.errors import ConfigurationError, NotBuiltError
from ranvier.layers.base import Layer
from ranvier.training.view import flattened
from ranvier.types import Array, ArrayLike, Configuration, Settings, StructureKey
from ranvier.variable import Variable


class MaskConstraint(Constraint):
    """Hold some entries of a weight at zero, besides whatever constraint the weight had before.

    The mask is data of the compiled program: one program serves every mask.

    Args:
        mask: 1 for an entry to keep, 0 for one held at zero; shaped like the weight.
        inner: The constraint that the weight had before, or None.
    """

    def __init__(self, mask: Array, inner: Constraint | None = None) -> None:
        self.mask = Variable(np.asarray(mask, np.float32), name="mask", trainable=False)
        self.inner = inner
        self.variables = (self.mask, *(() if inner is None else inner.variables))

    def __call__(self, w: ArrayLike) -> Array:
        """Project a weight."""
        return self.project(jnp.asarray(w), self.settings())

    def project(self, w: Array, settings: Settings) -> Array:
        """Project a weight inside a compiled program.

        Args:
            w: Weights.
            settings: What :meth:`settings` returns, possibly traced.

        Returns:
            An array of the shape and dtype of ``w``.
        """
        # `where` and not a product: what is masked is zero even where an update went to infinity.
        kept = jnp.asarray(self.mask.value) > 0
        masked = jnp.where(kept, w, jnp.zeros_like(w))
        if self.inner is None:
            return masked
        projected = self.inner.project(masked, settings)
        return jnp.where(kept, projected, jnp.zeros_like(projected))

    def structure(self) -> StructureKey:
        """Return the class and the structure of the inner constraint; the mask is no part of it."""
        return (type(self), None if self.inner is None else self.inner.structure())

    def settings(self) -> dict[str, float]:
        """Return the numbers of the inner constraint."""
        return {} if self.inner is None else self.inner.settings()

    def get_config(self) -> Configuration:
        """Return the mask and the inner constraint."""
        return {"mask": self.mask.numpy().tolist(), "inner": self.inner}


def prunable_weights(model: Layer, layers: Sequence[Any] | None = None) -> list[tuple[Layer, Variable]]:
    """List the weights that pruning may set to zero: trained arrays of two axes or more.

    Biases and the scales of normalization are few and matter much, so they are left alone.

    Args:
        model: A built layer or model.
        layers: The layers to look at, or their names; all when None.

    Returns:
        Each weight with its layer, in the order of the model.

    Raises:
        NotBuiltError: If the model has no weights yet.
        ConfigurationError: If a layer is not part of the model, or nothing can be pruned.
    """
    if not model.built or not model.weights:
        raise NotBuiltError(
            f"The model {model.name!r} has no weights to prune yet. Begin it with an `Input`, call it on data, or "
            "train it first."
        )
    known = flattened(model)
    chosen = known if layers is None else _below([_found(known, each) for each in layers])
    found: dict[Variable, Layer] = {}
    for layer in chosen:
        for variable in layer._own_variables():
            if variable.trainable and variable.ndim >= 2 and variable.name not in _LEFT_ALONE:
                found.setdefault(variable, layer)
    if not found:
        raise ConfigurationError(
            "Pruning needs trained weights of two axes or more, such as the kernel of a `Dense`; received: "
            f"{[layer.name for layer in chosen]}, which have none."
        )
    return [(layer, variable) for variable, layer in found.items()]


_LEFT_ALONE = ("alpha", "beta", "bias", "gamma", "scale")


def _found(known: Sequence[Layer], wanted: Any) -> Layer:
    layer = next((each for each in known if each is wanted or each.name == wanted), None)
    if layer is None:
        names = [each.name for each in known[1:]]
        raise ConfigurationError(
            f"`layers` must name layers of the model, which are {names}; received: {wanted!r}."
        )
    return layer


def _below(layers: Sequence[Layer]) -> list[Layer]:
    return list(dict.fromkeys(below for layer in layers for below in flattened(layer)))


def masked_weights(model: Layer) -> list[tuple[Variable, MaskConstraint]]:
    """List the weights of a model that have a mask, each with it."""
    return [
        (variable, variable.constraint)
        for variable in model.variables
        if isinstance(variable.constraint, MaskConstraint)
    ]


def set_mask(variable: Variable, mask: np.ndarray[Any, Any]) -> None:
    """Give a weight a mask, or another one, and set what it masks to zero."""
    if isinstance(variable.constraint, MaskConstraint):
        variable.constraint.mask.assign(mask)
    else:
        variable.constraint = MaskConstraint(mask, variable.constraint)
    apply_mask(variable)


def apply_mask(variable: Variable) -> None:
    """Set the entries of a weight that its mask forbids to zero."""
    values = variable.numpy()
    values[variable.constraint.mask.numpy() == 0] = 0
    variable.assign(values)
