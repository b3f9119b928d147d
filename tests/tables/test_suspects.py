from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.tables.suspects import reason_to_leave_out

N = 40
SHUFFLED = np.random.default_rng(0).permutation(N).tolist()


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("id", SHUFFLED, "different in every row"),
        ("PassengerId", SHUFFLED, "different in every row"),
        ("customer_id", SHUFFLED, "different in every row"),
        ("Unnamed: 0", SHUFFLED, "different in every row"),
        ("x", range(100, 100 + N), "different in every row"),
        ("name", [f"n{number}" for number in range(N)], "different in nearly every row"),
        ("name", [f"n{max(number, 1)}" for number in range(N)], "different in nearly every row"),
        ("x", [1] * N, "the same value in every row"),
        ("x", [""] * N, "no value"),
        ("x", SHUFFLED, None),
        ("width", SHUFFLED, None),
        ("humid", SHUFFLED, None),
        ("id", [1, 2] * (N // 2), None),
        ("x", [1, ""] * (N // 2), None),
        ("x", [f"n{number % 30}" for number in range(N)], None),
        ("x", [number / 3 for number in SHUFFLED], None),
    ],
)
def test_reasons(read: Any, name: str, values: Any, reason: str | None) -> None:
    table = read(f"{name},y\n" + "".join(f"{value},0\n" for value in values))
    column = table.columns[0]
    found = reason_to_leave_out(column, table.frame.column(0))
    assert found is None if reason is None else reason in found


def test_few_rows_tell_nothing(read: Any) -> None:
    table = read("name,y\n" + "".join(f"n{number},0\n" for number in range(10)))
    assert reason_to_leave_out(table.columns[0], table.frame.column(0)) is None
