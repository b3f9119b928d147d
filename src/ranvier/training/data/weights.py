"""How much each row counts: ``class_weight`` and ``sample_weight``, combined on the host."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, DataError, LabelError, ShapeError
from ranvier.training.data.arrays import Rows, as_tree
from ranvier.training.data.copying import check_finite
from ranvier.training.data.rows import HostArray, LazyRows
from ranvier.training.data.trees import Tree, describe, leaves_of, paths, structure_of, unflatten

_BLOCK_ROWS = 2**16


def row_weights(y: Tree, sample_weight: Any = None, class_weight: Any = None) -> Tree:
    """Return what each row of each output counts.

    Where both are given the weights are multiplied, as scikit-learn does: w_i = s_i c(y_i).

    Args:
        y: The targets, a tree of arrays of shape (rows, ...).
        sample_weight: None; one array for all outputs; or a tree with the structure of ``y``. Arrays
            have shape (rows,), (rows, 1) or (rows, time, ...).
        class_weight: None, or weights by class number, as for :func:`class_weights`.

    Returns:
        None, or a tree with the structure of ``y`` whose leaves are None or float32 arrays of shape
        (rows,) or (rows, time, ...).

    Raises:
        ConfigurationError: If weights come without targets or do not match the outputs.
        DataError: If a weight is not finite, or there are fewer or more weights than rows.
    """
    if sample_weight is None and class_weight is None:
        return None
    if not any(leaf is not None for leaf in leaves_of(y)):
        name = "sample_weight" if sample_weight is not None else "class_weight"
        raise ConfigurationError(f"`{name}` weighs targets, but `y` is None. Give the targets as `y`.")
    weights = sample_weights(y, sample_weight)
    if class_weight is None:
        return weights
    targets = [leaf for leaf in leaves_of(y) if leaf is not None]
    if len(targets) > 1:
        raise ConfigurationError(
            f"`class_weight` needs a single output; received: `y` as {describe(y)}. Give `sample_weight` "
            "with one array for each output instead."
        )
    by_class = class_weights(targets[0], class_weight)
    own = next((leaf for leaf in leaves_of(weights) if leaf is not None), None)
    if own is not None:
        by_class = own * by_class.reshape(-1, *[1] * (own.ndim - 1))
    return unflatten(structure_of(y), [None if leaf is None else by_class for leaf in leaves_of(y)])


def sample_weights(y: Tree, sample_weight: Any) -> Tree:
    """Check the weights of rows and give them the structure of the targets.

    Args:
        y: The targets, a tree of arrays.
        sample_weight: None, one array for all outputs, or a tree with the structure of ``y``.

    Returns:
        None, or a tree with the structure of ``y`` whose leaves are None or float32 arrays.

    Raises:
        ConfigurationError: If the structures differ.
        DataError: If a weight is not finite, or there are fewer or more weights than rows.
        ShapeError: If one array for several outputs has more than one weight for a row.
    """
    weights = as_tree(sample_weight, "sample_weight")
    if weights is None:
        return None
    structure = structure_of(y)
    given = structure_of(weights)
    if given.kind != "leaf" and given != structure and not given.leaves == structure.leaves == 1:
        raise ConfigurationError(
            f"`sample_weight` must be one array, or have the structure of `y`, {describe(structure)}; "
            f"received: {describe(given)}. Write None for an output without weights."
        )
    targets = leaves_of(y)
    pairs = zip(leaves_of(weights), paths(weights, "sample_weight"), strict=True)
    arrays = [_weights(leaf, where) for leaf, where in pairs]
    if given.kind == "leaf" and structure.leaves > 1:
        if arrays[0] is not None and arrays[0].ndim > 1:
            raise ShapeError(
                "One `sample_weight` for several outputs must have shape (rows,); received: "
                f"{arrays[0].shape}. Give one array for each output."
            )
        arrays = [None if target is None else arrays[0] for target in targets]
    for array, target, where in zip(arrays, targets, paths(y, "y"), strict=True):
        _check_rows(array, target, where)
    return unflatten(structure, arrays)


def class_weights(y: Rows, class_weight: Any) -> HostArray:
    """Look up the weight of each row's class; a class that is not named weighs 1.

    Args:
        y: Integer labels of shape (rows,) or (rows, 1), or one-hot rows of shape (rows, classes).
        class_weight: A mapping from class numbers to finite weights.

    Returns:
        float32 weights, shape (rows,).

    Raises:
        ConfigurationError: If ``class_weight`` is no such mapping.
        LabelError: If ``y`` has more than two dimensions.
    """
    classes, weights = _class_table(class_weight)
    if len(y.shape) > 2:
        raise LabelError(
            f"`class_weight` needs one label for each row; received: `y` of shape {tuple(y.shape)}. Give "
            "`sample_weight` with one weight for each label instead."
        )
    rows = int(y.shape[0])
    found = np.empty(rows, np.float32)
    for start in range(0, rows, _BLOCK_ROWS):
        stop = min(start + _BLOCK_ROWS, rows)
        labels = _labels(y.read(start, stop) if isinstance(y, LazyRows) else np.asarray(y[start:stop]))
        places = np.minimum(np.searchsorted(classes, labels), len(classes) - 1)
        found[start:stop] = np.where(classes[places] == labels, weights[places], np.float32(1))
    return found


def _labels(y: HostArray) -> HostArray:
    if y.ndim == 2:
        y = np.argmax(y, axis=-1) if y.shape[-1] != 1 else y[:, 0]
    if y.dtype.kind in "iub":
        return y.astype(np.int64)
    check_finite(y, "y")
    return np.round(y).astype(np.int64)


def _class_table(class_weight: Any) -> tuple[HostArray, HostArray]:
    """Return the classes in ascending order and their weights."""
    if not isinstance(class_weight, Mapping):
        raise ConfigurationError(
            "`class_weight` must map class numbers to weights, for example {0: 1.0, 1: 5.0}; received: "
            f"{class_weight!r:.100}. Compute balanced weights with "
            "`sklearn.utils.class_weight.compute_class_weight`."
        )
    if not class_weight:
        raise ConfigurationError(
            "`class_weight` must name a class; received: {}. Leave it out for equal weights."
        )
    table: dict[int, float] = {}
    for key, weight in class_weight.items():
        if not isinstance(key, numbers.Real) or not float(key).is_integer():
            raise ConfigurationError(
                f"The keys of `class_weight` must be class numbers; received: {key!r}. Use the integers that "
                "stand for the classes in `y`."
            )
        if not isinstance(weight, numbers.Real) or not math.isfinite(weight):
            raise ConfigurationError(
                f"The weights in `class_weight` must be finite numbers; received: {weight!r} for class "
                f"{key!r}. Give 1.0 to a class that counts as usual."
            )
        table[int(float(key))] = float(weight)
    classes = sorted(table)
    return np.array(classes, np.int64), np.array([table[label] for label in classes], np.float32)


def _weights(leaf: Rows | None, where: str) -> HostArray | None:
    if leaf is None:
        return None
    array = np.asarray(leaf.read(0, len(leaf)) if isinstance(leaf, LazyRows) else leaf)
    check_finite(array, where)
    array = array.astype(np.float32, copy=False)
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def _check_rows(weights: HostArray | None, target: Rows | None, where: str) -> None:
    if weights is None or target is None or weights.shape[0] == target.shape[0]:
        return
    raise DataError(
        f"There must be one weight for each row of `{where}`, {target.shape[0]}; received: `sample_weight` "
        f"with {weights.shape[0]}. Take both from the same rows."
    )
