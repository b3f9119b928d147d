from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ranvier.errors import DataError
from ranvier.tables.columns import Column
from ranvier.tables.conversion import converted_blocks
from ranvier.tables.reading import ReadingOptions
from ranvier.tables.sources import open_source


def converted(path: Path, column: Column) -> list[Any]:
    with open_source(str(path), ReadingOptions()) as source:
        return [
            value
            for block in converted_blocks(source, [column], ReadingOptions())
            for value in block[0].to_pylist()
        ]


def test_dates_that_had_no_form_are_read_with_and_without_a_zone(write: Callable[..., Path]) -> None:
    path = write("d,a\n2020-01-02 03:00:00.000000+0100,1\n2020-01-02,2\n,3\n2020-01-02T03:04Z,4\n")
    assert converted(path, Column("d", "date")) == [
        datetime(2020, 1, 2, 2),
        datetime(2020, 1, 2),
        None,
        datetime(2020, 1, 2, 3, 4),
    ]
    with pytest.raises(DataError, match="received something else in row 1: '2020-01-02 03"):
        converted(path, Column("d", "date", "ISO 8601"))


@pytest.mark.parametrize(
    ("kind", "text", "remedy"),
    [
        (
            "number",
            '"1.234,5"',
            r"numbers with points between thousands, add `--decimal , --thousands \.`\.",
        ),
        ("integer", "many words", "add `--missing 'many words'`"),
        ("date", '"1,5"', "add `--missing 1,5`"),
    ],
)
def test_what_to_do_about_other_values(write: Callable[..., Path], kind: Any, text: str, remedy: str) -> None:
    with pytest.raises(DataError, match=remedy):
        converted(write(f"v,a\n{text},1\n"), Column("v", kind))
