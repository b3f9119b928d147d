"""Settings as a TOML file, with a comment for each of them."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from ranvier.errors import ConfigurationError, missing_extra
from ranvier.tables.plan import About, Plan, about
from ranvier.tables.plan_checks import plan_from

try:
    import tomlkit
except ImportError as error:  # pragma: no cover
    raise missing_extra("Reading settings", "tomlkit", "cli") from error


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Read the settings of a training from a file.

    A path within it is meant from the folder that the file lies in.

    Args:
        path: A TOML file.

    Returns:
        The settings.

    Raises:
        ConfigurationError: If it does not exist, is no TOML, or a setting cannot be.
    """
    file = Path(path)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(
            f"The settings {str(path)!r} cannot be read: {(error.strerror or str(error)).lower()}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The settings {str(path)!r} are no TOML: {error}.") from error
    try:
        return plan_from(values)
    except ConfigurationError as error:
        raise type(error)(f"In {str(path)!r}: {error}") from error


def plan_text(plan: Plan, heading: str, notes: Mapping[str, str] | None = None) -> str:
    """Return settings as TOML; those that are not set stand there as comments.

    Args:
        plan: The settings.
        heading: What the file is, in lines.
        notes: What there is to say of a column, by its name.

    Returns:
        The content of the file.
    """
    document = tomlkit.document()
    for line in heading.splitlines():
        document.add(tomlkit.comment(line))
    for section in dataclasses.fields(Plan):
        if section.name == "columns":
            continue
        part = getattr(plan, section.name)
        table = tomlkit.table()
        document.add(tomlkit.nl())
        document.add(tomlkit.comment(_first_line(type(part))))
        _fill(table, part)
        document.add(section.name, table)
    if plan.columns:
        document.add(tomlkit.nl())
        document.add(tomlkit.comment("What the columns are taken for; change a kind to lay it down."))
        document.add("columns", _columns(plan, notes or {}))
    return tomlkit.dumps(document)


def _columns(plan: Plan, notes: Mapping[str, str]) -> Any:
    array = tomlkit.aot()
    for column in plan.columns:
        table = tomlkit.table()
        table.add("name", column.name)
        table.add("kind", column.kind)
        if column.name in notes:
            table["kind"].comment(_one_line(notes[column.name]))
        array.append(table)
    return array


def _fill(table: Any, part: Any) -> None:
    hints = get_type_hints(type(part))
    for each in dataclasses.fields(part):
        value, known = getattr(part, each.name), about(each)
        table.add(tomlkit.comment(_meaning(hints[each.name], known, value)))
        if value is None:
            table.add(tomlkit.comment(f"{each.name} = {_example(hints[each.name], known)}"))
        else:
            table.add(each.name, list(value) if isinstance(value, tuple) else value)
        table.add(tomlkit.nl())


def _meaning(wanted: Any, known: About, value: Any) -> str:
    choices = [
        repr(each)
        for part in (wanted, *get_args(wanted))
        if get_origin(part) is Literal
        for each in get_args(part)
    ]
    words = f" One of {', '.join(choices)}." if choices else ""
    unset = f" Not set: {known.unset}." if known.unset and value is None else ""
    return f"{known.help}{words}{unset}"


def _example(wanted: Any, known: About) -> str:
    """Return what a setting that is not set could look like."""
    kinds = [each for each in get_args(wanted) if each is not type(None)] or [wanted]
    kind = kinds[0]
    if get_origin(kind) is Literal:
        return f'"{get_args(kind)[0]}"'
    return known.example or {bool: "true", int: "1", float: "0.1"}[kind]


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").splitlines()[0]


def _one_line(text: str) -> str:
    return " ".join(text.split())
