from __future__ import annotations

from typing import Any

import pytest

from ranvier.errors import ConfigurationError, UnknownNameError
from ranvier.tables.plan import ColumnPlan, Plan
from ranvier.tables.plan_checks import plan_from


def test_nothing_is_every_default() -> None:
    assert plan_from({}) == Plan()


def test_what_is_given_stands() -> None:
    plan = plan_from(
        {
            "data": {"path": "a.csv", "missing": ["x"], "header": False},
            "split": {"test_fraction": 0.5, "seed": 3},
            "columns": [{"name": "a", "kind": "number"}],
        }
    )
    assert (plan.data.path, plan.data.missing, plan.data.header) == ("a.csv", ("x",), False)
    assert (plan.split.test_fraction, plan.split.seed) == (0.5, 3)
    assert plan.columns == (ColumnPlan("a", "number"),)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"dta": {}}, r"Unknown section of the settings; received: 'dta'. Did you mean 'data'\?"),
        (
            {"split": {"test_fracton": 0.1}},
            r"Unknown setting in \[split\]; received: 'test_fracton'. Did you mean '",
        ),
        ({"columns": [{"name": "a", "kind": "nubmer"}]}, "column 'a' in .*'nubmer'. Did you mean 'number'"),
        ({"columns": [{"name": "a", "kynd": "b"}]}, r"Unknown setting in \[\[columns\]\]; received: 'kynd'"),
    ],
)
def test_unknown_names(values: Any, words: str) -> None:
    with pytest.raises(UnknownNameError, match=words):
        plan_from(values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"data": 3}, r"`data` must be a section, \[data\]; received: 3"),
        ({"data": {"path": 3}}, "`data.path` must be text; received: 3"),
        (
            {"data": {"task": "guess"}},
            "`data.task` must be 'classification' or 'regression'; received: 'guess'",
        ),
        ({"data": {"header": "no"}}, "`data.header` must be true or false; received: 'no'"),
        ({"data": {"drop": "a"}}, "`data.drop` must be a list of texts; received: 'a'"),
        ({"data": {"drop": ["a", 1]}}, "`data.drop` must be a list of texts"),
        (
            {"split": {"test_fraction": 1}},
            "`split.test_fraction` must be a number between 0 and 1; received: 1",
        ),
        ({"split": {"test_fraction": True}}, "`split.test_fraction` must be a number between"),
        (
            {"split": {"seed": -1}},
            r"`split.seed` must be a whole number from 0 to 4,294,967,295; received: -1",
        ),
        ({"split": {"seed": 1.5}}, "`split.seed` must be a whole number"),
        ({"model": {"epochs": 0}}, "`model.epochs` must be a whole number of at least 1; received: 0"),
        ({"columns": {}}, "`columns` must be tables"),
        ({"columns": [{"name": "a"}]}, r"`kind` of \[\[columns\]\] number 1 must be text; received: None"),
        ({"columns": [{"name": "a", "kind": "date"}] * 2}, "Column 'a' stands twice"),
    ],
)
def test_values_that_cannot_be(values: Any, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        plan_from(values)
