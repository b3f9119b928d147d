"""Functions that a network calls without a layer: Keras has a class for each, Ranvier a name.

Keras splits the arguments of such a function in two: the constructor of the class takes the settings, its
call takes the tensors. ``operations.txt`` lists, for each of Ranvier's operations, the class of Keras, what its
constructor takes and what its call takes.
"""

from __future__ import annotations

import functools
import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ranvier import ops
from ranvier.errors import FileFormatError, UnsupportedError, UnsupportedFileError
from ranvier.storage.keras import tensorflow_calls

_ROW = re.compile(r"(\w+) (\w+)\.(\w+) \(([^)]*)\) \(([^)]*)\)")
_OPERATOR = "operator."
_SAME = {"exponential": "exp", "hard_swish": "hard_silu", "swish": "silu"}
"""Names of Ranvier that Keras has no class of its own for."""


@dataclass(frozen=True)
class KerasOperation:
    """A row of the table.

    Attributes:
        name: Ranvier's name.
        module: The module of the class, below ``keras.src``.
        class_name: The class.
        settings: The arguments of its constructor.
        tensors: The arguments of its call; a star stands before one that takes all that remain.
    """

    name: str
    module: str
    class_name: str
    settings: tuple[str, ...]
    tensors: tuple[str, ...]


@functools.cache
def _rows() -> list[KerasOperation]:
    text = Path(__file__).with_name("operations.txt").read_text(encoding="utf-8")
    rows = []
    for line in text.splitlines():
        matched = _ROW.fullmatch(line)
        assert matched is not None, line
        name, module, class_name, settings, tensors = matched.groups()
        path = "keras.src.activations.activations" if module == "activations" else f"keras.src.ops.{module}"
        rows.append(KerasOperation(name, path, class_name, _split(settings), _split(tensors)))
    return rows


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(", ") if part)


def is_operation(entry: dict[str, Any]) -> bool:
    """Tell whether an entry of a network in Keras' configuration is an operation and not a layer."""
    module, config = entry.get("module"), entry.get("config")
    if not isinstance(entry.get("class_name"), str):
        return False
    if entry["class_name"] in tensorflow_calls.CLASSES:
        return True
    if isinstance(module, str):
        return module.startswith(("keras.src.ops.", "keras.ops", "keras.src.activations"))
    # Without a module, as in older files, only a layer has a dtype.
    known = any(row.class_name == entry.get("class_name") for row in _rows())
    return known and isinstance(config, dict) and not {"dtype", "trainable"} & set(config)


def operation_of(class_name: str) -> KerasOperation:
    """Find the operation that a class of Keras stands for.

    Raises:
        UnsupportedFileError: If there is none.
    """
    found = next((row for row in _rows() if row.class_name == class_name), None)
    if found is None:
        raise UnsupportedFileError(f"Ranvier has no operation like Keras' {class_name[:100]!r}.")
    return found


def call_arguments(
    row: KerasOperation, settings: dict[str, Any], args: list[Any], kwargs: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Join what Keras splits.

    Args:
        row: The operation.
        settings: The arguments of the constructor by name.
        args: The positional arguments of the call.
        kwargs: The named ones.

    Returns:
        The arguments of Ranvier's function, positional and by name.

    Raises:
        FileFormatError: If there are more arguments, or others, than the operation takes.
    """
    named = {name: value for name, value in settings.items() if name in row.settings}
    unknown = sorted(set(settings) - set(row.settings) - {"name", "dtype", "trainable"})
    rest: list[Any] = []
    plain = [name for name in row.tensors if name[0] != "*"]
    if len(plain) < len(row.tensors):
        rest = args[len(plain) :]
    elif len(args) > len(plain):
        unknown.append(f"argument {len(args)}")
    if unknown:
        raise FileFormatError(
            f"The operation {row.name!r} does not take {unknown[0]!r:.100}, which the network gives to it."
        )
    if not named.get("rms_scaling", True):
        del named["rms_scaling"]
    if row.name == "get_item" and len(args) > 1:
        args = [args[0], _index(args[1]), *args[2:]]
    named.update(zip(plain, args, strict=False))
    named.update(kwargs)
    positional: list[Any] = []
    for parameter in inspect.signature(ops.REGISTRY[row.name]).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            return [*positional, *rest], named
        if parameter.name not in named:
            break
        positional.append(named.pop(parameter.name))
    return positional, named


def _index(key: Any) -> Any:
    """Return an index of several axes as the tuple that it was before it became a text."""
    of_axes = isinstance(key, list) and any(not isinstance(each, int) for each in key)
    return {"__tuple__": key} if of_axes else key


def split_arguments(
    name: str, args: list[Any], kwargs: dict[str, Any]
) -> tuple[KerasOperation, dict[str, Any], list[Any], dict[str, Any]]:
    """Split arguments as Keras does.

    Args:
        name: Ranvier's name of an operation, or of one of Python's operators.
        args: Its positional arguments.
        kwargs: Its named ones.

    Returns:
        The row, the settings by name, the positional and the named arguments of the call.

    Raises:
        UnsupportedError: If Keras has no such operation.
    """
    plain = name.removeprefix(_OPERATOR)
    rows = [row for row in _rows() if row.name == _SAME.get(plain, plain)]
    if not rows:
        raise UnsupportedError(f"Keras' files cannot hold the operation {plain!r}: write it as a layer.")
    bound = inspect.signature(ops.REGISTRY[rows[0].name]).bind(*args, **kwargs)
    for row in sorted(rows, key=lambda row: len(row.settings)):
        if set(bound.arguments) <= {*row.settings, *(each.removeprefix("*") for each in row.tensors)}:
            # Some of Keras' classes have no defaults for what its functions have.
            bound.apply_defaults()
            return (row, *_divided(row, bound.arguments))
    raise UnsupportedError(
        f"Keras' files cannot hold the operation {plain!r} with the arguments {sorted(bound.arguments)}."
    )


def _divided(
    row: KerasOperation, arguments: dict[str, Any]
) -> tuple[dict[str, Any], list[Any], dict[str, Any]]:
    settings = {name: value for name, value in arguments.items() if name in row.settings}
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for name in row.tensors:
        if name[0] == "*":
            positional += arguments.get(name[1:], ())
        elif name in arguments and not named and len(positional) == row.tensors.index(name):
            positional.append(arguments[name])
        elif name in arguments:
            named[name] = arguments[name]
    return settings, positional, named
