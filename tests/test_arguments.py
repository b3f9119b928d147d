from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.arguments import checked_axes, checked_number, plain_integers
from ranvier.errors import ConfigurationError


@pytest.mark.parametrize("value", [0, 1, 0.5, np.float32(0.5), np.int64(1)])
def test_numbers(value: Any) -> None:
    checked = checked_number(value, "rate", minimum=0, maximum=1)
    assert type(checked) is float
    assert checked == value


@pytest.mark.parametrize("value", ["0.5", None, True, float("nan"), float("inf"), -0.1, 1.5, [0.5], 1j])
def test_what_is_no_such_number(value: Any) -> None:
    with pytest.raises(
        ConfigurationError, match=r"^`rate` must be a finite number, at least 0, at most 1; received: "
    ):
        checked_number(value, "rate", minimum=0, maximum=1)


@pytest.mark.parametrize(("given", "expected"), [(0, 0), (-1, -1), ([0, 1], (0, 1)), ((2,), (2,))])
def test_axes(given: Any, expected: Any) -> None:
    assert checked_axes(given) == expected


@pytest.mark.parametrize("given", [None, "0", 1.0, True, [], [0, "1"]])
def test_what_is_no_axis(given: Any) -> None:
    with pytest.raises(
        ConfigurationError, match=r"^`axis` must be an integer or a list of integers; received: "
    ):
        checked_axes(given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.int64(3), 3),
        ((np.int32(1), None), (1, None)),
        ([np.prod((2, 3)), 4], [6, 4]),
        ("same", "same"),
        (2.5, 2.5),
        (True, True),
    ],
)
def test_integers_of_numpy_become_plain(given: Any, expected: Any) -> None:
    received = plain_integers(given)
    assert received == expected
    assert type(received) is type(expected)
    assert "np." not in repr(received)


def test_names_are_texts() -> None:
    from ranvier import losses, metrics, optimizers

    for kind in (losses.MeanSquaredError, metrics.Mean, optimizers.SGD):
        assert kind(name="mine").name == "mine"
        for wrong in ({}, ["a"], 3):
            with pytest.raises(ConfigurationError, match="`name` must be a string"):
                kind(name=wrong)
    assert optimizers.Adam().name.startswith("adam")
