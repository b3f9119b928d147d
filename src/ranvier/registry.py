"""Names and what they stand for: one closed table per kind, plus what the user registered.

A configuration read from a file names entries of these tables and nothing else. A user's own
class or function is found only if it was handed over (``custom_objects=``, ``custom_object_scope``)
or registered (``@register_serializable``); an import path is never followed.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from ranvier.errors import ConfigurationError, FileFormatError, unknown_name

T = TypeVar("T")

CustomObjects = Mapping[str, Any]
"""A user's classes and functions by the names that configurations use for them."""

_bases: dict[str, type[Any]] = {}
"""The class that everything of a kind derives from, by kind."""

_tables: dict[str, Registry] = {}
"""The table of each of these kinds."""

_ALSO = {("activation", "layer"), ("metric", "loss")}
"""Kinds whose place those of another kind may take, since they are called alike."""

_registered: dict[str, Any] = {}
_registered_names: dict[Any, str] = {}


class _Scopes(threading.local):
    def __init__(self) -> None:
        self.stack: list[CustomObjects] = []


_scopes = _Scopes()


def register_serializable(package: str = "Custom", name: str | None = None) -> Callable[[T], T]:
    """Return a decorator that lets files name a user's class or function.

    Args:
        package: Set in front of the name, to keep the names of different projects apart.
        name: The name; the object's own when None.

    Returns:
        A decorator that returns its argument unchanged.

    Raises:
        ConfigurationError: When the decorated class has no ``get_config``.
    """

    def register(entry: T) -> T:
        own_name = name if name is not None else getattr(entry, "__name__", "")
        if inspect.isclass(entry) and not hasattr(entry, "get_config"):
            raise ConfigurationError(
                f"A class can be registered only if it has a `get_config` method; {own_name!r} has none."
            )
        registered_name = f"{package}>{own_name}"
        _registered[registered_name] = entry
        _registered_names[entry] = registered_name
        return entry

    return register


def registered_name(entry: Any) -> str | None:
    """Return the name a class or function was registered under, or None."""
    try:
        return _registered_names.get(entry)
    except TypeError:  # unhashable callables cannot have been registered
        return None


def registered_object(name: str) -> Any | None:
    """Return what was registered under ``"package>Name"``, or None."""
    return _registered.get(name)


@contextmanager
def custom_object_scope(custom_objects: CustomObjects | None) -> Iterator[None]:
    """Let configurations name these objects inside a ``with`` block.

    Args:
        custom_objects: Classes and functions by name; None for none.
    """
    _scopes.stack.append(custom_objects or {})
    try:
        yield
    finally:
        _scopes.stack.pop()


def custom_object(name: str, custom_objects: CustomObjects | None = None) -> Any | None:
    """Find a user's object by name: handed over, in scope, or registered, in that order.

    Args:
        name: A plain name, or ``"package>Name"``.
        custom_objects: Objects handed over for this look-up alone.

    Returns:
        The object, or None.
    """
    for objects in (custom_objects or {}, *reversed(_scopes.stack)):
        if name in objects:
            return objects[name]
    if name in _registered:
        return _registered[name]
    return _registered.get(f"Custom>{name}")


