"""The weights of a network as arrays by path, and back into a network of the same architecture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ranvier import notices
from ranvier.errors import FileFormatError
from ranvier.layers.base import Layer
from ranvier.storage.document import Document
from ranvier.storage.tensor_format import Entry, checksum
from ranvier.storage.tensor_reader import TensorFile, damaged
from ranvier.storage.weight_paths import weight_paths
from ranvier.variable import Variable

PREFIX = "weights/"
"""What stands in front of the path of a weight in a file."""


def weight_arrays(network: Layer) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays of a network by their names in a file."""
    return {f"{PREFIX}{path}": np.asarray(variable.value) for path, variable in weight_paths(network).items()}


def check_fit(
    file: TensorFile, variables: Mapping[str, Variable], *, skip_mismatch: bool = False
) -> list[str]:
    """Compare the arrays of a file with the weights of a network, looking at the header only.

    Args:
        file: The header of the file.
        variables: The weights by path.
        skip_mismatch: Whether weights that do not fit are left out, with a warning, instead of refused.

    Returns:
        The paths that fit.

    Raises:
        FileFormatError: Naming the first weight that differs, with both shapes.
    """
    stored = {name[len(PREFIX) :]: entry for name, entry in file.entries.items() if name.startswith(PREFIX)}
    fitting = []
    for path, variable in variables.items():
        fault = weight_fault(path, variable, stored.get(path))
        if fault is None:
            fitting.append(path)
        elif skip_mismatch:
            notices.warn(f"Left out of {file.path!r}: {fault}")
        else:
            raise FileFormatError(
                f"The weights in {file.path!r} belong to another architecture: {fault} Build the model as it was "
                "when they were saved."
            )
    for path in stored:
        if path not in variables and not skip_mismatch:
            raise FileFormatError(
                f"The weights in {file.path!r} belong to another architecture: the file holds {path!r} of shape "
                f"{stored[path].shape}, for which the model has no layer. Build the model as it was when they were "
                "saved."
            )
    return fitting


def weight_fault(path: str, variable: Variable, entry: Entry | None) -> str | None:
    """Return in a sentence why an array is not that of a weight, or None if it may be.

    Args:
        path: The path of the weight in the file.
        variable: The weight.
        entry: What the file holds there, or None for nothing.
    """
    layer, _, name = variable.path.rpartition("/")
    owner = f"the weight {name!r} of the layer {layer!r}" if layer else f"the weight {path!r}"
    if entry is None:
        return f"{owner} has shape {variable.shape}, and the file holds nothing under {path!r:.200}."
    if entry.shape != variable.shape:
        return f"{owner} has shape {variable.shape} in the model and {entry.shape} in the file."
    if _kind(entry.dtype) != _kind(np.dtype(variable.dtype)):
        return f"{owner} has dtype {variable.dtype} in the model and {entry.dtype} in the file."
    return None


def _kind(dtype: np.dtype[Any]) -> str:
    # bfloat16 is no float to NumPy.
    return {"V": "f", "u": "i"}.get(dtype.kind, dtype.kind)


def read_arrays(file: TensorFile, document: Document, names: list[str]) -> dict[str, np.ndarray[Any, Any]]:
    """Read some arrays of a file and compare their checksums.

    Args:
        file: The header of the file.
        document: Its configuration, which holds the checksums.
        names: The names of the arrays.

    Raises:
        FileFormatError: If an array is missing or damaged.
    """
    found: dict[str, np.ndarray[Any, Any]] = {}
    with file.arrays() as arrays:
        for name in names:
            if name not in file.entries:
                raise damaged(file.path, f"it lacks the array {name!r:.100}")
            found[name] = arrays[name]
            if document.checksums.get(name) != checksum(found[name]):
                raise damaged(
                    file.path, f"the array {name!r:.100} does not have the checksum it was written with"
                )
    return found


def assign_weights(
    file: TensorFile,
    variables: Mapping[str, Variable],
    arrays: dict[str, np.ndarray[Any, Any]],
    paths: list[str],
) -> None:
    """Put arrays into weights, after all of them have been read.

    Args:
        file: Where they come from, for the warning if one is not finite.
        variables: The weights by path.
        arrays: The arrays by their names in the file; each is taken out, so that it is in memory once.
        paths: Which to assign.
    """
    strange = []
    for path in paths:
        array = arrays.pop(f"{PREFIX}{path}")
        if _kind(array.dtype) == "f" and not np.isfinite(array).all():
            strange.append(path)
        variables[path].assign(array)
    if strange:
        notices.warn(
            f"The file {file.path!r} holds weights that are NaN or infinite, first in {strange[0]!r}."
        )
