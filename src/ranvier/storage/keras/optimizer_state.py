"""What an optimizer remembers, out of a file of Keras."""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier import notices
from ranvier.errors import FileFormatError, RanvierError
from ranvier.storage.keras.hdf5.reader import Hdf5File
from ranvier.storage.keras.optimizer_layout import ITERATION, RATE, Slot, matching_slots, slots_of, state_from
from ranvier.storage.tensor_reader import damaged


def restore_optimizer(model: Any, file: Hdf5File, paths: list[str]) -> None:
    """Put back what an optimizer remembered, if it is what this one remembers.

    As in Keras a state of another form is left out with a warning, since predictions do not need it.

    Args:
        model: A compiled model whose weights exist.
        file: The file.
        paths: The arrays in Keras' order.

    Raises:
        FileFormatError: If the state is damaged.
    """
    optimizer = model.optimizer
    if not paths:
        return
    shapes = {position: file.entries[path].shape for position, path in enumerate(paths)}
    parameters = list(model.trainable_variables)
    try:
        expected = slots_of(optimizer, optimizer.init(parameters), parameters)
        slots = matching_slots(optimizer, expected, parameters, shapes)
        if slots is None:
            slots = _never_used(expected, shapes)
            if slots is None:
                _left_out(model, file, len(expected), len(paths))
                return
        optimizer.build(parameters)
        arrays = [file.array(path) for path in paths]
        state, steps, rate = state_from(optimizer, slots, arrays)
        if not 0 <= steps < 2**31:
            raise ValueError(f"{steps} is no number of steps")
        optimizer.write_state(state, steps)
        # The configuration may tell the rate with more digits than the array.
        if rate is not None and np.float32(float(optimizer.rate_variable)) != np.float32(rate):
            optimizer.learning_rate = rate
    except FileFormatError:
        raise
    except (RanvierError, LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise damaged(
            file.path,
            f"the state of the optimizer does not belong to {optimizer.name!r} and this model "
            f"({type(error).__name__}: {error!s:.300})",
        ) from error


def _never_used(expected: list[Slot], shapes: dict[int, tuple[int, ...]]) -> list[Slot] | None:
    first = [slot for slot in expected if slot.name in (ITERATION, RATE)]
    return (
        first[: len(shapes)]
        if all(shape == () for shape in shapes.values()) and len(shapes) <= len(first)
        else None
    )


def _left_out(model: Any, file: Hdf5File, expected: int, received: int) -> None:
    notices.warn(
        f"The state of the optimizer {model.optimizer.name!r} was left out of {file.path!r}: it would consist of "
        f"{expected} arrays for this model, and the file holds {received}, or some of other shapes. Training goes on "
        "from the weights as if it began."
    )
