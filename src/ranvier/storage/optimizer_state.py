"""What an optimizer remembers, as arrays by slot and weight, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ranvier.errors import FileFormatError, RanvierError, UnsupportedError
from ranvier.optimizers import Optimizer
from ranvier.storage.document import Document
from ranvier.storage.tensor_reader import TensorFile, damaged
from ranvier.storage.weights import read_arrays
from ranvier.variable import Variable

PREFIX = "optimizer/"
"""What stands in front of the name of an optimizer's array in a file."""


def describe_state(
    optimizer: Optimizer, variables: Mapping[str, Variable]
) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    """Describe an optimizer's state and collect its arrays.

    Args:
        optimizer: The optimizer.
        variables: The weights of the model by path.

    Returns:
        The description: ``iterations``, a constant ``learning_rate``, and once the optimizer is built
        its ``variables`` by path, those without weight decay (``undecayed``) and the names of the arrays
        of each of its ``slots``; then the arrays by name.

    Raises:
        UnsupportedError: If it also trains weights that are not the model's.
    """
    described: dict[str, Any] = {
        "iterations": int(optimizer.step_count),
        "learning_rate": float(optimizer.rate_variable),
    }
    if not optimizer.built:
        return described, {}
    path_of = {id(variable): path for path, variable in variables.items()}
    trained = optimizer.model_variables
    foreign = [variable.path for variable in trained if id(variable) not in path_of]
    if foreign:
        raise UnsupportedError(
            f"The optimizer {optimizer.name!r} also trains {foreign[0]!r}, which is no weight of this model, so its "
            "state cannot be written with it. Save with `include_optimizer=False`."
        )
    paths = [path_of[id(variable)] for variable in trained]
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    slots: dict[str, list[str]] = {}
    for slot, values in optimizer.read_state().items():
        names = paths if len(values) == len(paths) else [str(index) for index in range(len(values))]
        slots[slot] = [f"{PREFIX}{slot}/{name}" for name in names]
        arrays.update(zip(slots[slot], map(np.asarray, values), strict=True))
    decayed = optimizer.decay_mask(trained)
    undecayed = [path for path, decays in zip(paths, decayed, strict=True) if not decays]
    return {**described, "variables": paths, "undecayed": undecayed, "slots": slots}, arrays


def restore_state(
    optimizer: Optimizer, variables: Mapping[str, Variable], file: TensorFile, document: Document
) -> None:
    """Put back what :func:`describe_state` described.

    Args:
        optimizer: An optimizer of the same kind; it is built if it was not.
        variables: The weights of the model by path.
        file: The header of the file.
        document: Its configuration.

    Raises:
        FileFormatError: If the state does not belong to this optimizer and these weights.
    """
    described = document.optimizer
    if described is None:
        return
    try:
        iterations = described["iterations"]
        if type(iterations) is not int or not 0 <= iterations < 2**31:
            raise ValueError(f"{iterations!r:.50} is no number of steps")
        if "slots" not in described:
            optimizer.iteration_variable.assign(np.array(iterations, np.int32))
            return
        trained = [variables[path] for path in _each_once(described["variables"])]
        excluded = [variables[path] for path in _each_once(described["undecayed"])]
        slots: dict[str, list[str]] = {str(slot): list(names) for slot, names in described["slots"].items()}
        _each_once([name for names in slots.values() for name in names])
        arrays = read_arrays(file, document, [name for names in slots.values() for name in names])
        if excluded and optimizer.decay_mask(excluded) != [False] * len(excluded):
            optimizer.exclude_from_weight_decay(var_list=excluded)
        optimizer.build(trained)
        _check_slots(optimizer, {slot: [arrays[name] for name in names] for slot, names in slots.items()})
        optimizer.write_state({slot: [arrays[name] for name in slots[slot]] for slot in slots}, iterations)
    except FileFormatError:
        raise
    except (RanvierError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise damaged(
            file.path,
            f"the state of the optimizer does not belong to {optimizer.name!r} and this model "
            f"({type(error).__name__}: {error!s:.300})",
        ) from error


def _each_once(names: Any) -> list[str]:
    """Refuse names that stand twice: a short list could ask for any amount of memory."""
    if not isinstance(names, list) or len(set(names)) != len(names):
        raise ValueError("a name stands twice")
    return names


def _check_slots(optimizer: Optimizer, found: Mapping[str, list[np.ndarray[Any, Any]]]) -> None:
    wanted = optimizer.read_state()
    for slot in (*wanted, *found):
        shapes = [
            None if slot not in state else [tuple(np.shape(value)) for value in state[slot]]
            for state in (wanted, found)
        ]
        if shapes[0] != shapes[1]:
            raise FileFormatError(
                f"The optimizer's slot {slot!r} holds arrays of other shapes in the file; expected: "
                f"{shapes[0]!s:.200}, received: {shapes[1]!s:.200}."
            )
