"""Methods of models that Keras itself has given up, with what to call instead."""

from __future__ import annotations

from typing import Any, TypeVar

from ranvier.errors import MissingNameError

T = TypeVar("T")

_GENERATOR = "`{name}` takes generators too."

INSTEAD = {
    "evaluate_generator": _GENERATOR.format(name="evaluate"),
    "fit_generator": _GENERATOR.format(name="fit"),
    "predict_classes": "Use `predict(x).argmax(axis=-1)`, or for a single sigmoid `(predict(x) > 0.5).astype(int)`.",
    "predict_generator": _GENERATOR.format(name="predict"),
    "predict_proba": "`predict` returns probabilities where the last activation is a softmax or sigmoid.",
    "reset_states": "It belongs to recurrent layers, which are not part of this version.",
    "to_yaml": "Use `to_json`.",
}
"""What to do, in whole sentences."""


class Removed:
    """Stands in a class for a method that is no more: asking an object for it raises, ``hasattr`` is false.

    Args:
        name: The method.
        instead: What to do, in whole sentences.
    """

    def __init__(self, name: str, instead: str) -> None:
        self.name = name
        self.instead = instead

    def __get__(self, instance: Any, owner: type) -> Removed:
        if instance is None:
            return self
        raise MissingNameError(f"{owner.__name__!r} object has no method {self.name!r}. {self.instead}")


def explain_removed(model: type[T]) -> type[T]:
    """Put a sentence in the place of each method that Keras had once.

    Args:
        model: The class of models.
    """
    for name, instead in INSTEAD.items():
        setattr(model, name, Removed(name, instead))
    return model
