"""Boxes for weights, and the binding that lends them other values while a program is traced.

A :class:`Variable` belongs to one object (a layer, an optimizer, a metric). Pure functions never
read it; code written in Keras' manner (``self.w``, ``self.w.assign(...)``) does, and inside
``with binding(...)`` what it reads and writes is the bound value, not the box.
"""

from __future__ import annotations

import operator
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.naming import automatic_name

if TYPE_CHECKING:
    from ranvier.types import Array, ArrayLike, Shape


_NARROWED = {"float64": "float32", "int64": "int32", "uint64": "uint32"}
"""What the engine computes in where 64 bits come without being asked for."""


class Variable:
    """A named array that its owner, and its user, can read and replace.

    Args:
        initializer: The first value, or an initializer, called with ``shape`` and ``dtype``.
        shape: The shape, where an initializer makes the value.
        dtype: The dtype, which holds from then on; that of the value in at most 32 bits when None.
        trainable: Whether training changes it by its gradient.
        name: The name within the owner, for example ``"kernel"``; numbered when None.
        path: The name with the owner's in front, for example ``"dense/kernel"``.
        regularizer: Function of the value whose result is added to the training loss, or None.
        constraint: Function applied to the value after each update, or None.

    Raises:
        ConfigurationError: If an initializer comes without a shape, or by its name.
    """

    __slots__ = ("_value", "constraint", "dtype", "name", "path", "regularizer", "shape", "trainable")

    # NumPy must leave `array + variable` to this class.
    __array_priority__ = 1000

    def __init__(
        self,
        initializer: Any,
        shape: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        *,
        name: str | None = None,
        path: str | None = None,
        regularizer: Any = None,
        constraint: Any = None,
    ) -> None:
        array = _first_value(initializer, shape, dtype)
        self._value: Array = array
        self.shape: Shape = tuple(array.shape)
        self.dtype: str = str(np.dtype(array.dtype))
        self.name = automatic_name("variable") if name is None else name
        self.path = path if path is not None else self.name
        self.trainable = trainable
        self.regularizer = regularizer
        self.constraint = constraint

    @property
    def value(self) -> Array:
        """The current value: the bound one inside :func:`binding`, else the box's."""
        bindings = _active.bindings
        for bound in reversed(bindings):
            if self in bound:
                return bound[self]
        return self._value

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of entries."""
        return int(np.prod(self.shape, dtype=np.int64))

    def assign(self, value: ArrayLike | Variable) -> Variable:
        """Replace the value.

        Args:
            value: An array of the same shape; it is converted to the variable's dtype.

        Returns:
            The variable itself.

        Raises:
            ShapeError: If the shape differs.
        """
        array: Any = value.value if isinstance(value, Variable) else value
        if not hasattr(array, "dtype") or not hasattr(array, "shape"):
            array = np.asarray(array)
        if tuple(array.shape) != self.shape:
            raise ShapeError(
                f"The variable {self.path!r} has shape {self.shape} and cannot take a value of another; "
                f"received an array of shape {tuple(array.shape)}."
            )
        if str(array.dtype) != self.dtype:
            array = array.astype(self.dtype)
        for bound in reversed(_active.bindings):
            if self in bound:
                bound[self] = array
                return self
        self._value = np.array(array) if isinstance(array, np.ndarray) else array
        return self

    def assign_add(self, value: ArrayLike | Variable) -> Variable:
        """Add ``value`` to the current value; returns the variable itself."""
        return self.assign(self.value + _plain(value))

    def assign_sub(self, value: ArrayLike | Variable) -> Variable:
        """Subtract ``value`` from the current value; returns the variable itself."""
        return self.assign(self.value - _plain(value))

    def numpy(self) -> np.ndarray[Any, Any]:
        """Return a copy of the value as a NumPy array."""
        return np.array(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return np.array(self.value, dtype=dtype, copy=copy)

    def __jax_array__(self) -> Any:
        import jax.numpy as jnp

        return jnp.asarray(self.value)

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, value={self.value}>"

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index: Any) -> Any:
        return self.value[index]

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __neg__(self) -> Any:
        return -self.value

    def __abs__(self) -> Any:
        return abs(self.value)


def _first_value(initializer: Any, shape: Any, dtype: Any) -> Any:
    kind = None if dtype is None else str(getattr(dtype, "name", dtype))
    if isinstance(initializer, str):
        raise ConfigurationError(
            f"A variable begins with a value or an initializer; received: {initializer!r}. Write "
            f"`initializers.get({initializer!r})`."
        )
    if callable(initializer) and not hasattr(initializer, "dtype"):
        if shape is None:
            raise ConfigurationError(
                "A variable that begins with an initializer needs a shape, for example `shape=(3,)`; received: None."
            )
        initializer = initializer(tuple(shape), dtype=kind or "float32")
    value = _plain(initializer)
    if kind is None:
        array = value if hasattr(value, "dtype") and hasattr(value, "shape") else np.asarray(value)
        kind = _NARROWED.get(str(array.dtype), str(array.dtype))
    else:
        array = value if hasattr(value, "astype") else np.asarray(value)
    return array if str(array.dtype) == kind else array.astype(kind)


def _plain(operand: Any) -> Any:
    return operand.value if isinstance(operand, Variable) else operand


def _forward(operation: Callable[[Any, Any], Any]) -> Callable[[Variable, Any], Any]:
    return lambda self, other: operation(self.value, _plain(other))


def _reflect(operation: Callable[[Any, Any], Any]) -> Callable[[Variable, Any], Any]:
    return lambda self, other: operation(_plain(other), self.value)


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    setattr(Variable, f"__{_name}__", _forward(getattr(operator, _name)))
    setattr(Variable, f"__r{_name}__", _reflect(getattr(operator, _name)))
# Comparisons are entry by entry, as of arrays. The hash stays that of the object, and `dict` and `set` look
# for the object itself first, so that variables can be the keys of a binding.
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Variable, f"__{_name}__", _forward(getattr(operator, _name)))


class _Active(threading.local):
    """The bindings in force, one stack per thread, so that threads do not disturb each other."""

    def __init__(self) -> None:
        self.bindings: list[dict[Variable, Array]] = []


_active = _Active()


@contextmanager
def binding(variables: Sequence[Variable], values: Sequence[Array]) -> Iterator[dict[Variable, Array]]:
    """Lend variables other values for the length of a ``with`` block, in this thread only.

    Args:
        variables: The variables to bind.
        values: One value for each.

    Yields:
        The values by variable; after the block it holds what was last assigned to each.
    """
    # Values may come in boxes, even in the very boxes they are lent to.
    bound = dict(zip(variables, map(_plain, values), strict=True))
    _active.bindings.append(bound)
    try:
        yield bound
    finally:
        _active.bindings.pop()
