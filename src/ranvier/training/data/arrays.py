"""Whatever a user hands over as data, turned into an array that the rest of the house understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from ranvier.errors import DataError, DataTypeError, ShapeError
from ranvier.training.data.dtypes import check_numeric, check_numeric_dtype
from ranvier.training.data.kinds import (
    FRAME_LIBRARIES,
    STORED_LIBRARIES,
    class_name,
    is_buffer,
    is_convertible,
    is_jax_array,
    libraries_of,
    not_an_array,
)
from ranvier.training.data.rows import LazyRows, MappedRows, SparseRows, StoredRows, is_mapped
from ranvier.training.data.trees import Tree, is_node

Rows: TypeAlias = Any
"""A leaf of data: a NumPy array, a JAX array (kept where it lies), or :class:`LazyRows`."""


def as_array(value: Any, where: str) -> Rows:
    """Turn one input, target or weight into an array of real numbers with rows along its first axis.

    NumPy and JAX arrays come back as they are. Memory-mapped arrays, data sets of h5py and zarr, and
    SciPy sparse matrices become :class:`LazyRows`: nothing is read. Frames and series, lists of
    numbers, tensors of other libraries and whatever offers ``__array__`` become NumPy arrays.

    Args:
        value: The data.
        where: The argument, for messages, for example ``"x['age']"``.

    Returns:
        The array, of rank 1 or more, in its own dtype.

    Raises:
        DataTypeError: If the values are not real numbers.
        ShapeError: If there are no rows, or lists of unequal lengths.
    """
    array = _recognised(value, where)
    if len(array.shape) == 0:
        raise ShapeError(
            f"`{where}` must have rows along its first axis; received: a single number. Wrap it in a list."
        )
    return array


def as_tree(value: Any, where: str) -> Tree:
    """Turn the data of one argument into a tree of arrays.

    A mapping is a tree by names; a list or tuple that holds arrays, frames or mappings is a tree by
    positions. Lists of numbers, however deep, are one array. ``None`` stays ``None``.

    Args:
        value: The data.
        where: The argument, for messages.

    Returns:
        A tree whose leaves come from :func:`as_array`.

    Raises:
        DataTypeError: If some leaf does not hold real numbers.
        ShapeError: If some leaf has no rows.
    """
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {key: as_tree(child, f"{where}[{key!r}]") for key, child in value.items()}
    if is_node(value) and _holds_arrays(value):
        children = [as_tree(child, f"{where}[{position}]") for position, child in enumerate(value)]
        if hasattr(value, "_fields"):  # a named tuple
            return type(value)(*children)
        return tuple(children) if isinstance(value, tuple) else children
    return as_array(value, where)


def _recognised(value: Any, where: str) -> Rows:
    if isinstance(value, LazyRows):
        return value
    if isinstance(value, np.ndarray):
        return _numpy_array(value, where)
    if is_jax_array(value):
        return _jax_array(value, where)
    if isinstance(value, list | tuple | range):
        return _from_list(value, where)
    libraries = libraries_of(value)
    if libraries & FRAME_LIBRARIES:
        # narwhals takes 70 ms to import, which programs without frames do not pay.
        from ranvier.training.data.frames import frame_array

        array = frame_array(value, where)
        if array is not None:
            return _numpy_array(array, where)
    if "scipy" in libraries and hasattr(value, "tocsr"):
        return _sparse_rows(value, where)
    if libraries & STORED_LIBRARIES and hasattr(value, "shape") and hasattr(value, "dtype"):
        check_numeric_dtype(value.dtype, where)
        return StoredRows(value) if len(value.shape) else np.asarray(value[()])
    return _foreign_array(value, where)


def _numpy_array(array: np.ndarray[Any, Any], where: str) -> Rows:
    if isinstance(array, np.ma.MaskedArray):
        if np.ma.is_masked(array):
            raise DataError(
                f"`{where}` must not have masked values; received: {int(array.mask.sum())} of them. Fill "
                "them before, for example with `values.filled(0)`, or drop their rows."
            )
        array = array.data
    check_numeric(array, where)
    if is_mapped(array) and array.ndim:
        return MappedRows(array)
    return np.asarray(array)


def _jax_array(array: Any, where: str) -> Rows:
    try:
        dtype = np.dtype(array.dtype)
    except TypeError:
        raise DataTypeError(
            f"`{where}` must hold real numbers; received: random keys ({array.dtype}). Give an array of "
            "numbers."
        ) from None
    check_numeric_dtype(dtype, where)
    return array


def _from_list(value: Any, where: str) -> Rows:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ShapeError(
            f"The rows of `{where}` must have equal shapes; received: {_unequal(value) or str(error)}. Bring "
            "sequences to one length with `ranvier.utils.pad_sequences`."
        ) from None
    return _numpy_array(array, where)


def _unequal(value: Any) -> str:
    """Name the first two elements of a list whose lengths differ."""
    lengths = [len(element) if hasattr(element, "__len__") else None for element in value]
    for position, length in enumerate(lengths):
        if length != lengths[0]:
            return f"{_length(lengths[0])} in row 0 and {_length(length)} in row {position}"
    return ""


def _length(length: int | None) -> str:
    return "a single value" if length is None else f"{length} value{'s' if length != 1 else ''}"


def _sparse_rows(value: Any, where: str) -> Rows:
    check_numeric_dtype(value.dtype, where)
    if len(value.shape) != 2:
        raise ShapeError(
            f"A sparse `{where}` must have two dimensions; received: shape {tuple(value.shape)}. Make it "
            "dense with `toarray()`."
        )
    return SparseRows(value.tocsr())


def _foreign_array(value: Any, where: str) -> Rows:
    """Convert through ``__array__`` or the buffer protocol: tensors of PyTorch and TensorFlow, images."""
    if hasattr(value, "detach") and hasattr(value, "cpu"):  # a PyTorch tensor, perhaps with a gradient
        value = value.detach().cpu()
    if not (is_convertible(value) or is_buffer(value)) or isinstance(value, str | bytes):
        if isinstance(value, int | float | complex):
            return np.asarray(value)
        raise DataTypeError(not_an_array(value, where))
    try:
        array = np.asarray(value)
    except Exception as error:
        raise DataTypeError(
            f"`{where}` could not be read as an array; received: {class_name(value)}, which answered: "
            f"{error}. Convert it to a NumPy array of float32 before."
        ) from error
    return _numpy_array(array, where)


def _holds_arrays(sequence: Any) -> bool:
    """Whether a list or tuple is a tree by positions, and not a list of numbers.

    Nested lists are looked into along their first elements only: the rest of a list of numbers has
    the same form, and looking at each number would take seconds.
    """
    if not sequence:
        return False
    if all(element is None for element in sequence):
        return True
    if any(isinstance(element, Mapping) or _has_rank(element) for element in sequence):
        return True
    return is_node(sequence[0]) and _holds_arrays(sequence[0])


def _has_rank(element: Any) -> bool:
    try:
        return len(getattr(element, "shape", ())) > 0
    except (TypeError, ValueError):  # a shape of unknown rank
        return True
