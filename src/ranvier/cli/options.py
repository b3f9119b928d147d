"""Values of the command line that click does not know."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import click

from ranvier.cli.recipes import RECIPES, Recipe
from ranvier.errors import unknown_name

_TABLES = (".arrow", ".csv", ".feather", ".json", ".jsonl", ".parquet", ".tsv", ".txt", ".xls", ".xlsx")
_NO_LAYERS = "none"


class DataSet(click.ParamType[Recipe]):
    """The name of a data set that ``ranvier train`` knows."""

    name = "data_set"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Recipe:
        """Return the recipe of a data set; refuse anything else with the closest names."""
        if isinstance(value, Recipe):
            return value
        if value in RECIPES:
            return RECIPES[value]
        raise click.BadParameter(_refusal(value), ctx=ctx, param=param)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the choices, for the usage line."""
        del param, ctx
        return f"{{{'|'.join(RECIPES)}}}"


class HiddenLayers(click.ParamType[tuple[int, ...]]):
    """Units of hidden layers, such as ``128,64``; ``none`` for no hidden layer."""

    name = "units"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Return the units of each layer."""
        if isinstance(value, tuple):
            return value
        if value.strip().lower() == _NO_LAYERS:
            return ()
        try:
            units = tuple(int(each) for each in value.split(","))
        except ValueError:
            units = (0,)
        if min(units) < 1:
            self.fail(
                f"Expected the units of each hidden layer as positive numbers with commas between, such as 128,64, or "
                f"{_NO_LAYERS!r}; received: {value!r}.",
                param,
                ctx,
            )
        return units


def _refusal(value: str) -> str:
    path = PurePath(value)
    if len(path.parts) > 1 or path.suffix.lower() in _TABLES:
        known = ", ".join(RECIPES)
        return (
            f"Training on tables such as {value!r} comes with a later version; this one trains on: {known}."
        )
    return str(unknown_name("data set", value, RECIPES))
