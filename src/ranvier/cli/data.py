"""The data of a recipe."""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import numpy as np

from ranvier.cli.recipes import RECIPES, Recipe
from ranvier.errors import RunFolderError
from ranvier.report.run_folder import RunFolder


class Data(NamedTuple):
    """Images and their labels.

    Attributes:
        x: Shape (rows, height, width), uint8.
        y: Shape (rows,), uint8.
    """

    x: np.ndarray[Any, Any]
    y: np.ndarray[Any, Any]


def load(recipe: Recipe) -> tuple[Data, Data, tuple[str, ...]]:
    """Return the training data, the test data, and the names of the classes.

    Raises:
        DownloadError: If the data cannot be had.
        MissingExtraError: If they come with a package that is not installed.
    """
    module = importlib.import_module(f"ranvier.datasets.{recipe.name}")
    train, test = module.load_data()
    return Data(*train), Data(*test), module.CLASS_NAMES


def recipe_of(run: RunFolder) -> Recipe:
    """Return the recipe of the data set that a run was trained on.

    Raises:
        RunFolderError: If this version does not know it.
    """
    recipe = RECIPES.get(run.settings.data_set)
    if recipe is None:
        raise RunFolderError(
            f"The run {str(run.path)!r} was trained on {run.settings.data_set!r}, which this version does not know; "
            f"it knows: {', '.join(RECIPES)}."
        )
    return recipe
