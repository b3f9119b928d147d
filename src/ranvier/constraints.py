"""Constraints: projections applied to a weight after each update.

Example:
    >>> from ranvier import constraints
    >>> constraints.NonNeg()([-1.0, 2.0]).tolist()
    [0.0, 2.0]
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, Self

import jax.numpy as jnp

from ranvier.arguments import checked_axes, checked_number
from ranvier.errors import ConfigurationError, ShapeError
from ranvier.functions import constraints as functions
from ranvier.identifiers import describe, resolve
from ranvier.registry import CustomObjects, Registry

if TYPE_CHECKING:
    from ranvier.types import Array, ArrayLike, Configuration, Settings, StructureKey
    from ranvier.variable import Variable

__all__ = [
    "Constraint",
    "FunctionConstraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "serialize",
    "unit_norm",
]


class Constraint:
    """Base of all constraints; a user's own overrides ``__call__``. Itself it changes nothing.

    Attributes:
        variables: Arrays that the projection reads, such as a mask. They reach the compiled program
            as data; assigning to one never compiles again.
    """

    variables: Sequence[Variable] = ()

    def __call__(self, w: ArrayLike) -> Array:
        """Project a weight.

        Args:
            w: Weights of any shape.

        Returns:
            An array of the same shape.
        """
        return self._project(w, self.settings())

    def project(self, w: Array, settings: Settings) -> Array:
        """Project a weight inside a compiled program.

        Args:
            w: Weights of any shape.
            settings: What :meth:`settings` returns, possibly traced.

        Returns:
            An array of the shape and dtype of ``w``.

        Raises:
            ShapeError: If a user's own constraint returns another shape.
        """
        # A user may override `__call__` of a built-in one, too: then `__call__` decides.
        own_call = type(self).__call__ is not Constraint.__call__
        result = jnp.asarray(self(w) if own_call else self._project(w, settings))
        if result.shape != w.shape:
            raise ShapeError(
                f"A constraint must return an array of the shape of its argument, {tuple(w.shape)}; "
                f"received an array of shape {result.shape} from {self!r}."
            )
        return result.astype(w.dtype)

    def _project(self, w: ArrayLike, settings: Settings) -> Array:
        del settings
        return jnp.asarray(w)

    def structure(self) -> StructureKey:
        """Return what decides the compiled program; limits are no part of it."""
        return (type(self), *self._structural()) if type(self).__module__ == __name__ else (self,)

    def _structural(self) -> StructureKey:
        return ()

    def settings(self) -> dict[str, float]:
        """Return the limits, which reach the compiled program as data."""
        return {}

    def get_config(self) -> Configuration:
        """Return the constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config: Configuration) -> Self:
        """Build the constraint whose ``get_config`` returned ``config``."""
        return cls(**config)


class MaxNorm(Constraint):
    r"""Limit the norm of each weight vector.

    Args:
        max_value: The largest norm, at least 0.
        axis: The axis, or axes, along which one vector lies: 0 for the kernel of ``Dense``
            (features, units), [0, 1, 2] for that of ``Conv2D`` (rows, columns, channels, filters).

    Raises:
        ConfigurationError: If an argument is not such a number.
    """

    def __init__(self, max_value: float = 2, axis: int | Sequence[int] = 0) -> None:
        self.max_value = checked_number(max_value, "max_value", minimum=0)
        self.axis = checked_axes(axis)

    def _project(self, w: ArrayLike, settings: Settings) -> Array:
        return functions.max_norm(w, settings["max_value"], self.axis)

    def _structural(self) -> StructureKey:
        return (self.axis,)

    def settings(self) -> dict[str, float]:
        """Return the limit."""
        return {"max_value": float(self.max_value)}

    def get_config(self) -> Configuration:
        """Return the limit and the axis."""
        return {"max_value": self.max_value, "axis": _plain_axis(self.axis)}


class NonNeg(Constraint):
    """Replace negative weights by zero."""

    def _project(self, w: ArrayLike, settings: Settings) -> Array:
        del settings
        return functions.non_negative(w)


