"""The engine's operations in both kinds of file, many in one network, so that little is compiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from ranvier import Input, Model, layers
from ranvier.errors import UnsupportedError
from ranvier.exports.traced.rules import RULES
from tests.exports.running import FORMATS, run_file

Function = Callable[[Any], Any]

ELEMENTWISE: dict[str, Function] = {
    **{
        name: getattr(jnp, name)
        for name in (
            *(
                "abs",
                "arctan",
                "arcsinh",
                "ceil",
                "cos",
                "cosh",
                "exp",
                "expm1",
                "floor",
                "negative",
                "sign",
                "sin",
            ),
            *("sinh", "square", "tan", "tanh", "cbrt", "exp2", "round", "isnan", "isfinite"),
        )
    },
    "arccos": lambda x: jnp.arccos(jnp.tanh(x)),
    "arccosh": lambda x: jnp.arccosh(1.0 + jnp.abs(x)),
    "arcsin": lambda x: jnp.arcsin(jnp.tanh(x)),
    "arctanh": lambda x: jnp.arctanh(jnp.tanh(x) * 0.9),
    "atan of a ratio": lambda x: jnp.arctan(x / (1.0 + x * x)),
    "erf": lax.erf,
    "erfc": lax.erfc,
    "log": lambda x: jnp.log(jnp.abs(x) + 0.1),
    "log1p": lambda x: jnp.log1p(jnp.abs(x)),
    "logistic": lax.logistic,
    "rsqrt": lambda x: lax.rsqrt(jnp.abs(x) + 0.1),
    "sqrt": lambda x: jnp.sqrt(jnp.abs(x)),
    "power": lambda x: jnp.power(jnp.abs(x) + 0.1, 1.7),
    "cube": lambda x: x**3,
    "round away from zero": lambda x: lax.round(x * 2.0, lax.RoundingMethod.AWAY_FROM_ZERO),
    "clamp": lambda x: lax.clamp(-0.5, x, 0.5),
    "remainder": lambda x: jnp.fmod(x, 0.7),
    "modulo": lambda x: jnp.mod(x, 0.7),
    "whole division": lambda x: ((x * 10.0).astype("int32") // 3).astype("float32"),
    "logic": lambda x: jnp.logical_xor((x > 0.0) & (x < 1.0) | ~(x >= -1.0), x <= 0.3).astype("float32"),
    "equality": lambda x: ((jnp.round(x) == 1.0) | (jnp.round(x) != 0.0)).astype("int32"),
    "to truth": lambda x: jnp.where(jnp.round(x).astype(bool), x, 2.0),
    "choice of three": lambda x: lax.select_n((x > 0.0).astype("int32") + (x > 1.0), x, x * 2.0, x * 3.0),
    "least and largest": lambda x: jnp.maximum(jnp.minimum(x, 0.5), -0.5),
}

STRUCTURAL: dict[str, Function] = {
    "reverse": lambda x: jnp.flip(x, 1),
    "slice": lambda x: x[:, 1:, ::2],
    "last": lambda x: x[:, -1],
    "pick": lambda x: x[:, jnp.array([2, 0, 0])],
    "pick along": lambda x: jnp.take_along_axis(x, jnp.argmax(x, axis=2, keepdims=True), axis=2),
    "pick by computed places": lambda x: jnp.take(x[:, 0], jnp.array([[3, 1], [0, 2]]), axis=1),
    "look-up": lambda x: jnp.take(jnp.arange(12.0).reshape(4, 3), jnp.argmax(x, axis=2), axis=0, mode="clip"),
    "split": lambda x: jnp.concatenate(jnp.split(x, 2, axis=2)[::-1], axis=2),
    "stack": lambda x: jnp.stack([x, x * 2.0], axis=1),
    "tile": lambda x: jnp.tile(x, (1, 2, 1)),
    "repeat": lambda x: jnp.repeat(x, 3, axis=1),
    "pad": lambda x: jnp.pad(x, ((0, 0), (1, 2), (0, 1)), constant_values=2.0),
    "cut": lambda x: lax.pad(x, 0.0, ((0, 0, 0), (-1, 1, 0), (0, -2, 0))),
    "places": lambda x: x + jnp.arange(4.0),
    "rows": lambda x: x * x.shape[0],
    "roll": lambda x: jnp.roll(x, 1, axis=2),
    "pick at pairs of places": lambda x: x[..., np.array([0, 1]), np.array([1, 2])],
    "pick at a table of pairs": lambda x: x[:, np.array([[2, 0]]), np.array([[3], [1]])],
    "pick backwards": lambda x: x[:, ::-1, 1:],
    "window": lambda x: lax.dynamic_slice_in_dim(x, 1, 2, axis=2),
    "sort": lambda x: jnp.sort(x, axis=2),
    "largest": lambda x: lax.top_k(x, 2)[0],
    "places of the largest": lambda x: lax.top_k(x, 2)[1],
    "cumulated": lambda x: jnp.cumsum(x, axis=2),
    "transpose": lambda x: jnp.transpose(x, (0, 2, 1)),
    "squeeze": lambda x: jnp.squeeze(x[:, None], 1),
    "fill": lambda x: jnp.ones((x.shape[0], 2)) * 3.0,
    "triangle": lambda x: jnp.tril(jnp.matmul(x, jnp.swapaxes(x, 1, 2))),
}

CONTRACTIONS: dict[str, Function] = {
    **{
        name: (lambda x, name=name: getattr(jnp, name)(x, axis=2))
        for name in ("sum", "prod", "max", "min", "mean")
    },
    "deviation": lambda x: jnp.std(x, axis=(1, 2)),
    "all": lambda x: jnp.all(x > -1.0, axis=2).astype("int32"),
    "any": lambda x: jnp.any(x > 1.0, axis=2).astype("int32"),
    "place of the largest": lambda x: jnp.argmax(x, axis=1),
    "place of the least": lambda x: jnp.argmin(x, axis=2),
    "log of a sum": lambda x: jax.nn.logsumexp(x, axis=2),
    "product": lambda x: jnp.einsum("bij,bkj->bik", x, x),
    "product with a matrix": lambda x: jnp.matmul(x, jnp.arange(8.0).reshape(4, 2)),
    "product with a vector": lambda x: jnp.matmul(x, jnp.arange(4.0)),
    "inner": lambda x: jnp.sum(x[:, :1] * x[:, 1:], axis=2),
    "convolution in one dimension": lambda x: lax.conv_general_dilated(
        x, jnp.arange(16.0).reshape(2, 4, 2), (1,), [(1, 0)], dimension_numbers=("NWC", "WIO", "NWC")
    ),
    "convolution, channels in front": lambda x: lax.conv_general_dilated(
        x[:, None], jnp.arange(8.0).reshape(2, 1, 2, 2), (1, 2), "VALID", rhs_dilation=(1, 1)
    ),
    "largest of windows": lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2), (1, 1, 2), "VALID"),
    "sums of windows": lambda x: lax.reduce_window(x, 0.0, lax.add, (1, 2, 2), (1, 1, 1), "SAME"),
}


TABLES = {"elementwise": ELEMENTWISE, "structural": STRUCTURAL, "contractions": CONTRACTIONS}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_operations(table: dict[str, Function], tmp_path: Path) -> None:
    x = Input((3, 4), name="x")
    outputs = [
        layers.Lambda(function, name=f"f{number}")(x) for number, function in enumerate(table.values())
    ]
    model = Model(x, outputs)
    rows = np.random.default_rng(0).normal(0, 1, (5, 3, 4)).astype("float32")
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        expected = model.predict(rows, verbose=0)
        for suffix in FORMATS:
            model.export(tmp_path / f"m.{suffix}")
            found = run_file(tmp_path / f"m.{suffix}", {"x": rows}).values()
            for name, array, wanted in zip(table, found, expected, strict=True):
                np.testing.assert_allclose(
                    array, wanted, rtol=2e-4, atol=2e-5, err_msg=f"{name} in .{suffix}"
                )


REFUSED: dict[str, tuple[Function, str]] = {
    "numbers of rows": (lambda x: x + jnp.arange(x.shape[0])[:, None, None], "numbers the rows"),
    "rows reversed": (lambda x: x[::-1], "size that is not known"),
    "a part of the rows": (lambda x: x[:2] + 0.0, "whose size is not known"),
    "sorted by another": (lambda x: lax.sort((x, -x), num_keys=1)[1], "sorts several arrays"),
    "spread inputs": (
        lambda x: lax.conv_transpose(x[..., None], jnp.ones((2, 2, 1, 1)), (2, 2), "VALID"),
        "transposed convolution",
    ),
    "padding between": (lambda x: lax.pad(x, 0.0, ((0, 0, 0), (0, 0, 1), (0, 0, 0))), "pads between"),
    "sums from the end": (lambda x: lax.cumsum(x, axis=2, reverse=True), "sums from the end"),
    "bits": (lambda x: (x.astype("int32") & 1).astype("float32"), "bits of whole numbers"),
    "a long loop": (
        lambda x: lax.fori_loop(0, 1000, lambda _, y: y * 0.5, x),
        "loop of more than 256 rounds",
    ),
    "an unknown operation": (lambda x: lax.bessel_i0e(x), "operation 'bessel_i0e'"),
    "a size as a number": (lambda x: x.reshape(int(x.shape[0]), 12), "without knowing the number of rows"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_rule_knows(case: str, tmp_path: Path) -> None:
    function, sentence = REFUSED[case]
    x = Input((3, 4))
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        model = Model(x, layers.Lambda(function, name="mine")(x))
        with pytest.raises(UnsupportedError, match=f"layer 'mine' .Lambda. cannot be exported.*{sentence}"):
            model.export(tmp_path / "m.py")


def test_every_rule_is_met() -> None:
    # `copy` and the like stand for nothing; the others are in the tables above.
    assert len(RULES) > 80
