from __future__ import annotations

from typing import Any

import numpy as np

from ranvier.layers import BatchNormalization, Dense, Input, Layer
from ranvier.models import Model, Sequential
from ranvier.storage.weight_paths import weight_paths
from ranvier.variable import Variable


class Block(Layer):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dense = Dense(2)
        self.parts = [Dense(2), {"last": Dense(2)}]
        self.scale = Variable(np.ones(2, np.float32))
        self.same = self.dense

    def build(self, input_shape: Any) -> None:
        self.first = self.add_weight((2,), name="w")
        self.second = self.add_weight((2,), name="w")
        self.third = self.add_weight((2,), name="dense/kernel")

    def call(self, inputs: Any) -> Any:
        hidden = self.dense(inputs) * self.scale + self.first + self.second + self.third
        return self.parts[1]["last"](self.parts[0](hidden))


def test_names_do_not_depend_on_automatic_names() -> None:
    def model() -> Sequential:
        return Sequential([Input((3,)), Dense(2), BatchNormalization(), Dense(1, name="out")])

    expected = ["dense/kernel", "dense/bias", "batch_normalization/gamma", "batch_normalization/beta"]
    expected += ["batch_normalization/moving_mean", "batch_normalization/moving_variance"]
    assert list(weight_paths(model())) == [*expected, "dense_1/kernel", "dense_1/bias"]
    assert list(weight_paths(model())) == list(weight_paths(model()))


def test_a_users_layer_is_read_by_its_attributes() -> None:
    block = Block()
    block(np.zeros((1, 2), np.float32))
    paths = weight_paths(block)
    assert set(paths) == {
        *("w", "w_1", "dense/kernel", "scale", "dense/kernel_1", "dense/bias"),
        *("parts/0/kernel", "parts/0/bias", "parts/1/last/kernel", "parts/1/last/bias"),
    }
    assert [id(each) for each in paths.values()] == [id(each) for each in block.variables]


def test_shared_weights_stand_once_and_nested_ones_below_their_model() -> None:
    shared = Dense(3)
    inner_input = Input((3,))
    inner = Model(inner_input, shared(inner_input))
    outer_input = Input((3,))
    outer = Model(outer_input, [shared(outer_input), inner(outer_input), Dense(3)(outer_input)])
    assert set(weight_paths(outer)) == {"dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"}
    other = Model(outer_input, Dense(2)(inner(outer_input)))
    assert list(weight_paths(other))[:2] == ["model/dense/kernel", "model/dense/bias"]
