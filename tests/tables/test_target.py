from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.errors import LabelError, RanvierError, UnknownNameError
from ranvier.tables.target import find_target


def _content(values: Any) -> str:
    return "n,y\n" + "".join(f"{number},{value}\n" for number, value in enumerate(values))


@pytest.mark.parametrize(
    ("values", "task", "reason"),
    [
        (["a", "b"] * 5, "classification", "words, 2 different ones"),
        (["yes", "no"] * 5, "classification", "yes or no"),
        (["0", "1"] * 5, "classification", "two different numbers, 0 and 1"),
        (["7", "9"] * 5, "classification", "two different numbers, 7 and 9"),
        (["1.0", "2.0"] * 5, "classification", "two different numbers, 1 and 2"),
        (["0", "1", "2"] * 10, "classification", "3 different whole numbers from 0 to 2 without a gap"),
        (["0", "1", "2"] * 5, "regression", "3 different whole numbers"),
        (["3", "4", "5"] * 50, "regression", "3 different whole numbers from 3 to 5"),
        (["1", "2", "4"] * 50, "regression", "3 different whole numbers from 1 to 4"),
        (list(range(30)) * 20, "regression", "30 different whole numbers"),
        (["1.5", "2.5"] * 5, "regression", "numbers with decimals"),
    ],
)
def test_the_task_is_inferred_and_explained(read: Any, values: list[Any], task: str, reason: str) -> None:
    target = find_target(read(_content(values), verbatim=["y"]), "y")
    assert target.task == task
    assert reason in target.reason
    assert len(target.values) == len(values)


def test_classes_that_differ_in_capitals_only_are_told(read: Any) -> None:
    found = find_target(read(_content(["Yes", "yes", "no"] * 5), verbatim=["y"]), "y").remarks
    assert found == ("Classes that are written differently count as different ones: 'Yes' and 'yes'.",)
    assert find_target(read(_content(["Yes", "no"] * 5), verbatim=["y"]), "y").remarks == ()


def test_the_task_may_be_told(read: Any) -> None:
    table = read(_content(["0", "1"] * 5))
    assert find_target(table, "y", "regression").values.dtype == np.float64
    assert find_target(table, "y", "classification").reason == "as told"


def test_classes_keep_their_words(read: Any) -> None:
    target = find_target(read(_content(["Yes", "no"] * 5), verbatim=["y"]), "y")
    assert sorted(set(target.values)) == ["Yes", "no"]


def test_rows_without_a_target_are_left_out(read: Any) -> None:
    target = find_target(read(_content(["a", "None", "", "b"] * 5)), "y")
    assert target.rows.tolist() == [row for row in range(20) if row % 4 in (0, 3)]
    (remark,) = target.remarks
    assert "missing in 10 of 20 rows, marked 'None'; these are left out. If that is a class" in remark


def test_classes_of_one_row_are_told(read: Any) -> None:
    target = find_target(read(_content(["a", "b"] * 5 + ["c"])), "y")
    assert "Classes with one row cannot be trained and tested both: 'c'" in target.remarks[0]


@pytest.mark.parametrize(
    ("values", "task", "words"),
    [
        (["", ""], None, "has no value in any of the 2 rows"),
        (["a", "a", ""], None, "has the same value in all 2 rows, a, so"),
        (["2020-01-01", "2020-01-02"], None, "holds dates"),
        (["a", "b"], "regression", "Regression predicts numbers; the target 'y' holds 'a'"),
        ([1e300, 2e300, 3], None, r"as large as 2e\+300; up to 1e\+36 can be predicted"),
        (
            [f"${number}.50" for number in range(40)],
            None,
            "numbers with signs of currency: write them without",
        ),
        ([f"n{number}" for number in range(40)], None, "has 40 different values in 40 rows"),
        ([number / 7 for number in range(1, 40)], "classification", "these are no classes"),
    ],
)
def test_targets_that_cannot_be_learned(read: Any, values: list[Any], task: Any, words: str) -> None:
    with pytest.raises(RanvierError, match=words):
        find_target(read(_content(values)), "y", task)


def test_decimal_commas_are_named(read: Any) -> None:
    with pytest.raises(LabelError, match=r"holds '1,5'.*`--decimal ,` reads them"):
        find_target(read("n;y\n1;1,5\n2;2,5\n", decimal="."), "y", "regression")


def test_an_unknown_column_names_the_closest(read: Any) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'price'"):
        find_target(read("price,b\n1,2\n"), "prise")
