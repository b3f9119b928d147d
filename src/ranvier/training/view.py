"""A network as the compiled step sees it: values in, outputs and new values out.

The boxes of the layers are bound to traced values for the length of one run, so the same layers
serve every program, and a program serves every model of equal structure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.forward_pass import ForwardPass, forward_pass
from ranvier.layers.base import Layer
from ranvier.networks.rowwise import treats_rows_alone
from ranvier.tracing import explained
from ranvier.types import Array, Settings, StructureKey
from ranvier.variable import Variable, binding


@dataclass(frozen=True)
class Forward:
    """What one run of a network yields.

    Attributes:
        outputs: The outputs, flat, in order.
        held: The new values of the variables that are not trained.
        penalties: Terms that layers add to the training loss.
        run: The pass, which knows the logits of activated outputs.
        structure: The outputs as the network returns them.
    """

    outputs: list[Array]
    held: list[Array]
    penalties: list[Array]
    run: ForwardPass
    structure: Any = None


class NetworkView:
    """The variables and settings of a network in a fixed order.

    Args:
        network: A built layer or model; it is called on a structure of arrays.
    """

    def __init__(self, network: Layer) -> None:
        self.network = network
        self.trained: list[Variable] = network.trainable_variables
        self.held: list[Variable] = network.non_trainable_variables
        # What a constraint reads (a mask) travels with the weights that are not trained.
        self.read_by_constraints = [
            each for variable in self.trained for each in _read_by_constraint(variable)
        ]
        self.held.extend(self.read_by_constraints)
        self.constraints = [variable.constraint for variable in self.trained]
        self.layers = flattened(network)
        self.owners: list[Any] = [layer for layer in self.layers if _settings(layer)]
        for layer in self.layers:
            if layer.activity_regularizer is not None:
                self.owners.append(layer.activity_regularizer)
        for variable in self.trained:
            self.owners.extend(
                each for each in (variable.regularizer, variable.constraint) if each is not None
            )
        self.owners = list({id(owner): owner for owner in self.owners}.values())

    @property
    def rowwise(self) -> bool:
        """Whether every layer and operation treats each row by itself, so that padded rows cannot reach real ones."""
        graphs = [graph for layer in self.layers if (graph := getattr(layer, "graph", None)) is not None]
        return all(layer.rowwise for layer in self.layers) and all(map(treats_rows_alone, graphs))

    def structure(self) -> StructureKey:
        """A hashable value, equal for two views exactly when they trace to the same program."""
        number = {variable: index for index, variable in enumerate([*self.trained, *self.held])}
        holders = tuple(
            tuple((number[each], each.shape, each.dtype) for each in layer.variables)
            for layer in self.layers
            if not layer.sublayers()
        )
        rules = tuple(
            (
                None if variable.regularizer is None else variable.regularizer.structure(),
                None if variable.constraint is None else variable.constraint.structure(),
                tuple(number[each] for each in _read_by_constraint(variable)),
            )
            for variable in self.trained
        )
        shared = tuple(self.owners.index(owner) for owner in self.owners)
        frozen = tuple(layer.trainable for layer in self.layers)
        return (type(self.network).structure(self.network), len(self.trained), holders, rules, shared, frozen)

    def setting_values(self) -> list[float]:
        """The current settings of all owners, in order."""
        return [value for owner in self.owners for value in _settings(owner).values()]

    def bound_settings(self, values: Any) -> dict[int, dict[str, Any]]:
        """Give each owner its settings from a traced vector.

        Args:
            values: Array of shape (number of settings,).

        Returns:
            Settings by name, by the owner's identity.
        """
        bound: dict[int, dict[str, Any]] = {}
        position = 0
        for owner in self.owners:
            names = list(_settings(owner))
            bound[id(owner)] = {name: values[position + offset] for offset, name in enumerate(names)}
            position += len(names)
        return bound

    def run(self, trained: Sequence[Array], held: Sequence[Array], inputs: Any, run: ForwardPass) -> Forward:
        """Run the network on given values instead of those in the boxes.

        Args:
            trained: One value for each of :attr:`trained`.
            held: One value for each of :attr:`held`.
            inputs: What the network is called on.
            run: Mode, key, padding and settings of this pass.
        """
        return self.run_then(trained, held, inputs, run, lambda _: None)

    def run_then(
        self,
        trained: Sequence[Array],
        held: Sequence[Array],
        inputs: Any,
        run: ForwardPass,
        then: Callable[[Any], None],
    ) -> Forward:
        """Run the network, and something else while the values are still in place.

        Args:
            trained: As for :meth:`run`.
            held: As for :meth:`run`.
            inputs: As for :meth:`run`.
            run: As for :meth:`run`.
            then: Called with the outputs, in their structure.
        """
        variables = [*self.trained, *self.held]
        subject = f"The network {self.network.name!r}"
        with forward_pass(run), binding(variables, [*trained, *held]) as bound:
            with explained(subject):
                structure = self.network(inputs)
            then(structure)
            new_held = [bound[variable] for variable in self.held]
        return Forward(jax.tree.leaves(structure), new_held, run.losses, run, structure)

    def outputs(self, trained: Sequence[Array], held: Sequence[Array], inputs: Any, run: ForwardPass) -> Any:
        """Return what the network returns, in its structure; arguments as in :meth:`run`."""
        variables = [*self.trained, *self.held]
        subject = f"The network {self.network.name!r}"
        with forward_pass(run), binding(variables, [*trained, *held]), explained(subject):
            return self.network(inputs)

    def penalties(self, trained: Sequence[Array], settings: Mapping[int, Settings]) -> list[Array]:
        """Return the regularization terms of the weights, one scalar for each regularizer."""
        return [
            variable.regularizer.penalty(value, settings.get(id(variable.regularizer), {}))
            for variable, value in zip(self.trained, trained, strict=True)
            if variable.regularizer is not None
        ]

    def project(
        self, trained: Sequence[Array], held: Sequence[Array], settings: Mapping[int, Settings]
    ) -> list[Array]:
        """Return the weights with their constraints applied."""
        with binding(self.held, held):
            return [
                value
                if variable.constraint is None
                else variable.constraint.project(value, settings.get(id(variable.constraint), {}))
                for variable, value in zip(self.trained, trained, strict=True)
            ]


def _settings(owner: Any) -> Mapping[str, float]:
    # Of the class: an attribute of a user's layer may have the same name.
    return type(owner).settings(owner)  # type: ignore[no-any-return]


def _read_by_constraint(variable: Variable) -> Sequence[Variable]:
    return () if variable.constraint is None else variable.constraint.variables


def flattened(layer: Layer) -> list[Layer]:
    """List a layer and everything below it, each once, parents first."""
    found: dict[int, Layer] = {}
    remaining = [layer]
    while remaining:
        current = remaining.pop()
        if id(current) not in found:
            found[id(current)] = current
            remaining.extend(reversed(current.sublayers()))
    return list(found.values())


def host_copy(values: Sequence[Any]) -> list[np.ndarray[Any, Any]]:
    """Copy arrays of the engine to NumPy arrays that own their memory."""
    return [np.array(value) for value in values]


def as_device_arrays(values: Sequence[Any]) -> list[Any]:
    """Hand arrays to the engine; what is already there is not copied."""
    return [jnp.asarray(value) for value in values]
