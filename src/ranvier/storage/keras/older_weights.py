"""Weights in the HDF5 layout of Keras 2: a group for each layer, its weights by name and in order."""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier import notices
from ranvier.errors import FileFormatError
from ranvier.storage.keras.hdf5.reader import Hdf5File
from ranvier.storage.keras.hdf5_writer import write_names
from ranvier.storage.keras.weights import assign
from ranvier.storage.tensor_reader import damaged
from ranvier.variable import Variable

TOP = "top_level_model_weights"


def older_weights(layer: Any) -> list[Variable]:
    """Return the weights of a layer in the order of these files: those that are trained first."""
    return [*layer.trainable_variables, *layer.non_trainable_variables]


def write_older_weights(group: Any, model: Any) -> None:
    """Write the weights of a model into a group.

    Args:
        group: The group.
        model: The model.
    """
    write_names(group, "layer_names", [layer.name for layer in model.layers])
    group.attrs["backend"] = "jax"
    for layer in sorted(model.layers, key=lambda layer: layer.name):
        write_arrays(group.create_group(layer.name), _named(older_weights(layer)))
    write_arrays(group.create_group(TOP), _named(model._own_variables()))


def write_arrays(group: Any, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
    """Write arrays by name, and the names in order."""
    write_names(group, "weight_names", list(arrays))
    for name, array in arrays.items():
        group.create_dataset(name, data=array)


def _named(variables: list[Variable]) -> dict[str, np.ndarray[Any, Any]]:
    named: dict[str, np.ndarray[Any, Any]] = {}
    for variable in variables:
        name, number = variable.path, 1
        # A name is a path of groups here, so none may be the beginning of another.
        while any(
            name == each or f"{name}/".startswith(f"{each}/") or each.startswith(f"{name}/") for each in named
        ):
            name, number = f"{variable.path}_{number}", number + 1
        named[name] = np.asarray(variable.value)
    return named


def load_older_weights(model: Any, file: Hdf5File, group: str, *, skip_mismatch: bool = False) -> None:
    """Read the weights of a model: all of them, or none if anything is wrong.

    Args:
        model: A model whose weights exist.
        file: The file.
        group: The group that lists the layers; ``""`` for the file itself.
        skip_mismatch: Whether weights that do not fit are left out with a warning.

    Raises:
        FileFormatError: If they do not fit, naming the first layer that differs.
    """
    layers = [layer for layer in model.layers if older_weights(layer)]
    stored = {
        name: paths
        for name in names_of(file, group, "layer_names")
        if (paths := paths_of(file, _join(group, name)))
    }
    if len(layers) != len(stored):
        raise FileFormatError(
            f"The weights in {file.path!r} belong to another architecture: the file holds {len(stored)} layers with "
            f"weights ({', '.join(stored):.200}), and the model has {len(layers)} "
            f"({', '.join(layer.name for layer in layers):.200})."
        )
    fitting: dict[str, Variable] = {}
    for layer, (name, paths) in zip(layers, stored.items(), strict=True):
        _match(file, name, layer.name, older_weights(layer), paths, fitting, skip_mismatch=skip_mismatch)
    top = _join(group, TOP)
    if top in file.groups and (own := model._own_variables()):
        _match(file, TOP, model.name, own, paths_of(file, top), fitting, skip_mismatch=skip_mismatch)
    assign(file, fitting)


def _match(
    file: Hdf5File,
    stored_name: str,
    name: str,
    variables: list[Variable],
    paths: list[str],
    fitting: dict[str, Variable],
    *,
    skip_mismatch: bool,
) -> None:
    expected = [variable.shape for variable in variables]
    received = [file.entries[path].shape for path in paths]
    if expected == received:
        fitting.update(zip(paths, variables, strict=True))
        return
    fault = (
        f"the layer {name!r} has weights of the shapes {expected!s:.200}, and {stored_name!r:.100} in the file has "
        f"{received!s:.200}."
    )
    if not skip_mismatch:
        raise FileFormatError(
            f"The weights in {file.path!r} belong to another architecture: {fault} Build the model as it was when they "
            "were saved."
        )
    notices.warn(f"Left out of {file.path!r}: {fault}")


def names_of(file: Hdf5File, group: str, attribute: str) -> list[str]:
    """Read a list of names, which may be spread over several attributes."""
    attributes = file.attributes.get(group, {})
    found: list[Any] = []
    if attribute in attributes:
        found = _listed(attributes[attribute])
    else:
        while f"{attribute}{len(found)}" in attributes:
            found.append(attributes[f"{attribute}{len(found)}"])
        found = [name for piece in found for name in _listed(piece)]
    if not all(isinstance(name, str) for name in found) or len(set(found)) != len(found):
        raise damaged(file.path, f"its list of {attribute!r} makes no sense")
    return found


def _listed(value: Any) -> list[Any]:
    # An empty list is written as one of numbers.
    if isinstance(value, np.ndarray):
        return value.tolist() if value.size else []
    return value if isinstance(value, list) else [value]


def paths_of(file: Hdf5File, group: str) -> list[str]:
    """List the paths of the arrays that a group names."""
    paths = [_join(group, name) for name in names_of(file, group, "weight_names")]
    missing = next((path for path in paths if path not in file.entries), None)
    if missing is not None:
        raise damaged(file.path, f"it names the array {missing!r:.200}, which it does not hold")
    return paths


def _join(group: str, name: str) -> str:
    return f"{group}/{name}" if group else name
