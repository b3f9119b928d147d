"""The calls of layers in Keras' configuration of a network, in the forms of both its generations."""

from __future__ import annotations

from typing import Any

from ranvier.errors import FileFormatError
from ranvier.storage.keras import tensorflow_calls
from ranvier.storage.keras.objects import from_keras, plain_label

Place = tuple[str, int, int]
"""A tensor in Keras' form: the layer that yields it, the number of the call, the number of the output."""


class Call:
    """What a layer is called with.

    Args:
        args: Positional arguments.
        kwargs: Named ones.
    """

    def __init__(self, args: list[Any], kwargs: dict[str, Any]) -> None:
        self.args = args
        self.kwargs = kwargs
        self.places: list[Place] = []
        argument([args, kwargs], self.places.append)


def calls_of(entry: dict[str, Any]) -> list[Call]:
    """Read the calls of a layer.

    Raises:
        FileFormatError: If they make no sense.
    """
    nodes = entry.get("inbound_nodes", [])
    if not isinstance(nodes, list):
        raise FileFormatError(
            f"The layer {entry_name(entry)!r:.100} has no list of calls; the file is damaged."
        )
    return [_new_call(node) if isinstance(node, dict) else _old_call(node) for node in nodes]


def _new_call(node: dict[str, Any]) -> Call:
    args, kwargs = node.get("args", []), node.get("kwargs", {})
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise FileFormatError(f"A call in the network makes no sense; received: {node!r:.100}.")
    return Call(args, kwargs)


def _old_call(node: Any) -> Call:
    """Read a call in the form of Keras 2: a list of places, each with named arguments behind it."""
    rows = [node] if isinstance(node, list) and node and isinstance(node[0], str) else node
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) in (3, 4) for row in rows):
        raise FileFormatError(f"A call in the network makes no sense; received: {node!r:.100}.")
    if not all(isinstance(row[3], dict) for row in rows if len(row) == 4):
        raise FileFormatError(f"A call in the network makes no sense; received: {node!r:.100}.")
    tensors = [row[2] if row[0] == tensorflow_calls.CONSTANT else _history(row[:3]) for row in rows]
    kwargs = {key: _old_argument(each) for row in rows[:1] if len(row) == 4 for key, each in row[3].items()}
    return Call([tensors[0] if len(tensors) == 1 else tensors], kwargs)


def _old_argument(value: Any) -> Any:
    # Keras 2 names a tensor among the named arguments by a bare list.
    return _history(value[:3]) if is_place(value) else value


def _history(place: list[Any]) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": place}}


def argument(value: Any, tensor: Any = None) -> Any:
    """Translate an argument of a call; ``tensor`` is asked for what stands for a tensor."""
    if isinstance(value, list):
        return [argument(item, tensor) for item in value]
    if not isinstance(value, dict):
        return value
    name, config = value.get("class_name"), value.get("config")
    if name is None:
        return {key: argument(item, tensor) for key, item in value.items()}
    if name == "__keras_tensor__" and tensor is not None:
        history = config.get("keras_history") if isinstance(config, dict) else None
        return tensor(place_of(history))
    if name == "__slice__" and isinstance(config, dict):
        return {"__slice__": [config.get(part) for part in ("start", "stop", "step")]}
    if name == "__ellipsis__":
        return {"__ellipsis__": True}
    if name in ("__numpy__", "__tensor__") and isinstance(config, dict):
        return {"__array__": [config.get("value"), config.get("dtype")]}
    return from_keras(value)


def is_place(value: Any) -> bool:
    """Tell whether a value names a tensor by a layer, a call and an output."""
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(type(number) is int for number in value[1:3])
    )


def place_of(value: Any) -> Place:
    """Return the tensor that a list of a name and two numbers stands for.

    Raises:
        FileFormatError: If it is no such list.
    """
    if not is_place(value):
        raise FileFormatError(
            f"The network names a tensor in a way that makes no sense; received: {value!r:.100}."
        )
    return plain_label(value[0]), value[1], value[2]


def places_of(structure: Any) -> list[Place]:
    """List the tensors in a structure, such as the inputs of a network.

    Raises:
        FileFormatError: If there is anything else in it.
    """
    if is_place(structure):
        return [place_of(structure)]
    if isinstance(structure, dict):
        structure = list(structure.values())
    if not isinstance(structure, list):
        raise FileFormatError(
            f"The network has inputs or outputs that make no sense; received: {structure!r:.100}."
        )
    return [place for item in structure for place in places_of(item)]


def entry_name(entry: dict[str, Any]) -> str:
    """Return the name of a layer of a network.

    Raises:
        FileFormatError: If it has none.
    """
    config = entry.get("config")
    name = entry.get("name", config.get("name") if isinstance(config, dict) else None)
    if not isinstance(name, str):
        raise FileFormatError(f"The network holds a layer without a name; received: {entry!r:.100}.")
    return plain_label(name)
