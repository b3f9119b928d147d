"""Methods that Keras has given up."""

from __future__ import annotations

import pytest

from ranvier import Model, Sequential, layers
from ranvier.errors import MissingNameError
from ranvier.models.removed import INSTEAD


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("predict_classes", r"'Sequential' object has no method 'predict_classes'. Use `predict\(x\).argmax"),
        ("fit_generator", "`fit` takes generators too"),
        ("to_yaml", "Use `to_json`"),
    ],
)
def test_sentences(name: str, sentence: str) -> None:
    with pytest.raises(MissingNameError, match=sentence):
        getattr(Sequential(), name)


def test_they_are_no_attributes_and_the_names_are_free() -> None:
    class Classifier(Model):
        def predict_classes(self, x: object) -> object:
            return x

    model = Sequential([layers.Dense(1)])
    assert not any(hasattr(model, name) for name in INSTEAD)
    assert Classifier().predict_classes(3) == 3
