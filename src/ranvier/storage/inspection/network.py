"""The layers that a configuration describes, with the weights that belong to each by their places."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ranvier.naming import snake_case
from ranvier.storage.inspection.report import ArrayReport, LayerReport
from ranvier.storage.tensor_reader import damaged
from ranvier.types import PartialShape


def listed_layers(
    path: str,
    model: Mapping[str, Any] | None,
    weights: Sequence[ArrayReport],
    group: str | None = "",
) -> list[LayerReport]:
    """List the layers of a network, as far as its configuration names them.

    The layers that a user's class makes in its own code stand in no configuration; they are known by
    the names of their weights alone.

    Args:
        path: The file, for messages.
        model: The description of the network, or None where there are only weights.
        weights: The weights by their places in the network.
        group: What stands in front of the place of a layer within its network. None where the outermost layers are
            found by their own names, and all that lies within them stands there too.

    Raises:
        FileFormatError: If the description is nested too deeply, or is none.
    """
    remaining = _Weights(weights)
    rows = []
    try:
        if model is not None:
            rows = list(_inside(path, model, "", 0, _Places(remaining, group)))
    except RecursionError as error:
        raise damaged(path, "its configuration is nested too deeply") from error
    return [*rows, *_unnamed(remaining.rest())]


class _Weights:
    """The weights that no layer has taken yet."""

    def __init__(self, weights: Sequence[ArrayReport]) -> None:
        self._order = {weight.name: index for index, weight in enumerate(weights)}
        self._sorted = sorted(weights, key=lambda weight: weight.name)
        self._names = [weight.name for weight in self._sorted]
        self._taken: set[str] = set()

    def take(self, prefix: str) -> tuple[ArrayReport, ...]:
        """Return what lies under a place, with names seen from there."""
        # The character after "/" ends the names that begin with the place.
        first, last = (
            bisect_left(self._names, border) for border in (prefix, f"{prefix[:-1]}{chr(ord('/') + 1)}")
        )
        found = [weight for weight in self._sorted[first:last] if weight.name not in self._taken]
        self._taken.update(weight.name for weight in found)
        found.sort(key=lambda weight: self._order[weight.name])
        return tuple(
            ArrayReport(weight.name.removeprefix(prefix), weight.shape, weight.dtype) for weight in found
        )

    def rest(self) -> list[ArrayReport]:
        """Return what nobody took, in order."""
        found = [weight for weight in self._sorted if weight.name not in self._taken]
        return sorted(found, key=lambda weight: self._order[weight.name])


class _Places:
    """Where the weights of a layer stand."""

    def __init__(self, weights: _Weights, group: str | None) -> None:
        self.weights = weights
        self.group = group

    def of(self, prefix: str, depth: int, name: str, kind: str, number: int) -> str | None:
        """Return what the names of a layer's weights begin with; None where they stand with the layer around it."""
        if self.group is None:
            return f"{name}/" if depth == 0 and name else None
        return f"{prefix}{self.group}{snake_case(kind)}{'' if number == 0 else f'_{number}'}/"


def _inside(
    path: str, model: Mapping[str, Any], prefix: str, depth: int, places: _Places
) -> Iterator[LayerReport]:
    counted: Counter[str] = Counter()
    for described in _entries(path, model):
        kind = described.get("class_name")
        if not isinstance(kind, str):
            raise damaged(path, "its configuration holds a layer without the name of a class")
        config = described.get("config")
        config = config if isinstance(config, dict) else {}
        name = described.get("name", config.get("name"))
        name = name if isinstance(name, str) else ""
        if "shared" in described:
            yield LayerReport(name, kind, depth, shared=True)
            continue
        own = places.of(prefix, depth, name, kind, counted[snake_case(kind)])
        counted[snake_case(kind)] += 1
        inner = list(_inside(path, described, own or "", depth + 1, places)) if "layers" in config else []
        yield LayerReport(
            name=name,
            kind=kind,
            depth=depth,
            shape=_shape(config.get("batch_shape")) if kind == "InputLayer" else None,
            weights=() if own is None else places.weights.take(own),
            config={} if inner else config,
        )
        yield from inner


def _entries(path: str, model: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    config = model.get("config")
    entries = config.get("layers", []) if isinstance(config, dict) else []
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise damaged(path, "its configuration holds layers that are none")
    return entries


def _unnamed(weights: Sequence[ArrayReport]) -> Iterator[LayerReport]:
    groups: dict[str, list[ArrayReport]] = {}
    for weight in weights:
        place, _, own = weight.name.rpartition("/")
        groups.setdefault(place, []).append(ArrayReport(own, weight.shape, weight.dtype))
    for place, found in groups.items():
        yield LayerReport(place, "", weights=tuple(found))


def _shape(given: Any) -> PartialShape | None:
    if isinstance(given, list) and all(size is None or type(size) is int for size in given):
        return tuple(given)
    return None
