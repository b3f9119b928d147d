"""Arrays that are not there yet: the tensors and nodes from which a functional network is read.

Calling a layer or an operation on a :class:`SymbolicTensor` computes nothing. It records a
:class:`Node` (what was called, with what) and returns symbolic outputs of the right shape.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.naming import automatic_name
from ranvier.tracing import shapes_of_results
from ranvier.types import PartialShape

# Any two sizes would do; primes do not meet a layer's own sizes by accident.
_TRIAL_SIZES = (83, 89)


class SymbolicTensor:
    """The promise of an array: its shape (``None`` where unknown), dtype, and where it comes from.

    Args:
        shape: Dimensions, the batch first; ``None`` for one not known yet.
        dtype: The dtype's name.
        name: A name for messages and pictures.
        node: The call that yields it, or None for a free-standing tensor.
        index: Its position among the outputs of that call.
    """

    def __init__(
        self,
        shape: Sequence[int | None],
        dtype: str = "float32",
        *,
        name: str | None = None,
        node: Node | None = None,
        index: int = 0,
    ) -> None:
        self.shape: PartialShape = tuple(shape)
        self.dtype = str(np.dtype(dtype)) if dtype != "bfloat16" else dtype
        self.name = name if name is not None else automatic_name("symbolic_tensor")
        self.node = node
        self.index = index

    @property
    def ndim(self) -> int:
        """The number of axes, the batch included."""
        return len(self.shape)

    def __repr__(self) -> str:
        return f"<SymbolicTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise _no_value(self)

    def __jax_array__(self) -> Any:
        raise _no_value(self)

    def __bool__(self) -> bool:
        raise _no_value(self)

    def __iter__(self) -> Any:
        raise _no_value(self)

    def __getitem__(self, index: Any) -> Any:
        return call_symbolically(Operation(operator.getitem, "get_item"), (self, index), {})

    def __neg__(self) -> Any:
        return call_symbolically(Operation(operator.neg, "negative"), (self,), {})

    def __abs__(self) -> Any:
        return call_symbolically(Operation(operator.abs, "absolute"), (self,), {})


def _no_value(tensor: SymbolicTensor) -> UnsupportedError:
    return UnsupportedError(
        f"A symbolic tensor has no value yet, so NumPy, jax.numpy and Python's control flow cannot use it; "
        f"received: {tensor!r}. Use a layer or a function of `ranvier.ops` to build the network."
    )


class Operation:
    """A pure function of arrays as a step of a network; it has no weights.

    Args:
        function: Takes and returns arrays.
        name: What the operation is called in a network, before numbering.
    """

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self.function = function
        self.kind = name
        self.name = automatic_name(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the function of arrays."""
        return self.function(*args, **kwargs)


class Node:
    """One call in a network: ``outputs = operation(*args, **kwargs)``.

    Args:
        operation: The layer or :class:`Operation` that was called.
        args: Positional arguments, symbolic tensors among them.
        kwargs: Named arguments likewise.
        outputs: A symbolic tensor, or a structure of them.
    """

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> None:
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.outputs = outputs
        self.input_tensors = symbolic_leaves((args, kwargs))
        for index, tensor in enumerate(symbolic_leaves(outputs)):
            tensor.node = self
            tensor.index = index


def is_symbolic(value: Any) -> bool:
    """Tell whether a value is a :class:`SymbolicTensor`."""
    return isinstance(value, SymbolicTensor)


def symbolic_leaves(structure: Any) -> list[SymbolicTensor]:
    """List the symbolic tensors inside nested lists, tuples and dicts, in order; dicts by sorted keys."""
    if isinstance(structure, SymbolicTensor):
        return [structure]
    if isinstance(structure, dict):
        return [leaf for key in _ordered(structure) for leaf in symbolic_leaves(structure[key])]
    if isinstance(structure, list | tuple):
        return [leaf for value in structure for leaf in symbolic_leaves(value)]
    return []


def map_symbolic(structure: Any, function: Callable[[SymbolicTensor], Any]) -> Any:
    """Return a structure with each symbolic tensor replaced by ``function`` of it."""
    if isinstance(structure, SymbolicTensor):
        return function(structure)
    if isinstance(structure, dict):
        mapped = {key: map_symbolic(structure[key], function) for key in _ordered(structure)}
        return {key: mapped[key] for key in structure}
    if isinstance(structure, list | tuple):
        values = [map_symbolic(value, function) for value in structure]
        if hasattr(structure, "_fields"):
            return type(structure)(*values)
        return type(structure)(values)
    return structure


