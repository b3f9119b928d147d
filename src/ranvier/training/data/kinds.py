"""Of what kind a value is, found without importing the library it comes from."""

from __future__ import annotations

import sys
from collections.abc import Set as AbstractSet
from typing import Any

from ranvier.training.data.trees import is_node

FRAME_LIBRARIES = frozenset(
    {"pandas", "polars", "pyarrow", "modin", "cudf", "dask", "duckdb", "ibis", "pyspark", "narwhals"}
)
"""The packages whose objects are worth asking narwhals about."""

STORED_LIBRARIES = frozenset({"h5py", "zarr"})
"""The packages whose arrays are read from files by ranges of rows."""

_CONVERSIONS = ("__array__", "__array_interface__", "__dlpack__")


def is_jax_array(value: Any) -> bool:
    """Whether a value is a JAX array; JAX is not imported for the question."""
    jax = sys.modules.get("jax")
    return jax is not None and isinstance(value, getattr(jax, "Array", ()))


def is_array_like(value: Any) -> bool:
    """Whether a value is data as a whole, and not something that yields batches of data."""
    if value is None or is_node(value) or isinstance(value, str | bytes | range | AbstractSet | int | float):
        return True
    if is_convertible(value) or hasattr(value, "shape"):
        return True
    return bool(libraries_of(value) & FRAME_LIBRARIES) or is_buffer(value)


def class_name(value: Any) -> str:
    """Return the class of a value with its module, for messages."""
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def libraries_of(value: Any) -> frozenset[str]:
    """Return the packages that a value's class and its ancestors come from."""
    return frozenset(kind.__module__.partition(".")[0] for kind in type(value).__mro__)


def is_convertible(value: Any) -> bool:
    """Whether NumPy can ask the value for an array."""
    return any(hasattr(value, name) for name in _CONVERSIONS)


def is_buffer(value: Any) -> bool:
    """Whether the value lends its memory, as ``array.array`` does; bytes are text."""
    if isinstance(value, bytes | bytearray):
        return False
    try:
        memoryview(value)
    except TypeError:
        return False
    return True


def not_an_array(value: Any, where: str) -> str:
    """Return the sentence for a value that is no data."""
    start = f"`{where}` must be an array, a list of numbers, a frame or a tensor; received: "
    if isinstance(value, str | bytes):
        return (
            f"{start}the text {value[:40]!r}. Load the file it names, or turn the text into numbers, before."
        )
    if hasattr(value, "to_tensor") or hasattr(value, "todense"):
        return f"{start}{class_name(value)}. Make it dense and regular before."
    if isinstance(value, AbstractSet):
        return f"{start}a set, whose elements have no order. Use a list."
    return f"{start}{class_name(value)}. Convert it with `numpy.asarray`."


def kind_of(origin: Any) -> str:
    """Name an origin in messages: ``a generator``, ``a DataLoader``."""
    name = type(origin).__name__
    article = "an" if name[:1].lower() in "aeiou" else "a"
    return f"{article} {name}"
