"""Keras' layers that are not offered."""

from __future__ import annotations

import os
from typing import Any

import pytest

from ranvier import layers
from ranvier.errors import MissingNameError
from ranvier.layers.not_offered import INSTEAD


@pytest.fixture(scope="module")
def keras() -> Any:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    return pytest.importorskip("keras")


def test_every_layer_of_keras_is_offered_or_explained(keras: Any) -> None:
    names = {name for name in dir(keras.layers) if not name.startswith("_")}
    assert sorted(name for name in names - set(INSTEAD) if not hasattr(layers, name)) == []


def test_no_layer_is_both_offered_and_refused() -> None:
    assert sorted(set(INSTEAD) & set(layers.__all__)) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("LSTM", "Recurrent layers are not part of this version"),
        ("MaxPooling1D", "for images: `MaxPooling2D`"),
        ("RandomFlip", "before training"),
    ],
)
def test_sentences(name: str, sentence: str) -> None:
    with pytest.raises(MissingNameError, match=sentence):
        getattr(layers, name)
