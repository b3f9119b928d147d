"""Settings read from JSON into classes, every value checked."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from ranvier.errors import RunFolderError

T = TypeVar("T")


def damaged_settings(path: str, fault: str) -> RunFolderError:
    """Build the error for settings that cannot be used."""
    return RunFolderError(
        f"The settings {path!r} are damaged: {fault}. Restore the file from a copy, or train again with "
        "`ranvier train`."
    )


def read_settings(kind: type[T], values: Mapping[str, Any], path: str, place: str = "") -> T:
    """Read a class of settings, and the classes within it.

    Args:
        kind: A dataclass.
        values: A value for each of its fields; others are left alone.
        path: The file, for messages.
        place: Where the values stand in it.

    Raises:
        RunFolderError: If a value is missing or of the wrong kind.
    """
    hints = get_type_hints(kind)
    parts: dict[str, Any] = {}
    for each in dataclasses.fields(kind):  # type: ignore[arg-type]
        name = f"{place}{each.name}"
        if each.name not in values and each.default is None:  # unknown to the version that wrote them
            continue
        if each.name not in values:
            raise damaged_settings(path, f"`{name}` is missing")
        value, wanted = values[each.name], hints[each.name]
        if dataclasses.is_dataclass(wanted) and isinstance(value, Mapping):
            parts[each.name] = read_settings(wanted, value, path, f"{name}.")  # type: ignore[arg-type]
        elif _holds_settings(wanted) and isinstance(value, list):
            inner = get_args(wanted)[0]
            parts[each.name] = tuple(
                _read_item(inner, item, path, f"{name}[{number}]") for number, item in enumerate(value)
            )
        elif _fits(value, wanted):
            parts[each.name] = tuple(value) if get_origin(wanted) is tuple else value
        else:
            raise damaged_settings(path, f"`{name}` cannot be {value!r:.80}")
    return kind(**parts)


def _holds_settings(wanted: Any) -> bool:
    return get_origin(wanted) is tuple and dataclasses.is_dataclass(get_args(wanted)[0])


def _read_item(kind: type[T], item: Any, path: str, name: str) -> T:
    if not isinstance(item, Mapping):
        raise damaged_settings(path, f"`{name}` cannot be {item!r:.80}")
    return read_settings(kind, item, path, f"{name}.")


def _fits(value: Any, wanted: Any) -> bool:
    """Tell whether a value of JSON has a type that the classes above use."""
    if wanted is Any:
        return True
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return value in arguments
    if origin is types.UnionType:
        return any(_fits(value, argument) for argument in arguments)
    if origin is tuple:
        return isinstance(value, list) and all(_fits(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, Mapping) and all(_fits(item, arguments[1]) for item in value.values())
    if wanted is float:
        return type(value) in (int, float)
    return type(value) is wanted
