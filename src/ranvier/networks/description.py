"""A layer as JSON types, and back, by a closed table of classes and those the user hands over."""

from __future__ import annotations

import inspect
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jax

from ranvier.errors import FileFormatError, UnsupportedError, unknown_name
from ranvier.layers import REGISTRY, Layer
from ranvier.layers.configuration import constructor_parameters
from ranvier.networks.arguments import decoded, encoded
from ranvier.registry import CustomObjects, custom_object, custom_object_scope, registered_name
from ranvier.symbolic import Spec
from ranvier.types import Configuration

Prepare = Callable[[Layer], None]
"""Told of each layer that is built from a description, before it has weights."""


MOST_LAYERS = 10_000
"""The most layers, and calls of them, that a file may describe; more take minutes to build and are not trained."""


class _Active(threading.local):
    """What one description, of a whole network, has met so far; one for each thread."""

    def __init__(self) -> None:
        self.described: dict[int, tuple[Layer, dict[str, Any]]] | None = None
        self.built: dict[int, Layer] | None = None
        self.prepare: Prepare | None = None


_active = _Active()


@contextmanager
def describing() -> Iterator[None]:
    """Describe several layers as one network, so that a layer met twice is described once."""
    if _active.described is not None:
        yield
        return
    _active.described = {}
    try:
        yield
    finally:
        _active.described = None


@contextmanager
def building(custom_objects: CustomObjects | None = None, prepare: Prepare | None = None) -> Iterator[None]:
    """Build several layers as one network, so that a layer described once is one object.

    Args:
        custom_objects: A user's own classes and functions by name.
        prepare: Told of each layer.
    """
    with custom_object_scope(custom_objects or {}):
        if _active.built is not None:
            yield
            return
        _active.built, _active.prepare = {}, prepare
        try:
            yield
        finally:
            _active.built = _active.prepare = None


def require_few_layers(description: Any) -> None:
    """Refuse a description of more layers than anyone trains, before the first of them is built.

    Args:
        description: JSON types.

    Raises:
        FileFormatError: If there are more than :data:`MOST_LAYERS`.
    """
    remaining, counted = [description], Counter[str]()
    while remaining:
        part = remaining.pop()
        if isinstance(part, Mapping):
            for name in ("layers", "calls"):
                counted[name] += len(part[name]) if isinstance(part.get(name), list) else 0
            remaining.extend(part.values())
        elif isinstance(part, list):
            remaining.extend(part)
    for name, count in counted.items():
        if count > MOST_LAYERS:
            raise FileFormatError(
                f"The network would have {count:,} {name}, where {MOST_LAYERS:,} are allowed; the file is damaged, or "
                "made to do harm."
            )


def describe_layer(layer: Layer) -> Configuration:
    """Describe a layer or model by its class and configuration.

    Returns:
        ``class_name``, ``name``, ``config`` and ``registered_name``; ``build`` where the inputs have to be
        known beside the configuration; for a layer met before in the same network a reference to it.

    Raises:
        UnsupportedError: If the configuration is not known.
    """
    with describing():
        assert _active.described is not None
        if id(layer) in _active.described:
            _, first = _active.described[id(layer)]
            first.setdefault("number", sum("number" in each for _, each in _active.described.values()))
            return {"class_name": first["class_name"], "shared": first["number"]}
        kind = type(layer)
        entry: dict[str, Any] = {"class_name": kind.__name__, "name": layer.name}
        _active.described[id(layer)] = (layer, entry)
        entry["config"] = _configuration(layer)
        entry["registered_name"] = registered_name(kind)
        specs = getattr(layer, "built_for", None)
        if specs is not None:
            entry["build"] = encoded(specs)
        return entry


def build_layer(description: Any, custom_objects: CustomObjects | None = None) -> Layer:
    """Build the layer that :func:`describe_layer` described.

    Args:
        description: The description.
        custom_objects: A user's own classes and functions by name.

    Raises:
        FileFormatError: If it is none, names a class that is not known, or the class refuses it.
    """
    if not isinstance(description, Mapping) or not isinstance(description.get("class_name"), str):
        raise FileFormatError(
            f"Expected the description of a layer with `class_name`; received: {description!r:.100}."
        )
    with building(custom_objects):
        assert _active.built is not None
        if "shared" in description:
            found = _active.built.get(description["shared"]) if type(description["shared"]) is int else None
            if found is None:
                raise FileFormatError(
                    "The network refers to a layer that it does not hold; the file is damaged."
                )
            return found
        layer = _built(description)
        if type(description.get("number")) is int:
            _active.built[description["number"]] = layer
        return layer


