"""Regularizers: penalties on weights or outputs that are added to the training loss.

Example:
    >>> from ranvier import regularizers
    >>> float(regularizers.L2(0.5)([1.0, 2.0]))
    2.5
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Literal, Self

import jax.numpy as jnp

from ranvier.arguments import checked_number
from ranvier.errors import ShapeError, UnsupportedError, unknown_name
from ranvier.functions import regularizers as functions
from ranvier.identifiers import describe, resolve
from ranvier.registry import CustomObjects, Registry

if TYPE_CHECKING:
    from ranvier.types import Array, ArrayLike, Configuration, Settings, StructureKey

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "FunctionRegularizer",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "serialize",
]


class Regularizer:
    """Base of all regularizers; a user's own overrides ``__call__`` and ``get_config``."""

    def __call__(self, x: ArrayLike) -> Array:
        """Compute the penalty.

        Args:
            x: Array of any shape.

        Returns:
            A scalar.
        """
        return self._penalty(x, self.settings())

    def penalty(self, x: Array, settings: Settings) -> Array:
        """Compute the penalty inside a compiled program.

        Args:
            x: Array of any shape.
            settings: What :meth:`settings` returns, possibly traced.

        Returns:
            A scalar of the dtype of ``x``.

        Raises:
            ShapeError: If a user's own regularizer returns anything but one number.
        """
        # A user may override `__call__` of a built-in one, too: then `__call__` decides.
        own_call = type(self).__call__ is not Regularizer.__call__
        result = jnp.asarray(self(x) if own_call else self._penalty(x, settings))
        if result.shape != ():
            raise ShapeError(
                f"A regularizer must return one number, such as the sum of its penalties; "
                f"received an array of shape {result.shape} from {self!r}."
            )
        return result.astype(x.dtype) if jnp.issubdtype(x.dtype, jnp.floating) else result

    def _penalty(self, x: ArrayLike, settings: Settings) -> Array:
        del x, settings
        raise UnsupportedError(f"{type(self).__name__} must define `__call__(self, x)`.")

    def structure(self) -> StructureKey:
        """Return what decides the compiled program; strengths are no part of it."""
        return (type(self),) if _is_built_in(self) else (self,)

    def settings(self) -> dict[str, float]:
        """Return the strengths, which reach the compiled program as data."""
        return {}

    def get_config(self) -> Configuration:
        """Return the constructor's arguments.

        Raises:
            UnsupportedError: If a user's own class does not define it.
        """
        raise UnsupportedError(
            f"{type(self).__name__} must define `get_config` to be saved, returning the arguments of its "
            "constructor."
        )

    @classmethod
    def from_config(cls, config: Configuration) -> Self:
        """Build the regularizer whose ``get_config`` returned ``config``."""
        return cls(**config)


class L1(Regularizer):
    r"""Lasso penalty: :math:`\lambda \sum |x|`.

    Args:
        l1: The strength, at least 0; 0.01 when None.

    Raises:
        ConfigurationError: If the strength is no such number.
    """

    def __init__(self, l1: float | None = 0.01) -> None:
        self.l1 = checked_number(0.01 if l1 is None else l1, "l1", minimum=0)

    def _penalty(self, x: ArrayLike, settings: Settings) -> Array:
        return functions.l1(x, settings["l1"])

    def settings(self) -> dict[str, float]:
        """Return the strength."""
        return {"l1": float(self.l1)}

    def get_config(self) -> Configuration:
        """Return the strength."""
        return {"l1": float(self.l1)}


class L2(Regularizer):
    r"""Ridge penalty: :math:`\lambda \sum x^2`.

    Args:
        l2: The strength, at least 0; 0.01 when None.

    Raises:
        ConfigurationError: If the strength is no such number.
    """

    def __init__(self, l2: float | None = 0.01) -> None:
        self.l2 = checked_number(0.01 if l2 is None else l2, "l2", minimum=0)

    def _penalty(self, x: ArrayLike, settings: Settings) -> Array:
        return functions.l2(x, settings["l2"])

    def settings(self) -> dict[str, float]:
        """Return the strength."""
        return {"l2": float(self.l2)}

    def get_config(self) -> Configuration:
        """Return the strength."""
        return {"l2": float(self.l2)}


