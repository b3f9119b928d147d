from __future__ import annotations

import pytest

import ranvier.datasets


def test_every_data_set_is_there():
    for name in ranvier.datasets.__all__:
        assert callable(getattr(ranvier.datasets, name).load_data)
        assert "load_data" in getattr(ranvier.datasets, name).__all__
    assert {*ranvier.datasets.__all__} <= {*dir(ranvier.datasets)}


def test_unknown_data_set():
    with pytest.raises(
        AttributeError, match="has no attribute 'mnst'; it has: breast_cancer, california_housing"
    ):
        _ = ranvier.datasets.mnst
