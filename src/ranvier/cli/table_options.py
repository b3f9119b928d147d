"""The options of ``ranvier train`` for tables, made from the settings of a training."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

import click

from ranvier.cli.grouping import TableOption
from ranvier.tables.plan import About, DataPlan, Plan, about

F = TypeVar("F", bound=Callable[..., Any])

SHARED = frozenset({"batch_size", "dropout", "epochs", "hidden", "learning_rate", "output", "plots", "seed"})
"""Options that tables and data sets of images have in common."""

_READING = ("delimiter", "encoding", "header", "decimal", "thousands", "missing")
_NOT_OPTIONS = frozenset({"path"})  # the argument


class Place(NamedTuple):
    """Where a setting stands in a plan, and what is known of it."""

    section: str
    field: str
    kind: Any
    about: About
    default: Any


def _places() -> Iterator[tuple[str, Place]]:
    for section, kind in get_type_hints(Plan).items():
        if not dataclasses.is_dataclass(kind):
            continue
        hints = get_type_hints(kind)
        for each in dataclasses.fields(kind):
            known = about(each)
            if each.name not in _NOT_OPTIONS:
                name = known.flag or each.name
                yield name, Place(section, each.name, _inner(hints[each.name]), known, each.default)


def _inner(kind: Any) -> Any:
    if get_origin(kind) in (types.UnionType, Union):
        return next(each for each in get_args(kind) if each is not type(None))
    return kind


PLACES = dict(_places())
"""Every option by its name."""

TABLES_ONLY = frozenset(PLACES) - SHARED
"""Options that mean something for tables only."""


def table_options(command: F) -> F:
    """Add the options that only tables have to a command."""
    for name, place in reversed(list(PLACES.items())):
        if name in TABLES_ONLY:
            command = _option(name, place)(command)
    return command


def plan_options(command: F) -> F:
    """Add the options of a plan to a command that writes it down, but for the folder of the run."""
    for name, place in reversed(list(PLACES.items())):
        if place.section != "output":
            command = _option(name, place)(command)
    return command


def reading_options(command: F) -> F:
    """Add the options that say how a table is read."""
    for name in reversed(_READING):
        command = _option(name, PLACES[name])(command)
    return command


def given_options(options: Mapping[str, Any], context: click.Context) -> dict[str, Any]:
    """Return those options that were written on the command line."""
    written = click.core.ParameterSource.COMMANDLINE
    return {name: value for name, value in options.items() if context.get_parameter_source(name) is written}


def _option(name: str, place: Place) -> Callable[[F], F]:
    known, flag = place.about, name.replace("_", "-")
    attributes: dict[str, Any] = {
        "cls": TableOption,
        "default": None,
        "help": _help(place),
        "metavar": known.metavar or None,
    }
    if place.kind is bool:
        return click.option(f"--{flag}/--no-{flag}", name, **attributes)
    if get_origin(place.kind) is tuple:
        return click.option(
            f"--{flag}", name, multiple=True, type=_type(get_args(place.kind)[0], known), **attributes
        )
    return click.option(f"--{flag}", name, type=_type(place.kind, known), **attributes)


def _type(kind: Any, known: About) -> Any:
    if get_origin(kind) is Literal:
        return click.Choice(get_args(kind))
    if kind is int:
        return click.IntRange(_whole(known.low), _whole(known.high))
    if kind is float:
        return click.FloatRange(known.low, known.high, min_open=known.open, max_open=known.open)
    return str


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _help(place: Place) -> str:
    known, default = place.about, place.default
    if get_origin(place.kind) is tuple:
        told = f"{known.unset}; may be repeated" if known.unset else "may be repeated"
        return f"{known.help}  [{'default: ' if known.unset else ''}{told}]"
    if isinstance(default, bool):
        return known.help
    unset = known.unset if default is None else str(default)
    return f"{known.help}  [default: {unset}]" if unset else known.help


def laid_down(data: DataPlan, reading: Mapping[str, Any]) -> DataPlan:
    """Return how a table is to be read, with what the command line lays down.

    Args:
        data: The settings.
        reading: Values by the name of their option, None or empty where it was not given.
    """
    chosen = {name: value for name, value in reading.items() if value is not None and value != ()}
    return dataclasses.replace(data, **chosen)


def overridden(plan: Plan, given: Mapping[str, Any]) -> Plan:
    """Return a plan with what the command line lays down in place of what it says.

    Args:
        plan: The plan.
        given: Values by the name of their option.
    """
    for name, value in given.items():
        place = PLACES[name]
        section = getattr(plan, place.section)
        kept = str(value) if place.kind is str else value
        plan = dataclasses.replace(
            plan, **{place.section: dataclasses.replace(section, **{place.field: kept})}
        )
    return plan


def command_of(plan: Plan) -> list[str]:
    """Return the command line that asks for a plan, word by word, what has its default left out.

    Args:
        plan: The plan; columns whose kind is laid down cannot be told by options.
    """
    words = ["ranvier", "train", plan.data.path or ""]
    for name, place in PLACES.items():
        value = getattr(getattr(plan, place.section), place.field)
        if value == place.default or value is None:
            continue
        flag = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words.append(flag if value else f"--no-{flag[2:]}")
        elif name == "hidden":
            words += [flag, ",".join(map(str, value)) or "none"]
        else:
            for each in value if isinstance(value, tuple) else (value,):
                words += [flag, str(each)]
    return words


IMAGES_ONLY = frozenset({"activation", "optimizer", "patience"})
"""Options that mean something for data sets of images only."""

IMAGES = SHARED | IMAGES_ONLY | {"quiet"}
"""Options that data sets of images have."""


def refuse_others(
    given: Mapping[str, Any], others: frozenset[str], words: str, context: click.Context
) -> None:
    """Refuse options that mean nothing for what is trained on.

    Args:
        given: Values by the name of their option.
        others: The options to refuse.
        words: What they are for.
        context: The command.

    Raises:
        click.UsageError: Naming the first.
    """
    found = [name for name in given if name in others]
    if found:
        raise click.UsageError(f"`--{found[0].replace('_', '-')}` is {words}.", ctx=context)
