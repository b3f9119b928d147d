from __future__ import annotations

import numpy as np
import pytest

from ranvier.estimators.tables.encoding import Encoded
from ranvier.estimators.tables.first_weights import first_weights, indicator_values
from ranvier.estimators.tables.forward import activated, dense, features
from ranvier.estimators.tables.network import Architecture, weight_shapes

ARCHITECTURE = Architecture(5, (4, 3), (20,), (64, 32), 3, "selu", True, True, True)


def rows(count: int) -> Encoded:
    generator = np.random.default_rng(0)
    return Encoded(
        generator.normal(size=(count, 5)).astype(np.float32),
        np.stack([generator.integers(0, size, count) for size in (4, 3)], axis=1).astype(np.uint8),
        generator.integers(0, 20, (count, 1)).astype(np.uint8),
    )


def test_fitted_sums_have_variance_one_and_kinks_among_the_rows() -> None:
    data = rows(500)
    weights = first_weights(ARCHITECTURE, data, fitted=True, generator=np.random.default_rng(1))
    assert {name: value.shape for name, value in weights.items()} == weight_shapes(ARCHITECTURE)
    assert all(value.dtype == np.float32 for value in weights.values())
    values = features(data, ARCHITECTURE, weights)
    for number, layer in enumerate(("hidden_1", "hidden_2", "output"), 1):
        sums = dense(layer, values, weights)
        np.testing.assert_allclose(sums.std(axis=0), 1.0, rtol=1e-3)
        # Minus a mean of five rows' sums: the deviation of such means is about 1 / sqrt(3).
        assert (sums.min(axis=0) < 0).all()
        assert (sums.max(axis=0) > 0).all()
        if layer != "output":
            values = activated(ARCHITECTURE, number, sums, weights)


def test_plain_weights_are_normal_and_the_last_are_zero() -> None:
    plain = Architecture(5, (4, 3), (20,), (300, 200), 3, "selu", False, False, True)
    weights = first_weights(plain, rows(50), fitted=False, generator=np.random.default_rng(1))
    assert {name: value.shape for name, value in weights.items()} == weight_shapes(plain)
    assert abs(weights["hidden_2/kernel"].std() - 1.0) < 0.02
    assert abs(weights["hidden_2/bias"].std() - 1.0) < 0.2
    assert not weights["output/kernel"].any()
    assert not weights["output/bias"].any()


def test_rows_that_are_all_alike_give_finite_weights() -> None:
    data = rows(4).take([0, 0, 0])
    weights = first_weights(ARCHITECTURE, data, fitted=True, generator=np.random.default_rng(1))
    assert all(np.isfinite(value).all() for value in weights.values())


@pytest.mark.parametrize("codes", [[1, 1, 1, 2, 0], [1, 2, 2, 2, 2], [1, 1, 1, 1, 1]])
def test_indicators_are_scaled_as_numbers_are(codes: list[int]) -> None:
    column = np.array([{1: 1.0, 2: -1.0, 0: 0.0}[code] for code in codes])
    low, middle, high = np.quantile(column, (0.25, 0.5, 0.75))
    width = high - low or (column.max() - column.min()) / 2
    z = (np.array([1.0, -1.0, 0.0]) - middle) * (1 / width if width else 0.0)
    weights = indicator_values((3,), np.array(codes, np.uint8)[:, None])
    found = [weights[f"levels/{name}"][0] for name in ("on", "off", "absent")]
    np.testing.assert_allclose(found, z / np.sqrt(1 + z**2 / 9), rtol=1e-6)
