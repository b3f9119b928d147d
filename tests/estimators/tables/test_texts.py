from __future__ import annotations

import numpy as np
import pytest

from ranvier.estimators.tables.texts import Texts, texts_of


def numbers(texts: list[str | None]) -> Texts:
    return texts_of(texts)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1", " 2.5 ", "-1e3", ".5"], [1.0, 2.5, -1000.0, 0.5]),
        (["1", None], [1.0, np.nan]),
        (["1", "two"], None),
        (["01067", "10115"], None),
        ([None], None),
    ],
)
def test_texts_that_are_numbers(texts: list[str | None], expected: list[float] | None) -> None:
    found = texts_of(texts).as_numbers()
    if expected is None:
        assert found is None
    else:
        np.testing.assert_array_equal(found, expected)


def test_texts_that_are_dates() -> None:
    found = texts_of(["1970-01-02", None, "1970-01-01T01:00:00Z", "1970-01-01 00:00"]).as_dates()
    np.testing.assert_array_equal(found, [86400.0, np.nan, 3600.0, 0.0])
    assert texts_of(["1970-02-30"]).as_dates() is None
    assert texts_of(["1970-01-02", "later"]).as_dates() is None


def test_what_is_a_number_or_a_date_among_others() -> None:
    texts = texts_of(["1", "x", "1970-01-02", "1970-02-30", None])
    np.testing.assert_array_equal(texts.numbers_within(), [1.0, np.nan, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(texts.dates_within(), [np.nan, np.nan, 86400.0, np.nan, np.nan])
    assert texts.counts().tolist() == [1, 1, 1, 1]