class Registry:
    """The closed table of one kind of object.

    Args:
        kind: What the entries are, for messages: ``"activation"``, ``"layer"``.
        entries: Classes or functions by their canonical names.
        aliases: Further names, each standing for a canonical one.
        base: What every class of the kind derives from, so that no name can stand for one of another kind.
    """

    def __init__(
        self,
        kind: str,
        entries: Mapping[str, Any],
        aliases: Mapping[str, str] | None = None,
        *,
        base: type[Any] | None = None,
    ) -> None:
        self.kind = kind
        self.entries = dict(entries)
        self.aliases = dict(aliases or {})
        if base is not None:
            _bases[kind] = base
            _tables[kind] = self

    def lookup(self, name: str, custom_objects: CustomObjects | None = None) -> Any:
        """Return the entry of a name; a user's own object of that name goes first.

        Args:
            name: A canonical name, an alias, or the name of a custom object.
            custom_objects: Objects handed over for this look-up alone.

        Raises:
            UnknownNameError: If the name stands for nothing.
            ConfigurationError: If it stands for a class of another kind.
        """
        found = custom_object(name, custom_objects)
        if found is not None:
            self._refuse_other_kind(name, found)
            return found
        canonical = self.aliases.get(name, name)
        if canonical not in self.entries:
            raise unknown_name(self.kind, name, [*self.entries, *self.aliases])
        return self.entries[canonical]

    def takes(self, kind: Any) -> bool:
        """Tell whether a class is of the kind of this table."""
        base = _bases.get(self.kind)
        return base is not None and inspect.isclass(kind) and issubclass(kind, base)

    def name_of(self, entry: Any) -> str | None:
        """Return the canonical name of an entry, or None for what is not in the table."""
        return next((name for name, known in self.entries.items() if known is entry), None)

    def serialize(self, instance: Any) -> dict[str, Any]:
        """Describe an object with ``get_config`` by its class name and configuration.

        Returns:
            ``{"class_name": ..., "config": ..., "registered_name": ...}`` as in Keras 3.
        """
        kind = type(instance)
        return {
            "class_name": self.name_of(kind) or kind.__name__,
            "config": instance.get_config(),
            "registered_name": registered_name(kind),
        }

    def deserialize(self, configuration: Any, custom_objects: CustomObjects | None = None) -> Any:
        """Build the object that :meth:`serialize` described.

        Args:
            configuration: A mapping with ``class_name`` and ``config``.
            custom_objects: A user's own classes by name.

        Raises:
            FileFormatError: If ``configuration`` is no such mapping.
            UnknownNameError: If the class is neither in the table nor given.
        """
        if not isinstance(configuration, Mapping) or not isinstance(configuration.get("class_name"), str):
            raise FileFormatError(
                f"Expected the configuration of a {self.kind} as a mapping with `class_name` and `config`; "
                f"received: {configuration!r:.200}."
            )
        registered, name = configuration.get("registered_name"), configuration["class_name"]
        found = custom_object(registered, custom_objects) if isinstance(registered, str) else None
        if found is None:
            found = custom_object(name, custom_objects)
        if found is not None:
            self._refuse_other_kind(name, found)
            # A configuration must not make a function be called with arguments of its choice.
            if not (inspect.isclass(found) and hasattr(found, "get_config")):
                raise FileFormatError(
                    f"The name {name!r:.100} must stand for a class with `get_config` where a configuration goes with "
                    f"it, here of the kind {self.kind!r}; it is: {found!r:.100}."
                )
        if found is None and isinstance(registered, str):
            # A user's class is not replaced by the one of that name in the table.
            raise unknown_name(self.kind, registered, [*_registered, *self.entries])
        kind = found if found is not None else self._class_of(name)
        config = configuration.get("config") or {}
        if not isinstance(config, Mapping):
            raise FileFormatError(
                f"The configuration of the {self.kind} {name!r:.100} must be a mapping; received: {config!r:.100}."
            )
        if inspect.isclass(kind) and hasattr(kind, "from_config"):
            return kind.from_config(dict(config))
        return kind(**config)

    def _class_of(self, name: str) -> Any:
        """Look a class up, also in the tables of kinds that may take this one's place."""
        if name not in self.entries and name not in self.aliases:
            for own, other in _ALSO:
                entry = _tables[other].entries.get(name) if own == self.kind and other in _tables else None
                if inspect.isclass(entry):
                    return entry
        return self.lookup(name)

    def _refuse_other_kind(self, name: str, found: Any) -> None:
        """Refuse a user's class that is a layer where a loss is named, and so on."""
        own = _bases.get(self.kind)
        if not inspect.isclass(found) or (own is not None and issubclass(found, own)):
            return
        for kind, base in _bases.items():
            if issubclass(found, base) and (self.kind, kind) not in _ALSO:
                raise ConfigurationError(
                    f"The name {name!r:.100} must stand for something of the kind {self.kind!r}; it is "
                    f"{found.__name__}, of the kind {kind!r}."
                )