class L1L2(Regularizer):
    r"""Elastic net: :math:`\lambda_1 \sum |x| + \lambda_2 \sum x^2`.

    Args:
        l1: The strength of the absolute values, at least 0.
        l2: The strength of the squares, at least 0.

    Raises:
        ConfigurationError: If a strength is no such number.
    """

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = checked_number(0.0 if l1 is None else l1, "l1", minimum=0)
        self.l2 = checked_number(0.0 if l2 is None else l2, "l2", minimum=0)

    def _penalty(self, x: ArrayLike, settings: Settings) -> Array:
        return functions.l1_l2(x, settings["l1"], settings["l2"])

    def settings(self) -> dict[str, float]:
        """Return both strengths."""
        return {"l1": float(self.l1), "l2": float(self.l2)}

    def get_config(self) -> Configuration:
        """Return both strengths."""
        return {"l1": float(self.l1), "l2": float(self.l2)}


class OrthogonalRegularizer(Regularizer):
    r"""Mean absolute cosine between different rows, or columns, of a matrix, times a factor.

    Args:
        factor: The strength, at least 0.
        mode: Which vectors are driven apart, ``"rows"`` or ``"columns"``.

    Raises:
        ConfigurationError: If the strength is no such number or the mode is unknown.
    """

    def __init__(self, factor: float = 0.01, mode: Literal["rows", "columns"] = "rows") -> None:
        if mode not in ("rows", "columns"):
            raise unknown_name("mode of the orthogonal regularizer", mode, ["rows", "columns"])
        self.factor = checked_number(factor, "factor", minimum=0)
        self.mode = mode

    def _penalty(self, x: ArrayLike, settings: Settings) -> Array:
        return functions.orthogonal(x, settings["factor"], self.mode)

    def structure(self) -> StructureKey:
        """Return the class and the mode."""
        return (type(self), self.mode) if _is_built_in(self) else (self,)

    def settings(self) -> dict[str, float]:
        """Return the strength."""
        return {"factor": float(self.factor)}

    def get_config(self) -> Configuration:
        """Return the strength and the mode."""
        return {"factor": float(self.factor), "mode": self.mode}


class FunctionRegularizer(Regularizer):
    """A user's function of an array as a regularizer; :func:`get` makes these.

    Args:
        function: Takes an array, returns a scalar.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def _penalty(self, x: ArrayLike, settings: Settings) -> Array:
        del settings
        return self.function(x)  # type: ignore[no-any-return]

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


l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer

REGISTRY = Registry(
    "regularizer",
    {kind.__name__: kind for kind in (L1, L2, L1L2, OrthogonalRegularizer, FunctionRegularizer)},
    {
        "l1": "L1",
        "l2": "L2",
        "l1l2": "L1L2",
        "l1_l2": "L1L2",
        "orthogonal_regularizer": "OrthogonalRegularizer",
    },
    base=Regularizer,
)


def get(identifier: Any) -> Regularizer | None:
    """Return the regularizer that an identifier stands for.

    Args:
        identifier: None for none, a name (of its default strengths), a configuration, a class, a
            regularizer, or a function of an array.

    Returns:
        A regularizer; a function is wrapped into a :class:`FunctionRegularizer`.

    Raises:
        UnknownNameError: If a name stands for nothing.
        ConfigurationError: If the identifier is of another kind.
    """
    return None if identifier is None else deserialize(identifier)


def serialize(regularizer: Regularizer | Callable[[Any], Any]) -> str | Configuration:
    """Describe a regularizer by a configuration.

    Args:
        regularizer: A regularizer, or a user's function.
    """
    function = regularizer.function if isinstance(regularizer, FunctionRegularizer) else regularizer
    return describe(REGISTRY, function)


def deserialize(config: Any, custom_objects: CustomObjects | None = None) -> Regularizer:
    """Return the regularizer that :func:`serialize` described.

    Args:
        config: A name or a configuration.
        custom_objects: A user's own classes and functions by name.

    Raises:
        UnknownNameError: If the name is neither in the table nor given.
    """
    found = resolve(REGISTRY, config, custom_objects)
    if config == "l1_l2":
        # The name is of Keras 2, where it stood for these strengths; Keras 3's "l1l2" is a penalty of nothing.
        return L1L2(l1=0.01, l2=0.01)
    return found if isinstance(found, Regularizer) else FunctionRegularizer(found)


def _is_built_in(regularizer: Regularizer) -> bool:
    return type(regularizer).__module__ == __name__
