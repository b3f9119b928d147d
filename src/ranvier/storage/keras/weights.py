"""The weights of a network out of an HDF5 file in the layout of Keras, and into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ranvier import notices
from ranvier.errors import FileFormatError
from ranvier.layers import Layer
from ranvier.storage.keras.hdf5.reader import Hdf5File
from ranvier.storage.keras.layout import LAYERS, VARIABLES, layout_of
from ranvier.storage.tensor_reader import damaged
from ranvier.storage.weights import weight_fault
from ranvier.variable import Variable

_OLDER = "_layer_checkpoint_dependencies"
"""What TensorFlow 2.12 called the group of the layers."""

_NOT_WEIGHTS = (
    "optimizer",
    "metrics",
    "seed_generator",
    "_metrics",
    "compile_metrics",
    "_compile_metrics",
    "_loss_tracker",
)
"""Groups that hold no weights: what Keras remembers beside them."""


def read_weights(network: Layer, file: Hdf5File, *, skip_mismatch: bool = False) -> None:
    """Read the weights of a network: all of them, or none if anything is wrong.

    Args:
        network: A network whose weights exist.
        file: The file.
        skip_mismatch: Whether weights that do not fit are left out with a warning.

    Raises:
        FileFormatError: If they do not fit, naming the first that differs.
    """
    fitting = check_weights(network, file, skip_mismatch=skip_mismatch)
    assign(file, fitting)


def check_weights(network: Layer, file: Hdf5File, *, skip_mismatch: bool = False) -> dict[str, Variable]:
    """Compare the arrays of a file with the weights of a network, looking at shapes only.

    Returns:
        The weights that fit, by the path of the array.
    """
    stored = stored_weights(file)
    variables = layout_of(network).variables
    older = variables if set(variables) == set(stored) else layout_of(network, old=True).variables
    if set(older) == set(stored):
        variables = older
    fitting: dict[str, Variable] = {}
    for path, variable in variables.items():
        place = stored.pop(path, None)
        fault = weight_fault(path, variable, None if place is None else file.entries[place])
        if fault is None:
            fitting[str(place)] = variable
        elif skip_mismatch:
            notices.warn(f"Left out of {file.path!r}: {fault}")
        else:
            raise FileFormatError(
                f"The weights in {file.path!r} belong to another architecture: {fault} Build the model as it was when "
                "they were saved."
            )
    if stored and not skip_mismatch:
        path = next(iter(stored))
        raise FileFormatError(
            f"The weights in {file.path!r} belong to another architecture: the file holds {path!r:.200} of shape "
            f"{file.entries[stored[path]].shape}, for which the model has no layer. Build the model as it was when "
            "they were saved."
        )
    return fitting


def assign(file: Hdf5File, variables: Mapping[str, Variable]) -> None:
    """Put arrays into weights, after all of them have been read.

    Args:
        file: The file.
        variables: The weights by the path of the array.
    """
    arrays = {path: file.array(path) for path in variables}
    strange = []
    for path, variable in variables.items():
        array = arrays.pop(path)
        if array.dtype.kind in "fV" and not np.isfinite(array).all():
            strange.append(path)
        variable.assign(array)
    if strange:
        notices.warn(
            f"The file {file.path!r} holds weights that are NaN or infinite, first in {strange[0]!r}."
        )


def stored_weights(file: Hdf5File) -> dict[str, str]:
    """Return the paths of the weights in a file by those that Keras 3 gives them."""
    names = {path: _renumbered(members) for path, members in file.groups.items() if _is_older(path)}
    stored = {}
    for path in file.entries:
        parts = path.replace("\\", "/").split("/")
        if any(part in _NOT_WEIGHTS for part in parts) or VARIABLES not in parts:
            continue
        plain = []
        for depth, part in enumerate(parts):
            part = names.get("/".join(parts[:depth]), {}).get(part, part)
            plain.append(LAYERS if part == _OLDER else part)
        place = "/".join(plain)
        if place in stored:
            raise damaged(file.path, f"it holds the weight {place!r:.200} twice")
        stored[place] = path
    return stored


def _is_older(path: str) -> bool:
    return path.rpartition("/")[2] == _OLDER


def _renumbered(members: Iterable[str]) -> dict[str, str]:
    """Number the layers of a group one after the other: TensorFlow 2.12 counts those with weights twice."""
    by_class: dict[str, list[int]] = {}
    for member in members:
        name, _, number = member.rpartition("_")
        if name and number.isdecimal() and len(number) < 7:
            by_class.setdefault(name, []).append(int(number))
    return {
        f"{name}_{number}": f"{name}_{place}"
        for name, numbers in by_class.items()
        for place, number in enumerate(sorted(numbers), start=1)
    }


def weight_groups(network: Layer) -> tuple[dict[str, str], dict[str, np.ndarray[Any, Any]]]:
    """Return what a file in Keras' layout holds of a network.

    Returns:
        The names of the layers by group, and the arrays by path.
    """
    layout = layout_of(network)
    return layout.groups, {path: np.asarray(variable.value) for path, variable in layout.variables.items()}
