from __future__ import annotations

import click
import pytest

from ranvier.cli.options import DataSet, HiddenLayers
from ranvier.cli.recipes import RECIPES


@pytest.mark.parametrize(
    ("text", "units"), [("128,64", (128, 64)), ("7", (7,)), (" 8 , 4 ", (8, 4)), ("none", ()), ("None", ())]
)
def test_hidden_layers(text: str, units: tuple[int, ...]) -> None:
    assert HiddenLayers().convert(text, None, None) == units
    assert HiddenLayers().convert(units, None, None) == units


@pytest.mark.parametrize("text", ["", "64,", "a", "64;32", "-1", "1.5"])
def test_what_are_no_hidden_layers(text: str) -> None:
    with pytest.raises(click.BadParameter, match="positive numbers with commas between"):
        HiddenLayers().convert(text, None, None)


@pytest.mark.parametrize("name", list(RECIPES))
def test_data_sets(name: str) -> None:
    assert DataSet().convert(name, None, None) is RECIPES[name]
    assert DataSet().convert(RECIPES[name], None, None) is RECIPES[name]


@pytest.mark.parametrize("path", ["-", "a.csv", "a.csv.gz", "a.parquet", "data/iris", "./digits"])
def test_tables(path: str) -> None:
    assert DataSet().convert(path, None, None) == path
