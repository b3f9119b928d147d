"""The description of a network in Ranvier's form, translated into the configuration that Keras reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ranvier.errors import UnsupportedError
from ranvier.storage.keras.objects import module_of, require_in_keras, to_keras
from ranvier.storage.keras.operations import split_arguments
from ranvier.types import Configuration

_FUNCTIONAL = {
    "module": "keras.src.models.functional",
    "class_name": "Functional",
    "registered_name": "Functional",
}
_STACK = {"module": "keras", "class_name": "Sequential", "registered_name": None}

# What Ranvier's layers take and Keras' do not.
_UNKNOWN_TO_KERAS = {"SpatialDropout1D": ("trainable",), "SpatialDropout2D": ("trainable",)}


class KerasTranslation:
    """One description on its way.

    Args:
        older: Whether the configuration is for the older form of files, which cannot hold everything.
    """

    def __init__(self, *, older: bool = False) -> None:
        self.older = older
        self.calls: Counter[int] = Counter()
        """How often Keras will have called each layer of several models when it has built what was translated."""
        self._numbered: dict[int, Configuration] = {}

    def layer(self, described: Mapping[str, Any]) -> Configuration:
        """Translate the description of a layer or model.

        Args:
            described: What :func:`~ranvier.networks.description.describe_layer` returned.

        Raises:
            UnsupportedError: If Keras' form cannot hold it.
        """
        if "shared" in described:
            entry = self._numbered[described["shared"]]
            if self.older:
                raise UnsupportedError(
                    f"Keras' older files (.h5) cannot hold the layer {described['class_name']!r} in two "
                    "models at once. Save the model as `.keras`."
                )
            return dict(entry)
        entry = self._new(described)
        if "number" in described:
            if not self.older:
                entry["shared_object_id"] = described["number"] + 1
            self._numbered[described["number"]] = entry
        return entry

    def _new(self, described: Mapping[str, Any]) -> Configuration:
        name, config, own = described["class_name"], described["config"], described["registered_name"]
        entry: Configuration
        if "calls" in config:
            entry = dict(_FUNCTIONAL) if name == "Model" and own is None else _user_class(name, own)
            entry["config"] = self._graph(config)
        elif name == "Sequential" and own is None:
            entry = {**_STACK, "config": self._stack(config)}
        elif isinstance(config.get("layers"), list) and all(
            isinstance(each, dict) and "class_name" in each for each in config["layers"]
        ):
            entry = {**_user_class(name, own), "config": self._stack(config)}
        else:
            module = None if own is not None else module_of(name, "layer")
            if module is not None:
                require_in_keras(name)
            entry = (
                _user_class(name, own)
                if module != "keras.layers"
                else {"module": module, "class_name": name, "registered_name": None}
            )
            dropped = _UNKNOWN_TO_KERAS.get(name, ()) if module else ()
            entry["config"] = {key: each for key, each in to_keras(config).items() if key not in dropped}
        if self.older:
            _require_one_axis(described)
            # The older form has no modules; a registered name is that of the class.
            entry["class_name"] = own or entry["class_name"]
            del entry["module"], entry["registered_name"]
        if "build" in described:
            entry["build_config"] = {"input_shape": _shapes(described["build"])}
        return entry

    def _stack(self, config: Mapping[str, Any]) -> Configuration:
        kept = {key: to_keras(each) for key, each in config.items() if key != "layers"}
        layers = [self.layer(each) for each in config["layers"]]
        if config["layers"] and config["layers"][0]["class_name"] == "InputLayer":
            self.calls.update(
                number for each in config["layers"] if (number := shared_number(each)) is not None
            )
        return {**kept, "layers": layers}

    def _graph(self, config: Mapping[str, Any]) -> Configuration:
        return _KerasGraph(self, config).translated()


def shared_number(described: Mapping[str, Any]) -> int | None:
    """Return the number of a layer that stands in several models, or None."""
    number = described.get("shared", described.get("number"))
    return number if isinstance(number, int) else None


def _require_one_axis(described: Mapping[str, Any]) -> None:
    """Refuse what Keras itself loses when it reads the older form."""
    axis = described["config"].get("axis")
    if isinstance(axis, list) and len(axis) != 1:
        raise UnsupportedError(
            f"Keras does not read several axes out of its older files (.h5); received: axis={axis} in the layer "
            f"{described.get('name')!r}. Save the model as `.keras`."
        )


def _user_class(name: str, registered: str | None) -> Configuration:
    return {"module": None, "class_name": name, "registered_name": registered or name}


class _KerasGraph:
    """A graph as Keras writes it: each layer with its calls, tensors named by layer, call and output."""

    def __init__(self, owner: KerasTranslation, config: Mapping[str, Any]) -> None:
        self.owner = owner
        self.config = config
        self.places: list[tuple[str, int]] = []
        self.entries: list[Configuration] = []

    def translated(self) -> Configuration:
        """Translate the whole."""
        layers = self.config["layers"]
        self.entries = [self._entry(each) for each in layers]
        by_number = dict(enumerate(self.entries))
        numbers = [shared_number(each) for each in layers]
        # Keras counts the calls of a layer in all models, in the order in which it builds them.
        earlier = [0 if number is None else self.owner.calls[number] for number in numbers]
        for call in self.config["calls"]:
            target = call["of"]
            entry = by_number[target] if isinstance(target, int) else self._operation(call)
            before = earlier[target] if isinstance(target, int) else 0
            self.places.append((entry["name"], before + len(entry["inbound_nodes"])))
            if isinstance(target, int):
                number = numbers[target]
                if number is not None:
                    self.owner.calls[number] += 1
                args, kwargs = call["arguments"]
                entry["inbound_nodes"].append(
                    {"args": self._argument(args), "kwargs": self._argument(kwargs)}
                )
        kept = {
            key: to_keras(each)
            for key, each in self.config.items()
            if key not in ("layers", "calls", "inputs", "outputs")
        }
        return {
            **kept,
            "layers": self.entries,
            "input_layers": self._structure(self.config["inputs"]),
            "output_layers": self._structure(self.config["outputs"]),
        }

    def _entry(self, described: Mapping[str, Any]) -> Configuration:
        entry = dict(self.owner.layer(described))
        name = described.get("name") or entry.get("config", {}).get("name")
        return {**entry, "name": name, "inbound_nodes": []}

    def _operation(self, call: Mapping[str, Any]) -> Configuration:
        if self.owner.older:
            raise UnsupportedError(
                f"Keras' older files (.h5) cannot hold a function that is called without a layer, here "
                f"{call['name']!r}. Save the model as `.keras`."
            )
        args, kwargs = call["arguments"]
        row, settings, positional, named = split_arguments(call["of"], args, kwargs)
        entry = {
            "module": row.module,
            "class_name": row.class_name,
            "config": {"name": call["name"], **{key: _plain(each) for key, each in settings.items()}},
            "registered_name": row.class_name,
            "name": call["name"],
            "inbound_nodes": [{"args": self._argument(positional), "kwargs": self._argument(named)}],
        }
        self.entries.append(entry)
        # The number of the call is that of the only one an operation has.
        return {"name": call["name"], "inbound_nodes": []}

    def _argument(self, value: Any) -> Any:
        return _plain(value, self._tensor)

    def _history(self, place: list[int]) -> list[Any]:
        number, index = place
        if number < 0:
            return [self._input_name(index), 0, 0]
        return [*self.places[number], index]

    def _input_name(self, index: int) -> str:
        inputs = [entry["name"] for entry in self.entries if entry["class_name"] == "InputLayer"]
        return str(inputs[index])

    def _tensor(self, place: list[int]) -> Configuration:
        # Keras finds shape and dtype again when it makes the call.
        config = {"shape": [], "dtype": "float32", "keras_history": self._history(place)}
        return {"class_name": "__keras_tensor__", "config": config}

    def _structure(self, value: Any) -> Any:
        if isinstance(value, dict) and "__tensor__" in value:
            name, number, index = self._history(value["__tensor__"])
            # Keras counts the making of a model within a model as a call of it, here and nowhere else.
            within = any(entry["name"] == name and _is_graph(entry) for entry in self.entries)
            return [name, number + 1 if within else number, index]
        if isinstance(value, dict) and "__tuple__" in value:
            value = value["__tuple__"]
        if isinstance(value, dict):
            return {key: self._structure(each) for key, each in value.items()}
        return [self._structure(each) for each in value]


def _is_graph(entry: Mapping[str, Any]) -> bool:
    return "input_layers" in (entry.get("config") or {})


def _plain(value: Any, tensor: Any = None) -> Any:
    """Turn an argument in the form of Ranvier's files into Keras' form."""
    if isinstance(value, list):
        return [_plain(each, tensor) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((mark, content),) = value.items()
        if mark == "__tensor__":
            if tensor is None:
                raise UnsupportedError("Keras' files cannot hold a tensor as a setting of an operation.")
            return tensor(content)
        if mark == "__tuple__":
            return [_plain(each, tensor) for each in content]
        if mark == "__slice__":
            parts = zip(("start", "stop", "step"), content, strict=True)
            return {"class_name": "__slice__", "config": {part: _plain(each) for part, each in parts}}
        if mark == "__ellipsis__":
            return {"class_name": "__ellipsis__", "config": {}}
        if mark == "__dtype__":
            return content
        if mark == "__array__":
            return {"class_name": "__numpy__", "config": {"value": content[0], "dtype": content[1]}}
    return {key: _plain(each, tensor) for key, each in value.items()}


def _shapes(value: Any) -> Any:
    """Return the shapes of described inputs."""
    if isinstance(value, dict) and "__spec__" in value:
        return value["__spec__"][0]
    if isinstance(value, dict) and "__tuple__" in value:
        value = value["__tuple__"]
    if isinstance(value, dict):
        return {key: _shapes(each) for key, each in value.items()}
    return [_shapes(each) for each in value]
