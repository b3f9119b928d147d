"""A network without anything to train."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from ranvier import Sequential, layers
from ranvier.errors import ConfigurationError

DATA = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")


@pytest.mark.parametrize("method", ["fit", "train_on_batch"])
def test_a_frozen_network_is_reported(method: str) -> None:
    model = Sequential([layers.Dense(1)], name="judge")
    model.compile("sgd", "mse")
    model.build((None, 2))
    options = {"verbose": 0} if method == "fit" else {}
    kernel = model.get_weights()[0]
    model.trainable = False
    with pytest.warns(UserWarning, match="'judge' has no weight to train.*not of `compile`"):
        getattr(model, method)(*DATA, **options)
    np.testing.assert_array_equal(model.get_weights()[0], kernel)
    model.trainable = True
    with pytest.raises(ConfigurationError, match=r"call `model.compile` again"):
        getattr(model, method)(*DATA, **options)
    model.compile("sgd", "mse")
    getattr(model, method)(*DATA, **options)
    assert not np.array_equal(model.get_weights()[0], kernel)


def test_neither_a_part_nor_a_network_without_weights_is() -> None:
    part = Sequential([layers.Dense(2, trainable=False), layers.Dense(1)])
    without = Sequential([layers.Rescaling(0.5), layers.Flatten()])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for model, targets in ((part, DATA[1]), (without, DATA[0])):
            model.compile("sgd", "mse")
            model.fit(DATA[0], targets, verbose=0)
