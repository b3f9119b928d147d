from __future__ import annotations

import pytest

from ranvier.tables.statistics import ColumnStatistics
from ranvier.tables.wording import counted, shortened, values_text


def test_counted() -> None:
    assert [counted(count, "row") for count in (0, 1, 2_000)] == ["0 rows", "1 row", "2,000 rows"]


def test_texts_are_brought_into_one_harmless_line() -> None:
    assert shortened("a\n\u202eb  c", 20) == r"a \u202eb c"
    assert shortened("x" * 50) == "x" * 39 + "…"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"low": 1, "high": 3, "mean": 1.5, "quartiles": (1.0, 1.25, 2.0)},
            "1 to 3, median 1.25, mean 1.5",
        ),
        ({"low": "2020-01-02", "high": "2021-01-02"}, "2020-01-02 to 2021-01-02"),
        ({"common": (("a", 3), ("b", 1))}, "a 75%, b 25%"),
        ({}, ""),
    ],
)
def test_values(facts: dict[str, object], words: str) -> None:
    assert values_text(ColumnStatistics("v", "text", 5, 1, 2, **facts)) == words  # type: ignore[arg-type]
