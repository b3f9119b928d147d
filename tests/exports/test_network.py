"""Networks of every form, and what a user's own code does in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import Input, Model, Sequential, layers, ops
from ranvier.errors import UnsupportedError
from tests.exports.running import FORMATS, run_file


def rows(*shape: int, dtype: str = "float32") -> np.ndarray[Any, Any]:
    generator = np.random.default_rng(sum(shape))
    return (generator.normal(size=shape) if dtype == "float32" else generator.integers(0, 9, shape)).astype(
        dtype
    )


class Branching(Model):
    """A user's model whose call uses the engine directly."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = layers.Dense(4, "relu")
        self.last = layers.Dense(2, "softmax")

    def call(self, x: Any) -> Any:
        joined = jnp.concatenate([self.hidden(x["a"]), x["b"]], -1)
        return {"y": self.last(joined), "mean": joined.mean(-1, keepdims=True)}


class Plain(Branching):
    """A user's model of layers alone."""

    def call(self, x: Any) -> Any:
        return self.last(self.hidden(x))


class Residual(layers.Layer):
    """A user's layer of layers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.first = layers.Conv2D(3, 3, padding="same")
        self.normalization = layers.BatchNormalization()

    def call(self, x: Any, training: Any = None) -> Any:
        return ops.relu(self.normalization(self.first(x), training=training) + x)


class Own(layers.Layer):
    """A user's layer with weights of its own."""

    def build(self, shape: Any) -> None:
        self.w = self.add_weight((shape[-1], 3), name="w")

    def call(self, x: Any) -> Any:
        return jnp.sin(jnp.matmul(x, self.w.value)) + x.shape[1]


class Recurrent(Own):
    """A loop over the steps of a sequence."""

    def call(self, x: Any) -> Any:
        def step(state: Any, part: Any) -> Any:
            state = jnp.tanh(jnp.matmul(part, self.w.value) + state)
            return state, state * 2.0

        last, states = jax.lax.scan(step, jnp.zeros((x.shape[0], 3)), jnp.swapaxes(x, 0, 1), reverse=True)
        return last + states[0]


class Attention(layers.Layer):
    """Attention to what came before."""

    def build(self, shape: Any) -> None:
        self.q = self.add_weight((shape[-1], shape[-1]), name="q")

    def call(self, x: Any) -> Any:
        scores = jnp.einsum("bid,bjd->bij", jnp.matmul(x, self.q.value), x) / 2.0
        before = jnp.tril(jnp.ones((x.shape[1], x.shape[1]), bool))
        return jax.nn.gelu(jnp.matmul(jax.nn.softmax(jnp.where(before, scores, -1e9), -1), x))


class Table(layers.Layer):
    """Rows of a table by their numbers."""

    def build(self, shape: Any) -> None:
        self.table = self.add_weight((9, 3), name="table")

    def call(self, x: Any) -> Any:
        return jnp.take(jnp.asarray(self.table), x.astype("int32"), axis=0, mode="clip").mean(1)


def functional(shape: Any, *stack: Any, dtype: str = "float32") -> Any:
    x = Input(shape, dtype=dtype)
    y = x
    for each in stack:
        y = each(y)
    return Model(x, y)


def shared() -> tuple[Any, Any]:
    left, right = Input((4,), name="left"), Input((4,), name="right")
    dense = layers.Dense(3, activation="relu")
    both = layers.Concatenate()([dense(left), dense(right)])
    outputs = [
        layers.Dense(2, name="first")(both),
        layers.Dense(1, activation="sigmoid", name="second")(both),
    ]
    return Model([left, right], outputs), {"left": rows(6, 4), "right": rows(6, 4) * 2}


def named() -> tuple[Any, Any]:
    left, right = Input((4,)), Input((2, 2))
    both = layers.Concatenate()([left, layers.Flatten()(right)])
    return Model({"l": left, "r": right}, {"p": layers.Dense(2)(both), "q": both}), {
        "l": rows(6, 4),
        "r": rows(6, 2, 2),
    }


def nested() -> tuple[Any, Any]:
    inner = Sequential([Input((4,)), layers.Dense(3, "tanh"), layers.Dense(4)])
    x = Input((4,), name="x")
    return Model(x, layers.Add()([inner(x), inner(x * 0.5)]) + 1), {"x": rows(6, 4)}


def dictionary() -> tuple[Any, Any]:
    model, inputs = Branching(), {"a": rows(6, 3), "b": rows(6, 2)}
    model(inputs)
    return model, inputs


def single(model: Any, x: Any) -> tuple[Any, Any]:
    if model.graph is None:
        model(x)
        return model, {"x": x}
    return model, {model.input_names[0]: x}


