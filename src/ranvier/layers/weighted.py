"""The weights of a layer: boxes that it owns, and those of the layers within it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from ranvier import constraints, initializers, regularizers
from ranvier.errors import ConfigurationError, NotBuiltError, ShapeError
from ranvier.layers.scratch import join_scratch
from ranvier.variable import Variable

FLOAT_DTYPES = ("float32", "bfloat16", "float16")

T = TypeVar("T")


class Weighted:
    """Something that has weights: its own in two tables, others' through its attributes."""

    name: str
    dtype: str
    built: bool
    _trainable: bool
    _parameters: dict[str, Variable]
    _state: dict[str, Variable]

    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: str | None = None,
        trainable: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Create a weight of the layer.

        Args:
            shape: The shape; a string in its place is taken for the name, as in Keras 2.
            initializer: Its first values; Glorot uniform when None, zeros for integers.
            dtype: Its dtype; the layer's when None.
            trainable: Whether training changes it by its gradient.
            regularizer: Regularizer added to the training loss.
            constraint: Projection applied after each update.
            name: Its name within the layer.

        Returns:
            The variable; keep it as an attribute and use it in ``call``.

        Raises:
            ShapeError: If a dimension is unknown.
        """
        self._require_initialised()
        if isinstance(shape, str):
            shape, initializer, name = initializer, None, shape
        size = (shape,) if isinstance(shape, int | np.integer) else tuple(shape or ())
        if any(dimension is None for dimension in size):
            raise ShapeError(
                f"A weight needs a shape without unknown dimensions; received: {size}, "
                f"for {name!r} of the layer {self.name!r}."
            )
        kind = str(getattr(dtype, "name", dtype)) if dtype is not None else self.dtype
        fallback = "glorot_uniform" if kind in FLOAT_DTYPES else "zeros"
        sample = initializers.get(fallback if initializer is None else initializer)
        assert sample is not None
        # A layer may be built while a program is traced; its weights are values all the same.
        with jax.ensure_compile_time_eval():
            value = np.asarray(sample(size, dtype=kind)).astype(kind)
        own_name = name or f"variable_{len(self._parameters) + len(self._state)}"
        return self._keep(
            own_name,
            value,
            trainable=trainable,
            regularizer=regularizers.get(regularizer),
            constraint=constraints.get(constraint),
        )

    add_variable = add_weight

    def _keep(self, name: str, value: Any, *, trainable: bool, regularizer: Any, constraint: Any) -> Variable:
        key = name
        while key in self._parameters or key in self._state:
            key = f"{name}_{len(self._parameters) + len(self._state)}"
        variable = Variable(
            value,
            name=name,
            path=f"{self.name}/{name}",
            trainable=trainable,
            regularizer=regularizer,
            constraint=constraint,
        )
        (self._parameters if trainable else self._state)[key] = variable
        join_scratch(variable)
        return variable

    def sublayers(self) -> list[Any]:
        """The layers kept as attributes, directly or in lists, tuples and dicts, in that order."""
        return found_in(vars(self).values(), Weighted)

    def _own_variables(self) -> list[Variable]:
        declared = {*self._parameters.values(), *self._state.values()}
        attributes = found_in((value for name, value in vars(self).items() if name[:1] != "_"), Variable)
        extra = [variable for variable in attributes if variable not in declared]
        trainable = [*self._parameters.values(), *(variable for variable in extra if variable.trainable)]
        return [
            *trainable,
            *self._state.values(),
            *(variable for variable in extra if not variable.trainable),
        ]

    @property
    def variables(self) -> list[Variable]:
        """Every weight: the layer's own (trained ones first), then those of its sublayers."""
        self._require_initialised()
        nested = [variable for layer in self.sublayers() for variable in layer.variables]
        return list(dict.fromkeys([*self._own_variables(), *nested]))

    @property
    def weights(self) -> list[Variable]:
        """The same as :attr:`variables`."""
        return self.variables

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that training changes."""
        self._require_initialised()
        if not self._trainable:
            return []
        own = [variable for variable in self._own_variables() if variable.trainable]
        nested = [variable for layer in self.sublayers() for variable in layer.trainable_variables]
        return list(dict.fromkeys([*own, *nested]))

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The weights that training leaves alone or only updates."""
        trained = set(self.trainable_variables)
        return [variable for variable in self.variables if variable not in trained]

    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it reaches the sublayers too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for layer in self.sublayers():
            layer.trainable = value

    @property
    def losses(self) -> list[Any]:
        """The regularization terms of the current weights, one scalar for each regularizer."""
        return [
            variable.regularizer(jnp.asarray(variable.value))
            for variable in self.trainable_variables
            if variable.regularizer is not None
        ]

    def get_weights(self) -> list[np.ndarray[Any, Any]]:
        """Return copies of all weights as NumPy arrays, in the order of :attr:`weights`."""
        return [variable.numpy() for variable in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Replace all weights.

        Args:
            weights: One array for each of :attr:`weights`, of the same shapes.

        Raises:
            ShapeError: If their number or a shape differs; then none is replaced.
        """
        variables = self.weights
        if len(weights) != len(variables):
            raise ShapeError(
                f"{self.name!r} has {len(variables)} weights and takes a list of as many arrays; "
                f"received: {len(weights)}."
            )
        for variable, value in zip(variables, weights, strict=True):
            if tuple(np.shape(value)) != variable.shape:
                raise ShapeError(
                    f"The weight {variable.path!r} has shape {variable.shape}; "
                    f"received an array of shape {tuple(np.shape(value))}."
                )
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(value)

    def count_params(self) -> int:
        """Return the number of single numbers in all weights.

        Raises:
            NotBuiltError: If the layer has not seen an input shape yet.
        """
        if not self.built:
            raise NotBuiltError(
                f"The layer {self.name!r} has no weights yet; call it on data, or build it with "
                "`build(input_shape)` first."
            )
        return sum(variable.size for variable in self.weights)

    def _require_initialised(self) -> None:
        if "_parameters" not in vars(self):
            raise ConfigurationError(
                f"The class {type(self).__name__} must call `super().__init__()` at the start of its `__init__`."
            )


def found_in(values: Iterable[Any], kind: type[T]) -> list[T]:
    """List the objects of a kind among values and in the lists, tuples and dicts among them, each once."""
    found: dict[int, T] = {}
    for value in values:
        if isinstance(value, kind):
            found.setdefault(id(value), value)
        elif isinstance(value, list | tuple):
            found.update({id(item): item for item in found_in(value, kind) if id(item) not in found})
        elif isinstance(value, Mapping):
            found.update({id(item): item for item in found_in(value.values(), kind) if id(item) not in found})
    return list(found.values())
