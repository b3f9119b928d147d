"""A word where a training would change nothing."""

from __future__ import annotations

from ranvier import notices
from ranvier.training.view import NetworkView


def report_frozen(view: NetworkView) -> None:
    """Warn if every weight of a network is frozen.

    Programs written for Keras 2 freeze a discriminator for the sake of a second model and go on
    training it: there, what counted was ``trainable`` at ``compile``.

    Args:
        view: The network that is about to be trained.
    """
    if view.trained or not any(layer.variables and not layer.trainable for layer in view.layers):
        return
    notices.warn(
        f"The model {view.network.name!r} has no weight to train: `trainable` is False for all of its layers, so "
        "this training changes none. As in Keras 3, `trainable` counts at the time of training, not of `compile`. "
        "Set `trainable = True` before training this model, and to False again before training another with it."
    )