def _built(description: Mapping[str, Any]) -> Layer:
    config, name = description.get("config"), description.get("name")
    kind = _class_of(description["class_name"], description.get("registered_name"))
    if not isinstance(config, dict):
        raise FileFormatError(f"The layer {name!r:.100} has no configuration; the file is damaged.")
    try:
        layer = kind.from_config(dict(config))
        if not isinstance(layer, Layer):
            raise TypeError(f"`from_config` of {kind.__name__} must return a layer; received: {layer!r:.100}")
        if isinstance(name, str) and "/" not in name and name != layer.name:
            layer.name = name
        if _active.prepare is not None:
            _active.prepare(layer)
        if "build" in description and not layer.built:
            layer.build_for(jax.tree.map(_with_batch, decoded(description["build"])))  # type: ignore[attr-defined]
    except FileFormatError:
        raise
    # Whatever a class, a user's own too, says of a configuration that does not suit it.
    except Exception as error:
        raise FileFormatError(
            f"The layer {name!r:.100} ({description['class_name']!r:.100}) cannot be built from its configuration: "
            f"{type(error).__name__}: {error!s:.500}"
        ) from error
    return layer


def _with_batch(spec: Spec) -> Spec:
    # Some number of rows, since a network may be run to be built.
    return Spec((1, *spec.shape[1:]), spec.dtype)


def _class_of(name: str, registered: Any) -> type[Layer]:
    found = custom_object(registered) if isinstance(registered, str) else None
    if found is None:
        found = custom_object(name)
    if found is None and registered is None:
        found = REGISTRY.entries.get(name)
    if name == "Lambda" and found is None:
        raise FileFormatError(
            "The network holds a `Lambda` layer, which is code, and a file is never run. Write its function as a "
            "layer class, build the network with it, and load the weights with `load_weights`."
        )
    if found is None:
        hint = str(unknown_name("layer", name[:100], REGISTRY.entries)).partition(". ")[2]
        raise FileFormatError(
            f"The class {name[:100]!r} of a layer is neither Ranvier's own nor known otherwise. {hint} If it is yours, "
            f"load the file in Python with custom_objects={{{name[:100]!r}: {name[:100]}}}, or put "
            "`@register_keras_serializable()` before the class; a file never names code to import."
        )
    # A name must not make a file call any other function that the user has registered.
    if not (inspect.isclass(found) and issubclass(found, Layer)):
        raise FileFormatError(f"The network names {name[:100]!r} as a layer, which is: {found!r:.100}.")
    return found


def _configuration(layer: Layer) -> Configuration:
    kind = type(layer)
    try:
        config = layer.get_config()
    except NotImplementedError as error:
        if isinstance(error, UnsupportedError):
            raise
        raise UnsupportedError(
            f"The layer {layer.name!r} ({kind.__name__}) cannot be written to a file, because its `get_config` is "
            "not implemented. Return the arguments of its constructor by name, or save the weights alone."
        ) from error
    if not isinstance(config, dict):
        raise UnsupportedError(
            f"`get_config` of {kind.__name__} must return a dict with the arguments of the constructor; "
            f"received: {config!r:.100}."
        )
    definer = next(base for base in kind.__mro__ if "get_config" in vars(base))
    if _is_own(kind) or not _is_own(definer):
        return config
    return _checked_arguments(kind, config)


def _checked_arguments(kind: Any, config: Configuration) -> Configuration:
    """Refuse a user's class whose arguments nobody knows; drop what its constructor does not take."""
    taken = constructor_parameters(kind)
    base = next(each for each in kind.__mro__ if _is_own(each))
    unknown = [name for name in taken if name not in constructor_parameters(base) and name not in config]
    if unknown:
        raise UnsupportedError(
            f"The class {kind.__name__} cannot be written to a file, because it has no `get_config` that tells the "
            f"arguments {unknown} of its constructor. Add `def get_config(self): return {{**super().get_config(), "
            f"{unknown[0]!r}: self.{unknown[0]}}}`, or save the weights alone with `save_weights`."
        )
    return {
        name: value
        for name, value in config.items()
        if name in (*taken, "layers", "calls", "inputs", "outputs")
    }


def _is_own(kind: type[Any]) -> bool:
    return kind.__module__.partition(".")[0] == "ranvier"
