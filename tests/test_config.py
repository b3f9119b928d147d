"""Global settings: what they are, and the sentence for those that cannot be changed."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

from ranvier import config
from ranvier.errors import UnsupportedError


def test_every_setting_of_keras_is_answered() -> None:
    offered = {name for name in dir(keras.config) if not name.startswith("_")}
    assert offered - set(config.__all__) == set()


@pytest.mark.parametrize(
    "name", ["backend", "floatx", "epsilon", "image_data_format", "is_nnx_enabled", "max_epochs"]
)
def test_values_are_those_of_keras(name: str) -> None:
    assert getattr(config, name)() == getattr(keras.config, name)()


@pytest.mark.parametrize(
    ("setter", "accepted", "refused", "sentence"),
    [
        (config.set_backend, "jax", "torch", "the backend is 'jax'"),
        (config.set_floatx, "float32", "float16", "Give a layer its `dtype`"),
        (config.set_dtype_policy, "float32", "mixed_float16", "the dtype policy is 'float32'"),
        (config.set_epsilon, 1e-7, 1e-3, "received: 0.001"),
        (config.set_image_data_format, "channels_last", "channels_first", "`data_format`"),
        (config.set_max_epochs, None, 3, "`epochs`"),
        (config.set_max_steps_per_epoch, None, 3, "`steps_per_epoch`"),
    ],
)
def test_the_one_value_is_accepted_and_others_are_refused(
    setter: Callable[[Any], None], accepted: Any, refused: Any, sentence: str
) -> None:
    setter(accepted)
    with pytest.raises(UnsupportedError, match=sentence):
        setter(refused)


def test_what_is_so_already_can_be_asked_for() -> None:
    config.disable_traceback_filtering()
    config.enable_interactive_logging()
    config.disable_flash_attention()
    assert not config.is_traceback_filtering_enabled()
    assert config.is_interactive_logging_enabled()
    assert not config.is_flash_attention_enabled()
    assert config.dtype_policy() == "float32"
    assert config.max_steps_per_epoch() is None


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (config.enable_unsafe_deserialization, "custom_objects"),
        (config.enable_flash_attention, "not offered"),
        (config.enable_traceback_filtering, "as they are"),
        (config.disable_interactive_logging, "verbose=0"),
    ],
)
def test_what_is_not_offered_says_so(refused: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(UnsupportedError, match=sentence):
        refused()
