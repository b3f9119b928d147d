"""Settings from a file, each checked by name, type and range."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from ranvier.errors import ConfigurationError, unknown_name
from ranvier.tables.kinds import KINDS
from ranvier.tables.plan import About, ColumnPlan, Plan, about

T = TypeVar("T")

_COLUMNS = "columns"
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def plan_from(values: Mapping[str, Any]) -> Plan:
    """Check the settings of a file.

    Args:
        values: Sections of settings, as they stand in a file.

    Returns:
        The plan; what the file leaves out has its default.

    Raises:
        UnknownNameError: If a section or setting does not exist.
        ConfigurationError: If a value is of the wrong type or out of its range.
    """
    hints = get_type_hints(Plan)
    sections = {name: hint for name, hint in hints.items() if name != _COLUMNS}
    parts: dict[str, Any] = {}
    for name, value in values.items():
        if name == _COLUMNS:
            parts[name] = _columns(value)
        elif name not in sections:
            raise unknown_name("section of the settings", name, hints)
        elif not isinstance(value, Mapping):
            raise ConfigurationError(f"`{name}` must be a section, [{name}]; received: {value!r:.80}.")
        else:
            parts[name] = _section(sections[name], value, name)
    return Plan(**parts)


def _section(kind: type[T], values: Mapping[str, Any], section: str) -> T:
    fields = {each.name: each for each in dataclasses.fields(kind)}  # type: ignore[arg-type]
    hints = get_type_hints(kind)
    parts = {}
    for name, value in values.items():
        if name not in fields:
            raise unknown_name(f"setting in [{section}]", name, fields)
        parts[name] = checked(value, hints[name], about(fields[name]), f"{section}.{name}")
    return kind(**parts)


def _columns(value: Any) -> tuple[ColumnPlan, ...]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise ConfigurationError(f"`columns` must be tables, [[columns]]; received: {value!r:.80}.")
    names = [each.name for each in dataclasses.fields(ColumnPlan)]
    columns = []
    for number, each in enumerate(value, start=1):
        unknown = [name for name in each if name not in names]
        if unknown:
            raise unknown_name("setting in [[columns]]", unknown[0], names)
        for name in names:
            if not isinstance(each.get(name), str):
                raise ConfigurationError(
                    f"`{name}` of [[columns]] number {number} must be text; received: {each.get(name)!r:.80}."
                )
        if each["kind"] not in KINDS:
            raise unknown_name(
                f"`kind` of the column {each['name']!r:.60} in [[columns]]", each["kind"], KINDS
            )
        columns.append(ColumnPlan(**each))
    repeated = {each.name for each in columns if [other.name for other in columns].count(each.name) > 1}
    if repeated:
        raise ConfigurationError(f"Column {sorted(repeated)[0]!r} stands twice in [[columns]].")
    return tuple(columns)


def checked(value: Any, wanted: Any, known: About, name: str) -> Any:
    """Return a value if its type and range are right.

    Args:
        value: What came.
        wanted: The type.
        known: Its range.
        name: What people call it, for messages.

    Raises:
        ConfigurationError: If they are not.
    """
    if get_origin(wanted) in (types.UnionType, Union):
        wanted = next(each for each in get_args(wanted) if each is not type(None))
    if not _fits(value, wanted) or not _within(value, known):
        raise ConfigurationError(f"`{name}` must be {_description(wanted, known)}; received: {value!r:.80}.")
    if get_origin(wanted) is tuple:
        return tuple(value)
    return float(value) if wanted is float else value


def _fits(value: Any, wanted: Any) -> bool:
    if get_origin(wanted) is Literal:
        return value in get_args(wanted)
    if get_origin(wanted) is tuple:
        return isinstance(value, list | tuple) and all(_fits(each, get_args(wanted)[0]) for each in value)
    if wanted is float:
        return type(value) in (int, float)
    return type(value) is wanted


def _within(value: Any, known: About) -> bool:
    if isinstance(value, list | tuple):
        return all(_within(each, known) for each in value)
    if known.low is not None and (value < known.low or (known.open and value == known.low)):
        return False
    return known.high is None or not (value > known.high or (known.open and value == known.high))


def _description(wanted: Any, known: About) -> str:
    if get_origin(wanted) is Literal:
        return " or ".join(repr(each) for each in get_args(wanted))
    if get_origin(wanted) is tuple:
        inner = {str: "texts", int: "whole numbers", float: "numbers"}[get_args(wanted)[0]]
        return f"a list of {inner}{_range(known)}"
    return f"{_WORDS[wanted]}{_range(known)}"


def _range(known: About) -> str:
    low, high = (
        None if each is None else f"{int(each):,}" if each == int(each) else f"{each:,g}"
        for each in (known.low, known.high)
    )
    if low is not None and high is not None:
        return f" between {low} and {high}" if known.open else f" from {low} to {high}"
    if low is not None:
        return f" above {low}" if known.open else f" of at least {low}"
    return "" if high is None else f" of at most {high}"
