"""What the file of an estimator for tables holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ranvier.storage.inspection.report import ArrayReport, LayerReport

_MEMBER = re.compile(r"members/(\d{1,6})/")


def listed_members(arrays: Iterable[ArrayReport]) -> list[LayerReport]:
    """Return the preprocessing and the layers of each network, with their weights.

    Args:
        arrays: All arrays of the file.
    """
    groups: dict[str, list[ArrayReport]] = {}
    for array in arrays:
        groups.setdefault(array.name.rpartition("/")[0], []).append(array)
    listed: list[LayerReport] = []
    members: set[str] = set()
    for group in sorted(groups, key=_place):
        found = _MEMBER.match(f"{group}/")
        if found and found[1] not in members:
            members.add(found[1])
            listed.append(LayerReport(f"member {int(found[1]) + 1}", "network"))
        name = group[found.end() :] if found else group
        listed.append(LayerReport(name or "weights", "", 1 if found else 0, weights=tuple(groups[group])))
    return listed


def told_of_estimator(described: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return where the training of an estimator ended, and what it takes and answers, as far as it makes sense.

    Args:
        described: What the file says of it.

    Returns:
        The number of its networks and the epoch of each; its columns, each with what it is taken for, and its classes.
    """
    members = _dicts(described.get("members"))
    training: dict[str, Any] = {"networks": len(members)} if members else {}
    epochs = [each["epoch"] for each in members if type(each.get("epoch")) is int]
    if epochs:
        training["best epochs"] = ", ".join(map(str, epochs))
    told: dict[str, Any] = {}
    schema = described.get("schema")
    columns = _dicts(schema.get("columns")) if isinstance(schema, Mapping) else []
    if columns:
        told["columns"] = {str(each.get("name")): str(each.get("kind")) for each in columns}
    targets = described.get("targets")
    classes = targets.get("classes") if isinstance(targets, Mapping) else None
    if isinstance(classes, list):
        told["class_names"] = [str(each) for each in classes]
    return training, told


def _place(group: str) -> int:
    found = _MEMBER.match(f"{group}/")
    return int(found[1]) + 1 if found else 0


def _dicts(values: Any) -> Sequence[Mapping[str, Any]]:
    return [each for each in values if isinstance(each, Mapping)] if isinstance(values, list) else []
