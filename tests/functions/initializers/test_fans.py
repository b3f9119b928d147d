from __future__ import annotations

from typing import Any

import pytest
from keras.src.initializers.random_initializers import compute_fans as keras_fans

from ranvier.errors import ShapeError
from ranvier.functions.initializers import compute_fans

CASES: list[tuple[tuple[int, ...], dict[str, Any], tuple[int, int]]] = [
    ((), {}, (1, 1)),
    ((7,), {}, (7, 7)),
    ((784, 128), {}, (784, 128)),
    ((5, 3, 16), {}, (15, 80)),
    ((3, 3, 16, 32), {}, (144, 288)),
    ((2, 3, 4, 5), {"input_axes": [0, 1], "output_axes": [-1]}, (6, 5)),
    ((2, 3), {"input_axes": [], "output_axes": [1]}, (1, 3)),
]


@pytest.mark.parametrize(("shape", "options", "expected"), CASES)
def test_by_hand_and_equal_to_keras(
    shape: tuple[int, ...], options: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert compute_fans(shape, **options) == expected == keras_fans(shape, **options)


def test_missing_axis() -> None:
    with pytest.raises(ShapeError, match=r"axes \(0, 2\); received shape \(2, 3\), which has no axis 2"):
        compute_fans((2, 3), input_axes=[0, 2], output_axes=[1])
