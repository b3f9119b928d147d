"""The order in which Keras keeps what an optimizer remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ranvier.optimizers import Optimizer
from ranvier.optimizers.pipeline import SHARED_SLOTS, OptimizerState

ITERATION, RATE, PRODUCT = "iteration", "learning_rate", "product"

_GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "Adam": (("momentum", "velocity"), ("velocity_hat",)),
    "RMSprop": (("velocity",), ("momentum",), ("average_gradient",)),
}
"""Slots that Keras does not keep parameter by parameter, but one group of slots after the other."""

_NADAM_DECAY = 0.96


@dataclass(frozen=True)
class Slot:
    """One array of Keras' list.

    Attributes:
        name: The slot, or :data:`ITERATION`, :data:`RATE`, :data:`PRODUCT`.
        index: The number of the parameter.
        shape: The shape that it has in Keras.
        padding: Whether Ranvier keeps nothing there: Keras writes zeros.
    """

    name: str
    index: int = 0
    shape: tuple[int, ...] = ()
    padding: bool = False


def slots_of(optimizer: Optimizer, state: OptimizerState, parameters: Sequence[Any]) -> list[Slot]:
    """List the arrays in Keras' order.

    Args:
        optimizer: The optimizer.
        state: Its state, whose shapes are looked at.
        parameters: The trained weights.
    """
    places = [Slot(ITERATION)]
    if optimizer._schedule is None:
        places.append(Slot(RATE))
    for name in SHARED_SLOTS:
        places += _listed(name, state)
    own = [name for name in state if name not in SHARED_SLOTS]
    for group in _grouped(optimizer, own):
        longest = max((len(state[name]) for name in group), default=0)
        for index in range(longest):
            places += [
                slot
                for name in group
                if index < len(state[name])
                for slot in [_slot(optimizer, name, index, state, parameters)]
                if slot is not None
            ]
    if _is(optimizer, "Nadam"):
        places.append(Slot(PRODUCT))
    return places


def _listed(name: str, state: OptimizerState) -> list[Slot]:
    return [Slot(name, index, tuple(value.shape)) for index, value in enumerate(state.get(name, ()))]


def _grouped(optimizer: Optimizer, names: list[str]) -> list[list[str]]:
    for kind, groups in _GROUPS.items():
        if _is(optimizer, kind):
            known = {name for group in groups for name in group}
            listed = [[name for name in group if name in names] for group in groups]
            return [*listed, [name for name in names if name not in known]]
    return [names]


def _slot(
    optimizer: Optimizer, name: str, index: int, state: OptimizerState, parameters: Sequence[Any]
) -> Slot | None:
    shape = tuple(np.shape(state[name][index]))
    if index >= len(parameters):
        return Slot(name, index, shape)
    whole = tuple(parameters[index].shape)
    if _is(optimizer, "Muon") and name == "velocity" and shape != whole:
        return None
    if _is(optimizer, "Adafactor"):
        # Of the mean of squares, either rows and columns are kept or the whole; Keras has room for both.
        factored = len(whole) > 1
        if name == "velocity":
            return Slot(name, index, whole, padding=factored)
        return Slot(name, index, shape, padding=not factored)
    return Slot(name, index, shape)


def _is(optimizer: Optimizer, kind: str) -> bool:
    return any(
        each.__name__ == kind and each.__module__.startswith("ranvier.") for each in type(optimizer).__mro__
    )


def arrays_of(optimizer: Optimizer, parameters: Sequence[Any]) -> list[np.ndarray[Any, Any]]:
    """Return what an optimizer remembers, as Keras lists it.

    Args:
        optimizer: The optimizer; where it was never used, its first state is taken.
        parameters: The weights it trains.
    """
    state = optimizer.read_state() if optimizer.built else optimizer.init(list(parameters))
    trained = optimizer.model_variables if optimizer.built else list(parameters)
    return [_value(optimizer, slot, state) for slot in slots_of(optimizer, state, trained)]


def _value(optimizer: Optimizer, slot: Slot, state: OptimizerState) -> np.ndarray[Any, Any]:
    if slot.name == ITERATION:
        return np.asarray(optimizer.step_count, np.int32)
    if slot.name == RATE:
        return np.asarray(float(optimizer.rate_variable), np.float32)
    if slot.name == PRODUCT:
        updates = np.arange(1, int(optimizer.iterations) + 1, dtype=np.float64)
        beta = float(optimizer.beta_1)  # type: ignore[attr-defined]
        return np.asarray(np.prod(beta * (1.0 - 0.5 * _NADAM_DECAY**updates)), np.float32)
    if slot.padding and slot.name == "velocity" and optimizer.step_count:
        row, column = (np.asarray(state[name][slot.index]) for name in ("row", "column"))
        # Keras keeps what it computes from rows and columns in each step.
        return np.asarray((row / row.mean(axis=-1, keepdims=True))[..., None] * column[..., None, :])
    if slot.padding:
        return np.zeros(slot.shape, np.int32 if slot.name != "velocity" else np.float32)
    return np.asarray(state[slot.name][slot.index])


def state_from(
    optimizer: Optimizer, slots: Sequence[Slot], arrays: Sequence[np.ndarray[Any, Any]]
) -> tuple[OptimizerState, int, float | None]:
    """Put an optimizer's state together from Keras' list.

    Args:
        optimizer: A built optimizer.
        slots: What each array is.
        arrays: The arrays.

    Returns:
        The state, the number of steps, and the learning rate if it is among the arrays.
    """
    state = {name: list(values) for name, values in optimizer.read_state().items()}
    steps, rate = 0, None
    for slot, array in zip(slots, arrays, strict=True):
        if slot.name == ITERATION:
            steps = int(array)
        elif slot.name == RATE:
            rate = float(array)
        elif slot.name != PRODUCT and not slot.padding:
            state[slot.name][slot.index] = array
    return state, steps, rate


def matching_slots(
    optimizer: Optimizer,
    slots: Sequence[Slot],
    parameters: Sequence[Any],
    shapes: Mapping[int, tuple[int, ...]],
) -> list[Slot] | None:
    """Return the slots that arrays of some shapes are, or None if they do not belong to this optimizer.

    Keras 2 leaves out the learning rate and what fills a place only, and keeps momenta that are not used.

    Args:
        optimizer: The optimizer.
        slots: What is expected.
        parameters: The trained weights.
        shapes: The shapes by position.
    """
    without_rate = [slot for slot in slots if slot.name != RATE]
    old = [
        slot
        for slot in without_rate
        if slot.name != PRODUCT and not (slot.padding and slot.name != "velocity")
    ]
    unused = [
        Slot("momentum", index, tuple(each.shape), padding=True) for index, each in enumerate(parameters)
    ]
    for candidates in (list(slots), without_rate, old, [*old, *unused] if _is(optimizer, "SGD") else []):
        if len(candidates) == len(shapes) and all(
            shapes.get(position) == slot.shape for position, slot in enumerate(candidates)
        ):
            return candidates
    return None
