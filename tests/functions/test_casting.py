from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.functions.casting import as_floats, like


@pytest.mark.parametrize(
    ("given", "expected"),
    [(1, "float32"), ([True, False], "float32"), (np.ones(2, np.int8), "float32"), (1.5, "float32")],
)
def test_what_is_no_float_becomes_float32(given: object, expected: str) -> None:
    assert str(as_floats(given).dtype) == expected  # type: ignore[arg-type]


def test_a_float_dtype_is_kept() -> None:
    half = jnp.ones(2, jnp.bfloat16)
    assert as_floats(half) is half


@pytest.mark.usefixtures("strict_promotion")
def test_a_number_takes_the_dtype_of_the_array() -> None:
    half = jnp.ones(2, jnp.float16)
    assert str((half * like(np.float32(2), half)).dtype) == "float16"