def _ordered(structure: dict[Any, Any]) -> list[Any]:
    # The order in which the engine, and Keras, flatten a dict.
    return sorted(structure)


def any_symbolic(args: Any, kwargs: Any = None) -> bool:
    """Tell whether a symbolic tensor stands anywhere in the arguments."""
    return bool(symbolic_leaves((args, kwargs or {})))


def call_symbolically(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Record a call of ``operation`` and return its symbolic outputs.

    Args:
        operation: A callable that takes arrays where ``args`` and ``kwargs`` hold symbolic tensors.
        args: Positional arguments.
        kwargs: Named arguments.

    Returns:
        Symbolic tensors in the structure that ``operation`` returns.
    """
    outputs = infer_outputs(operation, args, kwargs)
    name = getattr(operation, "name", "operation")
    tensors = jax.tree.map(lambda spec: SymbolicTensor(spec.shape, spec.dtype, name=name), outputs)
    Node(operation, args, kwargs, tensors)
    return tensors


def infer_outputs(operation: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Find the shapes and dtypes that a call yields, by tracing it with two trial sizes.

    A dimension that differs between the two traces depends on an unknown size and becomes None.

    Args:
        operation: Function of arrays.
        args: Positional arguments, symbolic tensors among them.
        kwargs: Named arguments likewise.

    Returns:
        A structure of specs with ``shape`` (``None`` where unknown) and ``dtype``.
    """
    leaves = symbolic_leaves((args, kwargs))
    unknown = any(dimension is None for leaf in leaves for dimension in leaf.shape)
    first = _trace(operation, args, kwargs, _TRIAL_SIZES[0])
    if not unknown:
        return first
    second = _trace(operation, args, kwargs, _TRIAL_SIZES[1])

    def merge(one: Any, other: Any) -> Any:
        if len(one.shape) != len(other.shape):
            raise ConfigurationError(
                "The number of axes of an output must not depend on the batch size; "
                f"received outputs of shapes {one.shape} and {other.shape} from {operation!r}."
            )
        shape = tuple(a if a == b else None for a, b in zip(one.shape, other.shape, strict=True))
        return Spec(shape, str(one.dtype))

    return jax.tree.map(merge, first, second)


class Spec:
    """The shape and dtype of an array.

    Args:
        shape: Dimensions, ``None`` where unknown.
        dtype: The dtype's name.
    """

    def __init__(self, shape: PartialShape, dtype: str) -> None:
        self.shape = shape
        self.dtype = dtype


def _trace(operation: Callable[..., Any], args: Any, kwargs: Any, size: int) -> Any:
    leaves = symbolic_leaves((args, kwargs))
    specs = [
        jax.ShapeDtypeStruct(tuple(size if d is None else d for d in leaf.shape), leaf.dtype)
        for leaf in leaves
    ]

    def call(values: list[Any]) -> Any:
        remaining = iter(values)
        filled_args, filled_kwargs = map_symbolic((args, kwargs), lambda _: next(remaining))
        outputs = operation(*filled_args, **filled_kwargs)
        return jax.tree.map(jax.numpy.asarray, outputs)

    owner = getattr(operation, "__self__", operation)
    traced = shapes_of_results(
        call, specs, f"{getattr(owner, 'name', 'operation')!r} ({type(owner).__name__})"
    )
    return jax.tree.map(lambda spec: Spec(tuple(spec.shape), str(spec.dtype)), traced)


def _binary(function: Callable[[Any, Any], Any], name: str) -> tuple[Any, Any]:
    def forward(self: SymbolicTensor, other: Any) -> Any:
        return call_symbolically(Operation(function, name), (self, other), {})

    def reflected(self: SymbolicTensor, other: Any) -> Any:
        return call_symbolically(Operation(function, name), (other, self), {})

    return forward, reflected


for _name, _kind in {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "true_divide",
    "floordiv": "floor_divide",
    "mod": "mod",
    "pow": "power",
    "matmul": "matmul",
}.items():
    _forward, _reflected = _binary(getattr(operator, _name), _kind)
    setattr(SymbolicTensor, f"__{_name}__", _forward)
    setattr(SymbolicTensor, f"__r{_name}__", _reflected)
for _name, _kind in {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}.items():
    setattr(SymbolicTensor, f"__{_name}__", _binary(getattr(operator, _name), _kind)[0])
