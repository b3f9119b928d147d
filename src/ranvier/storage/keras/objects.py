"""The parts of a configuration that are objects, in Keras' form and in Ranvier's.

Both describe an object by ``class_name`` and ``config``. Keras adds a module, which is never imported here: it
only tells what Keras itself has, and a name that Ranvier does not know stays unknown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ranvier import constraints, initializers, losses, metrics, optimizers, regularizers
from ranvier.errors import FileFormatError, UnsupportedError, UnsupportedFileError
from ranvier.layers import REGISTRY as LAYERS
from ranvier.layers.not_offered import INSTEAD
from ranvier.optimizers import schedules
from ranvier.registry import Registry, custom_object

_MODULES: dict[str, tuple[str, Registry]] = {
    "initializer": ("keras.initializers", initializers.REGISTRY),
    "regularizer": ("keras.regularizers", regularizers.REGISTRY),
    "constraint": ("keras.constraints", constraints.REGISTRY),
    "schedule": ("keras.optimizers.schedules", schedules._registry),
    "optimizer": ("keras.optimizers", optimizers.lookup._registry),
    "loss": ("keras.losses", losses.lookup.REGISTRY),
    "metric": ("keras.metrics", metrics.lookup.REGISTRY),
    "layer": ("keras.layers", LAYERS),
}
"""Where Keras keeps the classes of a kind."""

_ARRAYS = ("__numpy__", "__tensor__", "__ndarray__")
_CODE = ("__lambda__", "__bytes__", "__typespec__")
_OLD_LISTS = ("TensorShape", "__tuple__")
_OF_KERAS = ("keras", "tf_keras")
_DEFAULT_PACKAGE = "Custom>"
_POLICIES = ("DTypePolicy", "Policy", "FloatDTypePolicy")
_NOT_IN_KERAS = {
    "FunctionConstraint": "function",
    "FunctionRegularizer": "function",
    "GivenValues": None,
    **dict.fromkeys(
        (
            *("CategoryEmbedding", "CategoryIndicators", "FadingDropout", "FeatureScale"),
            *("ParametricActivation", "PeriodicEmbedding", "ScaledDense"),
        )
    ),
}
"""Classes of Ranvier that Keras lacks, with the argument that holds what Keras would be given instead."""

# Keras leaves these classes' dtype at what they count with, which Ranvier does not name.
_WITHOUT_DTYPE = ("BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU")

_NEUTRAL: dict[str, Any] = {
    "build_input_shape": ...,
    "implementation": ...,
    "keras_api_names": ...,
    "lora_alpha": ...,
    "lora_rank": None,
    "optional": False,
    "quantization_config": None,
    "quantization_mode": None,
    "ragged": False,
    "renorm_clipping": None,
    "renorm_momentum": ...,
    "sparse": False,
    "virtual_batch_size": None,
    "fused": ...,
    "adjustment": None,
}
"""Arguments that Ranvier's layers do not have, with the value at which they change nothing; any where it is dots."""


def from_keras(value: Any) -> Any:
    """Turn a value of Keras' configuration into Ranvier's form.

    Args:
        value: JSON types.

    Raises:
        UnsupportedFileError: If it holds code, or something that Ranvier does not have.
        FileFormatError: If it makes no sense.
    """
    if isinstance(value, list):
        return [from_keras(item) for item in value]
    if not isinstance(value, dict):
        return value
    name, config = value.get("class_name"), value.get("config")
    if name in _OLD_LISTS and isinstance(value.get("items"), list):
        return from_keras(value["items"])
    if not isinstance(name, str) or "config" not in value:
        return {key: from_keras(item) for key, item in value.items()}
    if name in _ARRAYS:
        return _array(config)
    if name in _CODE or name == "Lambda":
        raise code_refused(name)
    if name in _POLICIES or name.endswith("DTypePolicy"):
        return _dtype(name, config)
    if name == "function":
        function = config if isinstance(config, str) else value.get("registered_name")
        return {"class_name": "function", "config": function, "registered_name": value.get("registered_name")}
    require_known(name, value)
    name = plain_name(name)
    translated = from_keras(config) if isinstance(config, dict) else config
    if name in _WITHOUT_DTYPE and isinstance(translated, dict):
        translated.pop("dtype", None)
    return {"class_name": name, "config": translated, "registered_name": own_name(value)}


def code_refused(name: str) -> UnsupportedFileError:
    """Build the error for a function that stands in the file as code."""
    return UnsupportedFileError(
        f"The file holds a function as code ({name[:50]}), which is never run. Write it as the `call` of a `Layer` "
        "class, build the network with it, and load the weights with `load_weights`."
    )


def require_known(name: str, entry: Mapping[str, Any]) -> None:
    """Refuse what Keras has and Ranvier does not, by its name.

    Args:
        name: The class.
        entry: Its description.

    Raises:
        UnsupportedFileError: With what to use instead.
    """
    module, plain = entry.get("module"), plain_name(name)
    if any(custom_object(each) is not None for each in (name, plain, own_name(entry)) if each):
        return
    if any(plain in registry.entries for _, registry in _MODULES.values()):
        return
    of_keras = isinstance(module, str) and module.split(".")[0] in (*_OF_KERAS, "keras_hub")
    if name in INSTEAD or of_keras:
        raise UnsupportedFileError(
            f"The file uses Keras' {name[:100]!r}, which Ranvier does not have. {INSTEAD.get(name, '')}".rstrip()
        )


