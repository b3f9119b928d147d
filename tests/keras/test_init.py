"""``ranvier.keras``: Keras' tree under Keras' name, for programs whose package was renamed."""

from __future__ import annotations

import importlib

import pytest

import ranvier
import ranvier.keras
from ranvier import keras
from ranvier.compat import MissingModuleError, MissingNameError
from ranvier.compat.preprocessing import sequence
from ranvier.symbolic import SymbolicTensor


def test_there_are_no_copies() -> None:
    from ranvier.keras.layers import Dense
    from ranvier.keras.models import Sequential
    from ranvier.keras.optimizers.schedules import ExponentialDecay

    assert importlib.import_module("ranvier.keras.layers") is ranvier.layers
    assert keras.layers.Dense is Dense is ranvier.layers.Dense
    assert keras.Sequential is Sequential is ranvier.Sequential
    assert ranvier.optimizers.schedules.ExponentialDecay is ExponentialDecay
    assert keras.KerasTensor is SymbolicTensor
    assert keras.InputSpec is ranvier.layers.InputSpec


def test_every_listed_name_is_there() -> None:
    for name in dir(keras):
        assert getattr(keras, name) is not None
    assert keras.version() == keras.__version__
    assert int(keras.__version__.split(".")[0]) == 3


def test_preprocessing() -> None:
    assert keras.preprocessing.sequence is sequence
    assert sequence.pad_sequences([[1], [2, 3]]).tolist() == [[0, 1], [2, 3]]
    with pytest.raises(MissingNameError, match="Pillow"):
        keras.preprocessing.image  # noqa: B018
    assert not hasattr(keras.preprocessing, "__no_such__")


def test_missing_names() -> None:
    with pytest.raises(MissingNameError, match="Trained networks"):
        keras.applications  # noqa: B018
    with pytest.raises(MissingNameError, match="'Sequential'"):
        keras.Sequentail  # noqa: B018
    with pytest.raises(MissingModuleError, match="Trained networks"):
        importlib.import_module("ranvier.keras.applications")
    assert not hasattr(keras, "perceptron")
    assert not hasattr(keras, "__no_such__")
