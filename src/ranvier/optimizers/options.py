"""The arguments that every optimizer takes beside its own."""

from __future__ import annotations

from typing import Any, TypedDict

from ranvier.errors import ConfigurationError, UnsupportedError, unknown_name


class CommonOptions(TypedDict, total=False):
    """Options of every optimizer, as in Keras; :class:`~ranvier.optimizers.Optimizer` explains them."""

    weight_decay: float | None
    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
    name: str | None


OPTION_NAMES = tuple(CommonOptions.__annotations__)


def refuse_unknown(unknown: dict[str, Any], optimizer: type, known: tuple[str, ...]) -> None:
    """Raise for arguments that an optimizer does not have.

    Args:
        unknown: What came, by name.
        optimizer: The optimizer's class.
        known: The names of its own arguments.

    Raises:
        UnsupportedError: For ``decay`` of older Keras.
        ConfigurationError: For anything else.
    """
    # It would do nothing, and stands in many a program for Keras 2.
    if not unknown.get("decay", 1.0):
        unknown = {name: value for name, value in unknown.items() if name != "decay"}
    if not unknown:
        return
    name, value = next(iter(unknown.items()))
    if name == "decay":
        raise UnsupportedError(
            f"`decay` belonged to optimizers of Keras 2; received: decay={value!r}. For the same effect, set "
            f"learning_rate=InverseTimeDecay(initial_learning_rate, decay_steps=1, decay_rate={value!r}), "
            f"or use `weight_decay` to shrink the weights."
        )
    if name == "lr":
        raise ConfigurationError(
            f"`lr` is named `learning_rate`; received: {optimizer.__name__}(lr={value!r}). "
            f"Write {optimizer.__name__}(learning_rate={value!r})."
        )
    raise unknown_name(f"argument of {optimizer.__name__}", name, ["learning_rate", *known, *OPTION_NAMES])
