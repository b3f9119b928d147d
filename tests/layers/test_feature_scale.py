from __future__ import annotations

import numpy as np
import pytest

from ranvier import layers
from ranvier.errors import ShapeError


def test_each_feature_has_a_factor_that_begins_with_one() -> None:
    layer = layers.FeatureScale()
    x = np.array([[1.0, 2.0, 3.0]], "float32")
    np.testing.assert_array_equal(layer(x), x)

    layer.set_weights([np.array([2.0, 0.0, -1.0])])
    np.testing.assert_array_equal(layer(x), [[2.0, 0.0, -3.0]])


def test_an_unknown_number_of_features_is_refused() -> None:
    with pytest.raises(ShapeError, match="known last dimension"):
        layers.FeatureScale().build((None, None))
