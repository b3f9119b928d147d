"""Values of the command line that click does not know."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import Any

import click

from ranvier.cli.recipes import RECIPES, Recipe
from ranvier.errors import unknown_name

_TABLES = (".arrow", ".csv", ".feather", ".json", ".jsonl", ".parquet", ".tsv", ".txt", ".xls", ".xlsx")
_STANDARD_INPUT = "-"
_NO_LAYERS = "none"


class DataSet(click.ParamType[Recipe | str]):
    """The name of a data set that ``ranvier train`` knows, or the path of a table."""

    name = "data_set"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Recipe | str:
        """Return the recipe of a data set, or a path; refuse what is neither with the closest names."""
        if isinstance(value, Recipe):
            return value
        if value in RECIPES:
            return RECIPES[value]
        path = PurePath(value)
        named_like_one = bool({"/", os.sep} & set(value)) or bool(
            {each.lower() for each in path.suffixes} & set(_TABLES)
        )
        if value == _STANDARD_INPUT or named_like_one or Path(value).exists():
            return str(value)
        raise click.BadParameter(
            f"{unknown_name('data set', value, RECIPES)} There is no file of that name either.",
            ctx=ctx,
            param=param,
        )

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the choices, for the usage line."""
        del param, ctx
        return f"{{{'|'.join(RECIPES)}|TABLE}}"


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
