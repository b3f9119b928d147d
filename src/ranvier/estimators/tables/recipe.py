"""The two published recipes: what does not depend on the table."""

from __future__ import annotations

from dataclasses import dataclass

from ranvier.errors import unknown_name

RECIPES = ("td", "td-s")
"""RealMLP-TD, and its simple form."""

SCALE_FACTOR = 6.0
"""The learning rate of the factors of the inputs, relative to that of kernels."""

SMALL_FACTOR = 0.1
"""That of biases, of parametric activations and of periodic embeddings."""

BETAS = (0.9, 0.95)
EPSILON = 1e-8


@dataclass(frozen=True)
class Recipe:
    """Constants of a recipe for one task.

    Attributes:
        activation: Of the hidden units.
        parametric: Whether each hidden unit has a share of it.
        periodic: Whether numbers are embedded.
        largest_one_hot: The number of codes up to which a category becomes indicators; None for all.
        learning_rate: The highest learning rate.
        dropout: The share of hidden units dropped at first.
        weight_decay: The strength of the decay at first.
        label_smoothing: The share of each label that is spread over all classes.
        fitted_start: Whether first weights look at the training rows.

    Source: Holzmüller et al., Better by default (2024), https://arxiv.org/abs/2407.04491.
    """

    activation: str
    parametric: bool
    periodic: bool
    largest_one_hot: int | None
    learning_rate: float
    dropout: float
    weight_decay: float
    label_smoothing: float
    fitted_start: bool


def recipe_for(name: str, *, classification: bool) -> Recipe:
    """Return the constants of a recipe.

    Args:
        name: ``"td"`` or ``"td-s"``.
        classification: Whether classes are predicted, else numbers.

    Raises:
        UnknownNameError: If there is no such recipe.
    """
    if name not in RECIPES:
        raise unknown_name("`recipe`", name, RECIPES)
    full = name == "td"
    return Recipe(
        activation="selu" if classification else "mish",
        parametric=full,
        periodic=full,
        largest_one_hot=9 if full else None,
        learning_rate=0.04 if classification else 0.2 if full else 0.07,
        dropout=0.15 if full else 0.0,
        weight_decay=0.02 if full else 0.0,
        label_smoothing=0.1 if classification else 0.0,
        fitted_start=full,
    )
