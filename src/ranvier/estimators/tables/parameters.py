"""The parameters of the estimators for tables, written once, and the checks of their values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, unknown_name
from ranvier.estimators.parameters import hidden_sizes
from ranvier.estimators.tables.recipe import RECIPES

_RANGES: Mapping[str, tuple[float, float]] = {
    "learning_rate": (0.0, math.inf),
    "dropout": (0.0, 1.0),
    "weight_decay": (0.0, math.inf),
    "label_smoothing": (0.0, 1.0),
    "validation_fraction": (0.0, 0.9),
}


@dataclass(eq=False, repr=False)
class TableParameters:
    """What classifier and regressor for tables share; ``"auto"`` is the recipe's value, or follows from the rows.

    Attributes:
        recipe: ``"td"`` or ``"td-s"``, a published set of defaults.
        n_members: How many networks are trained, on different rows, and averaged.
        epochs: The passes over the rows.
        batch_size: The rows of a step.
        hidden_layer_sizes: The number of units of each hidden layer.
        learning_rate: The highest learning rate.
        dropout: The share of hidden units dropped at first, in [0, 1).
        weight_decay: The strength of weight decay at first.
        validation_fraction: The share of the rows that a member sets aside to choose its epoch; 0 for none.
        validation_metric: What chooses the epoch.
        schema: What columns are to be taken for; a :class:`Schema` or its dict.
        callbacks: Objects of ``ranvier.callbacks``, told of every epoch of each member in turn.
        progress_bar: Whether a bar over the epochs of all members is shown.
        random_state: What everything random derives from.
    """

    _: KW_ONLY
    recipe: str = "td"
    n_members: Any = "auto"
    epochs: Any = "auto"
    batch_size: Any = "auto"
    hidden_layer_sizes: Any = (256, 256, 256)
    learning_rate: Any = "auto"
    dropout: Any = "auto"
    weight_decay: Any = "auto"
    validation_fraction: Any = "auto"
    validation_metric: str = "auto"
    schema: Any = None
    callbacks: Any = None
    progress_bar: bool = False
    random_state: Any = None


def check_parameters(parameters: Mapping[str, Any], metrics: Sequence[str]) -> None:
    """Refuse values that have no meaning.

    Args:
        parameters: Values by name.
        metrics: What can choose an epoch.

    Raises:
        ConfigurationError: Naming the parameter.
    """
    if parameters["recipe"] not in RECIPES:
        raise unknown_name("`recipe`", parameters["recipe"], RECIPES)
    if parameters["validation_metric"] not in ("auto", *metrics):
        raise unknown_name("`validation_metric`", parameters["validation_metric"], ("auto", *metrics))
    for name in ("n_members", "epochs", "batch_size"):
        value = parameters[name]
        if is_auto(value):
            continue
        if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
            raise ConfigurationError(
                f"`{name}` must be 'auto' or an integer of at least 1; received: {value!r}."
            )
    for name, words in (("progress_bar", ""), ("calibrate", "'auto', ")):
        value = parameters.get(name, True)
        if not isinstance(value, bool | np.bool_) and not (words and is_auto(value)):
            raise ConfigurationError(f"`{name}` must be {words}True or False; received: {value!r}.")
    for name, (low, high) in _RANGES.items():
        if name in parameters and not is_auto(parameters[name]):
            _check_range(name, parameters[name], low, high)
    hidden_sizes(parameters["hidden_layer_sizes"])


def is_auto(value: Any) -> bool:
    """Tell whether a parameter is left to the recipe."""
    return isinstance(value, str) and value == "auto"


def chosen(value: Any, default: Any) -> Any:
    """Return a parameter's value, or what ``"auto"`` stands for."""
    return default if is_auto(value) else value


def _check_range(name: str, value: Any, low: float, high: float) -> None:
    known = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not known or not low <= value < high or (name == "learning_rate" and value == 0):
        bounds = "greater than 0" if name == "learning_rate" else f"in [{low:g}, {high:g})"
        raise ConfigurationError(f"`{name}` must be 'auto' or a number {bounds}; received: {value!r}.")