CASES: dict[str, Any] = {
    "shared layers, several inputs and outputs": shared,
    "dicts": named,
    "a model within, called twice": nested,
    "a user's model with dicts": dictionary,
    "a user's model": lambda: single(Plain(), rows(6, 3)),
    "the input is the output": lambda: single(functional((4,)), rows(6, 4)),
    "whole numbers": lambda: single(
        functional((3,), layers.Dense(2), dtype="int32"), rows(6, 3, dtype="int32")
    ),
    "sizes not known": lambda: single(
        functional(
            (None, None, 3),
            layers.Conv2D(4, 3, padding="same", strides=2, activation="relu"),
            layers.GroupNormalization(2),
            layers.AveragePooling2D(3, 2, padding="same"),
            layers.UpSampling2D(interpolation="bilinear"),
            layers.GlobalMaxPooling2D(),
        ),
        rows(2, 19, 22, 3),
    ),
    "statistics of the batch": lambda: single(
        functional((3,), lambda x: layers.BatchNormalization()(x, training=True)), rows(6, 3)
    ),
    "a mask": lambda: single(
        functional((3, 4), lambda x: layers.Softmax()(x, mask=np.array([[True, True, False, True]] * 3))),
        rows(6, 3, 4),
    ),
    "a function": lambda: single(functional((3,), layers.Lambda(lambda x: jnp.sin(x) * 2.0)), rows(6, 3)),
    "a user's layer": lambda: single(functional((5,), Own(), layers.Dense(2)), rows(6, 5)),
    "a user's block": lambda: single(
        functional((6, 6, 3), Residual(), layers.MaxPooling2D()), rows(3, 6, 6, 3)
    ),
    "a loop": lambda: single(functional((6, 4), Recurrent()), rows(3, 6, 4)),
    "attention": lambda: single(functional((6, 4), Attention(), layers.LayerNormalization()), rows(3, 6, 4)),
    "a look-up": lambda: single(functional((5,), Table(), dtype="int32"), rows(6, 5, dtype="int32")),
    "half precision": lambda: single(
        functional((3,), layers.Dense(2, dtype="float16", activation="gelu")), rows(6, 3)
    ),
}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("case", CASES)
def test_predicts_as_the_model(case: str, suffix: str, tmp_path: Path) -> None:
    model, inputs = CASES[case]()
    path = tmp_path / f"m.{suffix}"
    model.export(path)
    found = run_file(path, inputs)
    given = inputs if len(inputs) > 1 else next(iter(inputs.values()))
    expected = jax.tree.leaves(model.predict(given, verbose=0))
    assert len(found) == len(expected)
    tolerance = 1e-2 if case == "half precision" else 2e-4
    for array, wanted in zip(found.values(), expected, strict=True):
        np.testing.assert_allclose(array, wanted, rtol=tolerance, atol=tolerance / 10)


def test_names_are_those_of_the_model(tmp_path: Path) -> None:
    for make, outputs in ((shared, ["first", "second"]), (named, ["p", "q"])):
        model, inputs = make()
        for suffix in FORMATS:
            model.export(tmp_path / f"m.{suffix}")
            assert list(run_file(tmp_path / f"m.{suffix}", inputs)) == outputs


def test_a_block_of_layers_keeps_the_names_of_its_layers(tmp_path: Path) -> None:
    model = functional((6, 6, 3), Residual(name="block"))
    model.export(tmp_path / "m.py")
    text = (tmp_path / "m.py").read_text()
    assert "# block/conv2d (Conv2D)" in text
    assert "batch_normalization(" in text


def test_reading_a_block_leaves_its_layers_as_they_were(tmp_path: Path) -> None:
    block = Residual()
    model = functional((6, 6, 3), block)
    before = len(block.first._nodes)
    model.export(tmp_path / "m.py")
    assert len(block.first._nodes) == before


class Noisy(layers.Layer):
    """Different at each call."""

    def call(self, x: Any) -> Any:
        return ops.fft((x, x))[0]


@pytest.mark.parametrize(
    ("stack", "sentence"),
    [
        (
            lambda x: layers.Dropout(0.5, name="drop")(x, training=True),
            "layer 'drop' .Dropout. .* random numbers",
        ),
        (Noisy(name="waves"), "layer 'waves' .Noisy. .* operation 'complex'"),
        (lambda x: x[:1] + 0.0, "slices an axis whose size is not known"),
        (lambda x: ops.reshape(x, (-1,)), "a row for each row"),
    ],
)
def test_what_has_no_form_in_a_file(stack: Any, sentence: str, tmp_path: Path) -> None:
    model = functional((4,), stack)
    for suffix in FORMATS:
        with pytest.raises(UnsupportedError, match=sentence):
            model.export(tmp_path / f"m.{suffix}")
    assert list(tmp_path.iterdir()) == []
