"""One layer's class and configuration, from Keras' form into Ranvier's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ranvier.errors import UnsupportedFileError
from ranvier.registry import custom_object
from ranvier.storage.keras.objects import from_keras, own_name, plain_name, without_neutral
from ranvier.types import Configuration

_GRAPH_CLASSES = ("Functional", "Model")


def own_class(entry: dict[str, Any]) -> str:
    """Return Ranvier's name of a layer's class."""
    name = str(entry["class_name"])
    return "Model" if name in _GRAPH_CLASSES and not is_custom(entry) else plain_name(name)


def custom_class(entry: dict[str, Any]) -> Any:
    """Return a user's own class of that name, or None."""
    name = entry["class_name"]
    names = [each for each in (own_name(entry), name, plain_name(name)) if isinstance(each, str)]
    return next((found for each in names if (found := custom_object(each)) is not None), None)


def is_custom(entry: dict[str, Any]) -> bool:
    """Tell whether a layer is of a user's own class."""
    return custom_class(entry) is not None


def lists_layers(config: dict[str, Any]) -> bool:
    """Tell whether a class of a user's own keeps a stack of layers, as `Sequential` does."""
    layers = config.get("layers")
    return (
        isinstance(layers, list)
        and bool(layers)
        and all(isinstance(each, dict) and {"class_name", "config"} <= set(each) for each in layers)
    )


def refuse_changed(config: Mapping[str, Any]) -> None:
    """Refuse what is another function in Keras 2 than the one that now has its name."""
    if config.get("activation") == "hard_sigmoid" and custom_object("hard_sigmoid") is None:
        raise UnsupportedFileError(
            f"The layer {config.get('name')!r:.100} uses the activation 'hard_sigmoid' of Keras 2, "
            "clip(0.2 * x + 0.5, 0, 1), where that of Keras 3 and of Ranvier is clip(x / 6 + 0.5, 0, 1). Pass a "
            "function of your own: custom_objects={'hard_sigmoid': ...}."
        )


def layer_config(name: str, config: dict[str, Any], *, own: bool) -> dict[str, Any]:
    """Translate the configuration of a layer that is no network.

    Args:
        name: The class.
        config: In Keras' form.
        own: Whether it is a user's own class, whose arguments are not known here.

    Raises:
        UnsupportedFileError: If it asks for something that Ranvier does not have.
    """
    translated = from_keras(config)
    if own:
        return dict(translated)
    translated = without_neutral(name, translated)
    if name == "InputLayer":
        return _input_config(translated)
    if name.endswith("Normalization") and name != "Normalization":
        axis = translated.get("axis")
        # A list of one stands for the one.
        if isinstance(axis, list) and len(axis) == 1:
            translated["axis"] = axis[0]
    return translated


def _input_config(config: dict[str, Any]) -> dict[str, Any]:
    shape = config.pop("batch_input_shape", config.get("batch_shape"))
    unknown = sorted(set(config) - {"batch_shape", "dtype", "name", "trainable"})
    if unknown:
        raise UnsupportedFileError(
            f"The file holds an input with {unknown[0]!r:.50}, which Ranvier does not offer."
        )
    return {
        "batch_shape": shape,
        **{key: config[key] for key in ("dtype", "name") if config.get(key) is not None},
    }


def input_layer(shape: list[Any]) -> Configuration:
    """Describe an input of a shape whose first size is that of the batch."""
    return {
        "class_name": "InputLayer",
        "config": {"batch_shape": [None, *shape[1:]]},
        "registered_name": None,
    }


def is_shape(value: Any) -> bool:
    """Tell whether a value is a list of sizes."""
    return isinstance(value, list) and all(size is None or type(size) is int for size in value)
