"""The engine's own errors in words; a user's pass through."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import ConfigurationError, ShapeError
from ranvier.tracing import explained, shapes_of_results, values_at_hand

SPEC = jax.ShapeDtypeStruct((3, 2), "float32")


def decide(x: Any) -> Any:
    return x.sum(0) if x.sum() > -1 else x


def fail(_: Any) -> Any:
    raise ValueError("their own")


@pytest.mark.parametrize(
    ("function", "kind", "sentence"),
    [
        (decide, ConfigurationError, "The part used an array of the compiled program"),
        (lambda x: jnp.asarray(np.tanh(np.asarray(x))), ConfigurationError, "in a NumPy function"),
        (lambda x: jnp.zeros(int(x[0, 0])), ConfigurationError, "as a number"),
        (lambda x: x @ x, ShapeError, "in the engine's words: "),
        (lambda x: x[0, 0, 0], ShapeError, "Too many indices"),
        (fail, ValueError, r"^their own$"),
    ],
)
def test_errors(function: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence) as caught, explained("The part"):
        jax.eval_shape(function, SPEC)
    assert not any("JAX" in note for note in getattr(caught.value, "__notes__", []))


def test_shapes() -> None:
    assert shapes_of_results(lambda x: x.T, SPEC, "The part").shape == (2, 3)
    with pytest.raises(ConfigurationError):
        shapes_of_results(decide, SPEC, "The part")
    with values_at_hand(True):
        assert shapes_of_results(decide, SPEC, "The part").shape == (2,)
    with values_at_hand(False), pytest.raises(ConfigurationError):
        shapes_of_results(decide, SPEC, "The part")
