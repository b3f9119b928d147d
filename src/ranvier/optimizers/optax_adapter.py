"""Any Optax transformation as an optimizer."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.errors import ConfigurationError, UnsupportedError, missing_extra
from ranvier.optimizers.base import Optimizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ranvier.optimizers.pipeline import OptimizerState, Scalars
    from ranvier.types import Array, Configuration

LEAVES = "leaves"
"""The slot that holds the arrays of Optax's state, in the order of the tree."""


def is_transformation(candidate: Any) -> bool:
    """Return whether an object is an Optax gradient transformation."""
    # Optax takes long to import, and nobody can have a transformation who has not imported it.
    optax = sys.modules.get("optax")
    return optax is not None and isinstance(candidate, optax.GradientTransformation)


class OptaxOptimizer(Optimizer):
    """An optimizer that does what an Optax transformation does.

    Schedules, clipping and weight decay are composed in Optax. The learning rate can be read and set
    where the transformation was made with ``optax.inject_hyperparams``.

    Args:
        transformation: What ``optax.adamw(...)`` or ``optax.chain(...)`` returns.
        name: A name; numbered automatically when None.

    Raises:
        MissingExtraError: If Optax is not installed.
        ConfigurationError: If it is no transformation.
    """

    rule_is_elementwise = False

    def __init__(self, transformation: Any, name: str | None = None) -> None:
        if importlib.util.find_spec("optax") is None:
            raise missing_extra("An Optax transformation", "optax", "optax")
        if not is_transformation(transformation):
            raise ConfigurationError(
                f"Expected an Optax transformation, such as optax.adam(0.001); "
                f"received: {transformation!r:.200}."
            )
        self.transformation = transformation
        # What is injected does not depend on the parameters.
        injected = _injected_rate(transformation.init([np.zeros(1, np.float32)]))
        self.injects_learning_rate = injected is not None
        super().__init__(0.0 if injected is None else injected, name=name)

    @property
    def learning_rate(self) -> Any:
        """The injected learning rate.

        Raises:
            UnsupportedError: If the transformation injects none.
        """
        self._check_injected()
        return self.rate_variable

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        self._check_injected()
        Optimizer.learning_rate.fset(self, learning_rate)  # type: ignore[attr-defined]

    def _check_injected(self) -> None:
        if not self.injects_learning_rate:
            raise UnsupportedError(
                "This Optax transformation keeps its learning rate to itself. To read or set it, build the "
                "transformation with optax.inject_hyperparams, for example "
                "optax.inject_hyperparams(optax.adam)(learning_rate=0.001)."
            )

    def init(self, params: Sequence[Any]) -> OptimizerState:
        """Return the leaves of Optax's state under one slot; they are not aligned with the parameters."""
        values = [jnp.asarray(getattr(param, "value", param)) for param in params]
        return {LEAVES: [np.asarray(leaf) for leaf in jax.tree.leaves(self.transformation.init(values))]}

    @property
    def slot_names(self) -> tuple[str, ...]:
        """None: nothing that Optax keeps is known to have the shape of a parameter."""
        return ()

    def rates(self, learning_rates: np.ndarray[Any, Any], iterations: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return the learning rate, which is used if the transformation injects one."""
        del iterations
        return {"learning_rate": learning_rates}

    def step_all(
        self,
        gradients: Sequence[Array],
        params: Sequence[Array],
        state: OptimizerState,
        scalars: Scalars,
        decays: Sequence[int] | None,
    ) -> tuple[list[Array], OptimizerState]:
        """Let Optax transform the gradients, and add the result to the parameters."""
        if decays is not None and not all(decays):
            raise UnsupportedError("Weight decay of an Optax transformation is masked with its own `mask`.")
        tree = jax.tree.structure(jax.eval_shape(self.transformation.init, list(params)))
        own_state = jax.tree.unflatten(tree, state[LEAVES])
        if self.injects_learning_rate:
            own_state = _with_rate(own_state, scalars["learning_rate"])
        # Optax mixes dtypes, such as counters and rates.
        with jax.numpy_dtype_promotion("standard"):
            changes, own_state = self._transformed(list(gradients), own_state, list(params))
            moved = [p + change.astype(p.dtype) for p, change in zip(params, changes, strict=True)]
        return moved, {LEAVES: jax.tree.leaves(own_state)}

    def _transformed(self, gradients: list[Array], state: Any, params: list[Array]) -> tuple[Any, Any]:
        try:
            return self.transformation.update(gradients, state, params)  # type: ignore[no-any-return]
        except TypeError as error:
            if "required keyword-only argument" not in str(error):
                raise
            raise UnsupportedError(
                f"This Optax transformation needs more than gradients and weights; Optax says: {error}. "
                f"Such transformations (line searches, L-BFGS) have to be run by hand."
            ) from error

    def traits(self) -> tuple[Any, ...]:
        """Return the transformation: its functions decide what is traced."""
        return (self.transformation,)

    def get_config(self) -> Configuration:
        """Refuse: a transformation is made of functions, which no file can hold."""
        raise UnsupportedError(
            "An Optax transformation cannot be saved, because it is made of functions. "
            "Save the weights, and compile the loaded model with the transformation again."
        )


def _injects(node: Any) -> bool:
    return "learning_rate" in getattr(node, "hyperparams", ())


def _injected_rate(state: Any) -> float | None:
    nodes = [node for node in jax.tree.leaves(state, is_leaf=_injects) if _injects(node)]
    return float(nodes[0].hyperparams["learning_rate"]) if nodes else None


def _with_rate(state: Any, rate: Any) -> Any:
    def replaced(node: Any) -> Any:
        if not _injects(node):
            return node
        old = node.hyperparams["learning_rate"]
        rates = {**node.hyperparams, "learning_rate": jnp.asarray(rate).astype(old.dtype)}
        return node._replace(hyperparams=rates)

    return jax.tree.map(replaced, state, is_leaf=_injects)
