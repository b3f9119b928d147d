"""Where warnings point."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from ranvier import Sequential, callbacks, layers, notices


def test_the_line_is_the_users() -> None:
    model = Sequential([layers.Dense(1)])
    model.compile("sgd", "mse")
    data = np.ones((4, 2)), np.ones((4, 1))
    with pytest.warns(UserWarning, match="'val_loss' is not available") as caught:
        model.fit(*data, callbacks=callbacks.EarlyStopping("val_loss"), verbose=0)
    assert [each.filename for each in caught] == [__file__]


def test_the_category_is_kept() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        notices.warn("Look.", RuntimeWarning)
    assert caught[0].category is RuntimeWarning
    assert caught[0].filename == __file__