class UnitNorm(Constraint):
    """Scale each weight vector to length 1.

    Args:
        axis: The axis, or axes, along which one vector lies; see :class:`MaxNorm`.

    Raises:
        ConfigurationError: If ``axis`` is no integer or list of integers.
    """

    def __init__(self, axis: int | Sequence[int] = 0) -> None:
        self.axis = checked_axes(axis)

    def _project(self, w: ArrayLike, settings: Settings) -> Array:
        del settings
        return functions.unit_norm(w, self.axis)

    def _structural(self) -> StructureKey:
        return (self.axis,)

    def get_config(self) -> Configuration:
        """Return the axis."""
        return {"axis": _plain_axis(self.axis)}


class MinMaxNorm(Constraint):
    """Keep the norm of each weight vector inside an interval.

    Args:
        min_value: The smallest norm, at least 0.
        max_value: The largest norm, at least ``min_value``.
        rate: The part of the way into the interval that each update goes, in [0, 1].
        axis: The axis, or axes, along which one vector lies; see :class:`MaxNorm`.

    Raises:
        ConfigurationError: If an argument is not such a number.
    """

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: int | Sequence[int] = 0,
    ) -> None:
        self.min_value = checked_number(min_value, "min_value", minimum=0)
        self.max_value = checked_number(max_value, "max_value", minimum=0)
        self.rate = checked_number(rate, "rate", minimum=0, maximum=1)
        self.axis = checked_axes(axis)
        if self.min_value > self.max_value:
            raise ConfigurationError(
                f"`min_value` must not exceed `max_value`; received: {min_value!r} and {max_value!r}."
            )

    def _project(self, w: ArrayLike, settings: Settings) -> Array:
        return functions.min_max_norm(
            w, settings["min_value"], settings["max_value"], settings["rate"], self.axis
        )

    def _structural(self) -> StructureKey:
        return (self.axis,)

    def settings(self) -> dict[str, float]:
        """Return the limits and the rate."""
        return {name: float(getattr(self, name)) for name in ("min_value", "max_value", "rate")}

    def get_config(self) -> Configuration:
        """Return the limits, the rate and the axis."""
        return {
            "min_value": self.min_value,
            "max_value": self.max_value,
            "rate": self.rate,
            "axis": _plain_axis(self.axis),
        }


class FunctionConstraint(Constraint):
    """A user's function of a weight as a constraint; :func:`get` makes these.

    Args:
        function: Takes an array, returns one of the same shape.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def _project(self, w: ArrayLike, settings: Settings) -> Array:
        del settings
        return self.function(w)  # type: ignore[no-any-return]

    def structure(self) -> StructureKey:
        """Return the class and the function itself."""
        return (type(self), self.function) if isinstance(self.function, Hashable) else (self,)

    def get_config(self) -> Configuration:
        """Return the function by name."""
        return {"function": describe(REGISTRY, self.function)}

    @classmethod
    def from_config(cls, config: Configuration) -> Self:
        """Find the function among the user's registered objects."""
        return cls(resolve(REGISTRY, config["function"]))


max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm

REGISTRY = Registry(
    "constraint",
    {kind.__name__: kind for kind in (Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm, FunctionConstraint)},
    {"max_norm": "MaxNorm", "min_max_norm": "MinMaxNorm", "non_neg": "NonNeg", "unit_norm": "UnitNorm"},
    base=Constraint,
)


def get(identifier: Any) -> Constraint | None:
    """Return the constraint that an identifier stands for.

    Args:
        identifier: None for none, a name, a configuration, a class, a constraint, or a function
            of an array.

    Returns:
        A constraint; a function is wrapped into a :class:`FunctionConstraint`.

    Raises:
        UnknownNameError: If a name stands for nothing.
        ConfigurationError: If the identifier is of another kind.
    """
    return None if identifier is None else deserialize(identifier)


def serialize(constraint: Constraint | Callable[[Any], Any]) -> str | Configuration:
    """Describe a constraint by a configuration.

    Args:
        constraint: A constraint, or a user's function.
    """
    function = constraint.function if isinstance(constraint, FunctionConstraint) else constraint
    return describe(REGISTRY, function)


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Constraint:
    """Return the constraint that :func:`serialize` described.

    Args:
        config: A name or a configuration.
        custom_objects: A user's own classes and functions by name.

    Raises:
        UnknownNameError: If the name is neither in the table nor given.
    """
    found = resolve(REGISTRY, config, custom_objects)
    return found if isinstance(found, Constraint) else FunctionConstraint(found)


def _plain_axis(axis: int | tuple[int, ...]) -> int | list[int]:
    return axis if isinstance(axis, int) else list(axis)