def own_name(entry: Mapping[str, Any]) -> str | None:
    """Return the name under which a user has registered a class, or None for one of Keras' own."""
    name, module, kind = entry.get("registered_name"), entry.get("module"), entry.get("class_name")
    if isinstance(module, str) and module.split(".")[0] in _OF_KERAS:
        return None
    if not isinstance(name, str) and isinstance(kind, str) and ">" in kind:
        name = kind  # files without modules know no other name
    if not isinstance(name, str) or name == plain_name(str(kind)):
        return None
    # TensorFlow 2.12 registered its own optimizers like this.
    return None if name == f"{_DEFAULT_PACKAGE}{plain_name(name)}" and custom_object(name) is None else name


def plain_name(name: str) -> str:
    """Return the name of a class without the package under which it was registered."""
    return name.rpartition(">")[2]


def plain_label(name: str) -> str:
    """Return the name of a layer as Ranvier has it; in Keras 2 it may hold slashes.

    Args:
        name: The name in the file.

    Raises:
        FileFormatError: If it would lead elsewhere as the name of a folder.
    """
    if "/" in name and (name.startswith("/") or ".." in name.split("/")):
        raise FileFormatError(f"The file names a layer like a place on the disk; received: {name!r:.100}.")
    return name.replace("/", "_")


def without_neutral(name: str, config: dict[str, Any]) -> dict[str, Any]:
    """Drop the arguments of a layer of Keras that Ranvier's does not have, where they change nothing.

    Args:
        name: The class.
        config: Its configuration, translated.

    Raises:
        UnsupportedFileError: If one would change something.
    """
    kept = {}
    for argument, value in config.items():
        if argument == "noise_shape" and value is None and name.startswith("Spatial"):
            continue  # Keras 2 writes what the class gives to the one it derives from
        if argument not in _NEUTRAL:
            kept[argument] = value
        elif _NEUTRAL[argument] is not ... and value not in (_NEUTRAL[argument], None):
            raise UnsupportedFileError(
                f"The file holds the layer {name!r} with {argument}={value!r:.50}, which Ranvier does not offer."
            )
    return kept


def _array(config: Any) -> Any:
    value = config.get("value") if isinstance(config, dict) else None
    if not isinstance(value, list | int | float):
        raise FileFormatError(f"The file holds an array that makes no sense; received: {config!r:.100}.")
    return value


def _dtype(name: str, config: Any) -> str:
    dtype = config.get("name") if isinstance(config, dict) else None
    if not isinstance(dtype, str):
        raise FileFormatError(f"The file holds a dtype that makes no sense; received: {config!r:.100}.")
    if dtype.startswith("mixed_") or name not in _POLICIES:
        raise UnsupportedFileError(
            f"The file asks for the dtype {dtype!r:.50}; Ranvier computes in one precision, not in several. Save the "
            "model with the dtype policy 'float32'."
        )
    return dtype


def to_keras(value: Any, kind: str | None = None) -> Any:
    """Turn a value of Ranvier's configuration into Keras' form.

    Args:
        value: JSON types.
        kind: What it is where an object is described: ``"initializer"``, ``"loss"``; None where not known.

    Raises:
        UnsupportedError: If Keras has no such thing.
    """
    if isinstance(value, list | tuple):
        return [to_keras(item, kind) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return value
    if not isinstance(value, Mapping):
        return value
    name, config = value.get("class_name"), value.get("config")
    if not isinstance(name, str) or "config" not in value:
        return {key: to_keras(item, _kind_of(key) or kind) for key, item in value.items()}
    if name == "function":
        return {"module": "builtins", "class_name": name, "config": config, "registered_name": config}
    own = value.get("registered_name")
    if name in _NOT_IN_KERAS and own is None:
        given = _NOT_IN_KERAS[name]
        if given is not None and isinstance(config, Mapping):
            return to_keras(config[given])
        require_in_keras(name)
    module = None if own is not None else module_of(name, kind)
    translated = to_keras(config) if isinstance(config, Mapping) else config
    if name in _WITHOUT_DTYPE and module == "keras.metrics" and isinstance(translated, dict):
        translated.pop("dtype", None)
    registered = own or (name if module is None else None)
    return {"module": module, "class_name": name, "config": translated, "registered_name": registered}


def require_in_keras(name: str) -> None:
    """Refuse a class that Ranvier has and Keras has not.

    Raises:
        UnsupportedError: Naming it.
    """
    if name in _NOT_IN_KERAS:
        raise UnsupportedError(
            f"Keras' files cannot hold {name!r}, which Keras does not have. Save the model as `.safetensors`."
        )


def module_of(name: str, kind: str | None = None) -> str | None:
    """Return Keras' module of a class, or None where Keras has none of that name."""
    kinds = [kind, *_MODULES] if kind in _MODULES else list(_MODULES)
    for each in kinds:
        module, registry = _MODULES[str(each)]
        if name in registry.entries:
            return module
    return None


def kind_of_class(kind: Any) -> str | None:
    """Return what a class is a kind of, such as ``"loss"``, or None."""
    return next((name for name, (_, table) in _MODULES.items() if table.takes(kind)), None)


def registries(module: Any = None) -> list[Registry]:
    """List the tables of all kinds of object that a description may name.

    Args:
        module: Keras' module that it names; its table comes first, since losses and metrics share names.
    """
    return [table for _, table in sorted(_MODULES.values(), key=lambda entry: entry[0] != module)]


def _kind_of(argument: str) -> str | None:
    if argument == "learning_rate":
        return "schedule"
    kind = argument.rpartition("_")[2]
    return kind if kind in _MODULES else None
