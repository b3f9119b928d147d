"""The configuration of a model in Keras' form, translated into the description that Ranvier's files hold.

Keras names tensors by layer, call of the layer, and output; Ranvier numbers the calls of a network.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ranvier.errors import FileFormatError, UnsupportedFileError
from ranvier.networks.arguments import encoded
from ranvier.networks.description import MOST_LAYERS
from ranvier.registry import custom_object
from ranvier.storage.keras import tensorflow_calls
from ranvier.storage.keras.calls import Place, argument, calls_of, entry_name, is_place, place_of, places_of
from ranvier.storage.keras.layer_reading import (
    custom_class,
    input_layer,
    is_custom,
    is_shape,
    layer_config,
    lists_layers,
    own_class,
    refuse_changed,
)
from ranvier.storage.keras.objects import code_refused, from_keras, own_name, plain_label, require_known
from ranvier.storage.keras.operations import call_arguments, is_operation, operation_of
from ranvier.symbolic import Spec
from ranvier.types import Configuration

_GRAPH = ("layers", "input_layers", "output_layers")
_DEEPEST = 100


class Translation:
    """One configuration on its way.

    Args:
        old: Whether Keras 2 wrote it, which puts single inputs and outputs into lists.
        version: The version of Keras that wrote it, where that is known.
    """

    def __init__(self, *, old: bool, version: str = "") -> None:
        self.old = old
        self._before_tensorflow_2 = re.fullmatch(r"(1|2\.[0-3])(\.\d+)*", version) is not None
        self._shared: dict[Any, int] = {}
        self._depth = 0

    def layer(self, entry: Any) -> Configuration:
        """Translate the description of a layer or model.

        Args:
            entry: JSON types.

        Raises:
            FileFormatError: If it is no such description.
            UnsupportedFileError: If it holds something that Ranvier does not have.
        """
        if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
            raise FileFormatError(
                f"Expected the description of a layer with `class_name`; received: {entry!r:.100}."
            )
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FileFormatError(f"The network is nested more than {_DEEPEST} models deep.")
        try:
            number = entry.get("shared_object_id")
            known = isinstance(number, int | str)
            if known and number in self._shared:
                return {"class_name": own_class(entry), "shared": self._shared[number]}
            found = self._new_layer(entry)
            if known:
                # Numbered once all layers inside have their numbers, in the order in which they are built.
                self._shared[number] = found["number"] = len(self._shared)
            return found
        finally:
            self._depth -= 1

    def _new_layer(self, entry: dict[str, Any]) -> Configuration:
        name, config = entry["class_name"], entry.get("config")
        if name == "Lambda" and custom_object(name) is None:
            raise code_refused(name)
        if isinstance(config, list) and name == "Sequential":  # the oldest files
            config = {"layers": config}
        if isinstance(config, dict) and isinstance(config.get("name"), str):
            config = {**config, "name": plain_label(config["name"])}
        if not isinstance(config, dict):
            raise FileFormatError(f"The layer {name!r:.100} has no configuration; the file is damaged.")
        described: Configuration = {"class_name": own_class(entry), "registered_name": own_name(entry)}
        label = config.get("name", entry.get("name"))
        if isinstance(label, str):
            described["name"] = plain_label(label)
        if set(_GRAPH) <= set(config):
            described["config"] = self._graph(config)
        elif name == "Sequential" or lists_layers(config):
            described["config"] = self._stack(config, entry.get("build_config"))
        else:
            require_known(name, entry)
            described["config"] = layer_config(name, config, own=is_custom(entry))
            if self.old:
                refuse_changed(described["config"])
            if self._before_tensorflow_2 and described["config"].get("interpolation") == "bilinear":
                raise UnsupportedFileError(
                    f"The layer {label!r:.100} is interpolated between pixels as before TensorFlow 2, which put their "
                    "centres elsewhere. Build the network yourself, and load the weights with `load_weights`, if the "
                    "manner of TensorFlow 2 will do."
                )
            if hasattr(custom_class(entry), "build_for"):
                _add_build(described, entry.get("build_config"))
        return described

    def _stack(self, config: dict[str, Any], build_config: Any) -> Configuration:
        entries = config.get("layers")
        if not isinstance(entries, list):
            raise FileFormatError("The file describes a `Sequential` without layers; it is damaged.")
        _require_few("layers", len(entries))
        layers = [self.layer(entry) for entry in entries]
        shape = config.get("build_input_shape") or _given(build_config, "input_shape")
        known = any(layer["class_name"] == "InputLayer" for layer in layers[:1])
        first = layers[0].get("config", {}) if layers else {}
        declared = isinstance(first, dict) and {"batch_input_shape", "input_shape"} & set(first)
        if is_shape(shape) and len(shape) > 1 and layers and not known and not declared:
            layers.insert(0, input_layer(shape))
        kept = {
            key: value for key, value in config.items() if key not in ("layers", "build_input_shape", "dtype")
        }
        return {**from_keras(kept), "layers": layers}

    # -- graphs ---------------------------------------------------------------------------------

    def _graph(self, config: dict[str, Any]) -> Configuration:
        entries = config["layers"]
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise FileFormatError("The file describes a network without a list of layers; it is damaged.")
        _require_few("layers", len(entries))
        return _GraphTranslation(self, entries).translated(config)


class _GraphTranslation:
    """The calls of one graph: sorted so that each stands after those it needs."""

    def __init__(self, owner: Translation, entries: list[dict[str, Any]]) -> None:
        self.owner = owner
        self.entries = {entry_name(entry): entry for entry in entries}
        if len(self.entries) != len(entries):
            raise FileFormatError("The network holds two layers of one name; the file is damaged.")
        self.calls = {name: calls_of(entry) for name, entry in self.entries.items()}
        _require_few("calls", sum(len(calls) for calls in self.calls.values()))
        self.layers: list[Configuration] = []
        self.numbers: dict[str, int] = {}
        self.inputs: list[str] = []
        self.done: dict[tuple[str, int], int] = {}
        self.results: list[Configuration] = []

    def translated(self, config: dict[str, Any]) -> Configuration:
        """Translate the whole."""
        self.inputs = list(dict.fromkeys(place[0] for place in places_of(config["input_layers"])))
        others = [name for name, entry in self.entries.items() if name not in self.inputs]
        for name in (*self.inputs, *others):
            if name not in self.entries:
                raise _unknown_layer(name)
            if not is_operation(self.entries[name]):
                self.numbers[name] = len(self.layers)
                self.layers.append(self._layer(name))
        # Keras 3 counts the making of a model within this one as a call of it, here and nowhere else.
        more = Counter({} if self.owner.old else {name: 1 for name in self.entries if self._is_graph(name)})
        results = [
            (name, number - more[name], index) for name, number, index in places_of(config["output_layers"])
        ]
        shift = self._shift([*self._references(), *results])
        self._sort(shift)
        outer = {
            key: value for key, value in config.items() if key not in (*_GRAPH, "dtype", "name", "trainable")
        }
        own = {key: config[key] for key in ("name", "trainable") if config.get(key) is not None}
        return {
            **own,
            **from_keras(outer),
            "layers": self.layers,
            "calls": self.results,
            "inputs": self._structure(config["input_layers"], {}),
            "outputs": self._structure(config["output_layers"], shift + more),
        }

    def _layer(self, name: str) -> Configuration:
        described = self.owner.layer(self.entries[name])
        if "shared" not in described:
            described["name"] = name
            if isinstance(described.get("config"), dict) and "name" in described["config"]:
                described["config"]["name"] = name
        return described

    def _references(self) -> list[Place]:
        return [place for calls in self.calls.values() for call in calls for place in call.places]

    def _is_graph(self, name: str) -> bool:
        config = self.entries[name].get("config")
        return isinstance(config, dict) and set(_GRAPH) <= set(config)

    def _sort(self, shift: Mapping[str, int]) -> None:
        """Make the calls, each once the tensors it needs are there and the layer's earlier calls are made."""
        waiting: dict[tuple[str, int], list[tuple[str, int]]] = {}
        missing: Counter[tuple[str, int]] = Counter()
        ready = []
        for name, calls in self.calls.items():
            for index, call in enumerate(calls):
                needed = {(layer, number - shift.get(layer, 0)) for layer, number, _ in call.places}
                needed |= {(name, index - 1)} if index else set()
                needed = {each for each in needed if each[0] not in self.inputs}
                for each in needed:
                    if each[0] not in self.calls or not 0 <= each[1] < len(self.calls[each[0]]):
                        raise _unknown_layer(each[0])
                    waiting.setdefault(each, []).append((name, index))
                missing[name, index] = len(needed)
                if not needed:
                    ready.append((name, index))
        position = 0
        while position < len(ready):
            key = ready[position]
            position += 1
            self.done[key] = len(self.results)
            self.results.append(self._call(*key, shift))
            for other in waiting.get(key, ()):
                missing[other] -= 1
                if missing[other] == 0:
                    ready.append(other)
        if len(ready) != len(missing):
            raise FileFormatError("The network goes round in circles; the file is damaged.")

    def _shift(self, places: list[Place]) -> Counter[str]:
        """Find the layers whose calls are not counted from zero.

        Keras 2 counts the making of a model as its first call, and some versions of Keras 3 count the calls of a
        layer in other models too. Every call is referred to, so the last of them tells.
        """
        highest: dict[str, int] = {}
        for name, number, _ in places:
            highest[name] = max(number, highest.get(name, 0))
        return Counter(
            {name: max(number + 1 - len(self.calls.get(name, ())), 0) for name, number in highest.items()}
        )

    def _call(self, name: str, index: int, shift: Mapping[str, int]) -> Configuration:
        entry, call = self.entries[name], self.calls[name][index]
        args = [self._argument(each, shift) for each in call.args]
        kwargs = {key: self._argument(each, shift) for key, each in call.kwargs.items()}
        if not is_operation(entry):
            kept = {key: each for key, each in kwargs.items() if each is not None}
            return {"of": self.numbers[name], "name": name, "arguments": [args, kept]}
        config = entry.get("config")
        if entry["class_name"] in tensorflow_calls.CLASSES:
            operation, arguments = tensorflow_calls.tensorflow_call(config, args, kwargs)
            return {"of": operation, "name": name, "arguments": arguments}
        row = operation_of(entry["class_name"])
        settings = {key: argument(each) for key, each in (config if isinstance(config, dict) else {}).items()}
        return {"of": row.name, "name": name, "arguments": list(call_arguments(row, settings, args, kwargs))}

    def _argument(self, value: Any, shift: Mapping[str, int]) -> Any:
        return argument(value, lambda place: self._tensor(place, shift))

    def _tensor(self, place: Place, shift: Mapping[str, int]) -> Any:
        name, number, index = place
        if name in self.inputs:
            return {"__tensor__": [-1, self.inputs.index(name)]}
        key = (name, number - shift.get(name, 0))
        if key not in self.done:
            raise _unknown_layer(name)
        return {"__tensor__": [self.done[key], index]}

    def _structure(self, value: Any, shift: Mapping[str, int]) -> Any:
        if is_place(value):
            return self._tensor(place_of(value), shift)
        if isinstance(value, list):
            found = [self._structure(item, shift) for item in value]
            return found[0] if self.owner.old and len(found) == 1 else found
        if isinstance(value, dict):
            return {key: self._structure(item, shift) for key, item in value.items()}
        raise FileFormatError(
            f"The network has inputs or outputs that make no sense; received: {value!r:.100}."
        )


def _unknown_layer(name: str) -> FileFormatError:
    return FileFormatError(
        f"The network refers to {name!r:.100}, which it does not hold; the file is damaged."
    )


def _require_few(what: str, count: int) -> None:
    if count > MOST_LAYERS:
        raise FileFormatError(
            f"The network would have {count:,} {what}, where {MOST_LAYERS:,} are allowed; the file is damaged, or "
            "made to do harm."
        )


def _given(config: Any, key: str) -> Any:
    return config.get(key) if isinstance(config, dict) else None


def _add_build(described: Configuration, build_config: Any) -> None:
    """Keep the shapes of the inputs of a model whose layers only its own code knows."""
    shapes = _given(build_config, "input_shape") or _given(build_config, "shapes_dict")
    if shapes:
        described["build"] = _specs(shapes)


def _specs(shapes: Any) -> Any:
    if is_shape(shapes):
        return encoded(Spec((None, *shapes[1:]), "float32"))
    if isinstance(shapes, dict):
        return {str(key): _specs(each) for key, each in shapes.items()}
    if isinstance(shapes, list):
        return [_specs(each) for each in shapes]
    raise FileFormatError(
        f"The file tells the shape of inputs in a way that makes no sense; received: {shapes!r:.100}."
    )
