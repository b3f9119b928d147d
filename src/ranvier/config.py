"""Keras' global settings: what they are here, and which of them can be changed.

Ranvier has no hidden switches. Where a setting of Keras has one value only, reading it says which,
setting that value does nothing, and setting another raises with the way to reach the same end.
"""

from __future__ import annotations

from typing import Any, NoReturn

from ranvier.errors import UnsupportedError

__all__ = [
    "backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
]


def backend() -> str:
    """Return the name of the engine: ``"jax"``."""
    return "jax"


def set_backend(backend: str) -> None:
    """Accept ``"jax"``, the only engine.

    Raises:
        UnsupportedError: For any other.
    """
    _only("the backend", backend, "jax", "JAX is Ranvier's only engine.")


def floatx() -> str:
    """Return the dtype of weights and arithmetic where none is named: ``"float32"``."""
    return "float32"


def set_floatx(value: str) -> None:
    """Accept ``"float32"``.

    Raises:
        UnsupportedError: For any other.
    """
    _only("floatx", value, "float32", "Give a layer its `dtype` instead.")


def dtype_policy() -> str:
    """Return the name of the policy that layers follow: ``"float32"``."""
    return "float32"


def set_dtype_policy(policy: Any) -> None:
    """Accept ``"float32"``.

    Raises:
        UnsupportedError: For any other, mixed precision included.
    """
    _only("the dtype policy", getattr(policy, "name", policy), "float32", "Give a layer its `dtype` instead.")


def epsilon() -> float:
    """Return the number that keeps divisions and logarithms finite: 1e-7."""
    return 1e-7


def set_epsilon(value: float) -> None:
    """Accept 1e-7.

    Raises:
        UnsupportedError: For any other.
    """
    _only("epsilon", value, 1e-7, "Optimizers and normalisation layers take an `epsilon` of their own.")


def image_data_format() -> str:
    """Return where images have their channels: ``"channels_last"``."""
    return "channels_last"


def set_image_data_format(data_format: str) -> None:
    """Accept ``"channels_last"``.

    Raises:
        UnsupportedError: For any other.
    """
    _only("the image data format", data_format, "channels_last", "Give each layer its `data_format` instead.")


def is_traceback_filtering_enabled() -> bool:
    """Return False: tracebacks are shown as they are."""
    return False


def disable_traceback_filtering() -> None:
    """Do nothing: tracebacks are never filtered."""


def enable_traceback_filtering() -> NoReturn:
    """Refuse.

    Raises:
        UnsupportedError: Always.
    """
    raise UnsupportedError("Tracebacks are shown as they are; filtering them is not offered.")


def is_interactive_logging_enabled() -> bool:
    """Return True: progress goes to the standard output."""
    return True


def enable_interactive_logging() -> None:
    """Do nothing: progress goes to the standard output already."""


def disable_interactive_logging() -> NoReturn:
    """Refuse.

    Raises:
        UnsupportedError: Always.
    """
    raise UnsupportedError(
        "Progress through `logging` is not offered. Use `verbose=0` and a callback that logs."
    )


def is_flash_attention_enabled() -> bool:
    """Return False."""
    return False


def disable_flash_attention() -> None:
    """Do nothing: it is never used."""


def enable_flash_attention() -> NoReturn:
    """Refuse.

    Raises:
        UnsupportedError: Always.
    """
    raise UnsupportedError("Flash attention is not offered.")


def is_nnx_enabled() -> bool:
    """Return False."""
    return False


def max_epochs() -> int | None:
    """Return None: nothing limits ``fit`` but its arguments."""
    return None


def set_max_epochs(max_epochs: int | None) -> None:
    """Accept None.

    Raises:
        UnsupportedError: For a number.
    """
    _only("the largest number of epochs", max_epochs, None, "Give `fit` its `epochs`.")


def max_steps_per_epoch() -> int | None:
    """Return None: nothing limits an epoch but the data and the arguments of ``fit``."""
    return None


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Accept None.

    Raises:
        UnsupportedError: For a number.
    """
    _only("the largest number of steps", max_steps_per_epoch, None, "Give `fit` its `steps_per_epoch`.")


def enable_unsafe_deserialization() -> NoReturn:
    """Refuse.

    Raises:
        UnsupportedError: Always.
    """
    raise UnsupportedError(
        "Reading code out of a model file is not offered: a file names parts from a closed table and what you hand "
        "over. Give your own classes and functions to `load_model(..., custom_objects={...})`."
    )


def _only(what: str, received: Any, accepted: Any, instead: str) -> None:
    if received != accepted:
        raise UnsupportedError(
            f"Here {what} is {accepted!r} and cannot be changed; received: {received!r}. {instead}"
        )
