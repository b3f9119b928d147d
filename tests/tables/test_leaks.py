from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ranvier.tables.leaks import leak_scores

ROWS = 400


@pytest.fixture
def frame() -> Any:
    generator = np.random.default_rng(0)
    noise = generator.normal(size=ROWS)
    return pa.table(
        {
            "noise": noise,
            "weak": noise + generator.normal(size=ROWS),
            "word": generator.choice(["a", "b", "c"], ROWS),
            "empty": pa.nulls(ROWS, pa.float64()),
        }
    )


def test_numbers_too_large_for_single_precision(frame: Any) -> None:
    target = np.random.default_rng(1).normal(size=ROWS)
    huge = frame.append_column("tax", pa.array(target * 1e305)).append_column("odd", pa.array([1e308] * ROWS))
    assert list(leak_scores(huge, target, classes=False, seed=0)) == ["tax"]


def test_nothing_is_found_where_nothing_leaks(frame: Any) -> None:
    target = np.random.default_rng(1).normal(size=ROWS)
    assert leak_scores(frame, target, classes=False, seed=0) == {}
    assert leak_scores(frame, target > 0, classes=True, seed=0) == {}


@pytest.mark.parametrize("curve", [lambda y: 0.19 * y + 1, np.exp, lambda y: -(y**3)])
def test_a_function_of_the_target_leaks(frame: Any, curve: Any) -> None:
    target = np.random.default_rng(1).normal(size=ROWS)
    leaky = frame.append_column("tax", pa.array(curve(target)))
    scores = leak_scores(leaky, target, classes=False, seed=0)
    assert list(scores) == ["tax"]
    assert 0.99 < scores["tax"] <= 1


def test_words_gaps_and_dates_leak(frame: Any) -> None:
    classes = np.random.default_rng(1).choice(["no", "yes"], ROWS, p=[0.9, 0.1])
    paid = [1.0 if each == "yes" else None for each in classes]
    day = datetime(2020, 1, 1)
    dates = [
        day + timedelta(days=int(number) + (400 if each == "yes" else 0))
        for number, each in enumerate(classes)
    ]
    leaky = frame.append_column("paid", pa.array(paid)).append_column(
        "state", pa.array([f"{each}!" for each in classes])
    )
    leaky = leaky.append_column("closed", pa.array(dates, pa.timestamp("us")))
    assert set(leak_scores(leaky, classes, classes=True, seed=0)) == {"paid", "state", "closed"}


def test_few_rows_tell_nothing() -> None:
    target = np.arange(20.0)
    assert leak_scores(pa.table({"x": target}), target, classes=False, seed=0) == {}
