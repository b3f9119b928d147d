"""Changes to JSON that keep it JSON: other values, other names, parts moved, doubled and left out."""

from __future__ import annotations

import copy
import random
from typing import Any

from ranvier import constraints, initializers, layers, losses, metrics, ops, optimizers, regularizers

NUMBERS: list[Any] = [
    *(
        0,
        1,
        -1,
        2,
        3,
        7,
        255,
        256,
        2**15,
        2**31 - 1,
        2**31,
        2**32,
        2**53 + 1,
        2**62,
        2**63,
        2**64,
        10**12,
        10**40,
    ),
    *(0.0, -0.0, 0.5, -1.5, 1e-320, 1e-7, 1e30, 1e308, float("inf"), float("-inf"), float("nan")),
]
TEXTS = [
    *(
        "",
        " ",
        "a",
        "..",
        "../x",
        "a/b",
        "\x00",
        "\x1b[2J",
        "é",
        "\ufffe",
        "x" * 300,
        "-1",
        "1e5",
        "nan",
        "None",
    ),
    *(
        "float32",
        "float16",
        "bfloat16",
        "float64",
        "int8",
        "int64",
        "bool",
        "complex64",
        "object",
        "S10",
        "mixed_float16",
    ),
    *(
        "keras",
        "keras.layers",
        "keras.src.layers",
        "builtins",
        "DTypePolicy",
        "__keras_tensor__",
        "keras_history",
    ),
    *("same", "valid", "causal", "channels_first", "channels_last", "bilinear", "nearest", "sum", "auto"),
    *(
        "relu",
        "softmax",
        "sigmoid",
        "linear",
        "zeros",
        "ones",
        "glorot_uniform",
        "orthogonal",
        "l2",
        "max_norm",
    ),
    *(
        "Lambda",
        "function",
        "__lambda__",
        "__tensor__",
        "__class__",
        "self",
        "builtins",
        "os.system",
        "Functional",
    ),
]
NAMES = [
    *layers.REGISTRY.entries,
    *losses.lookup.REGISTRY.entries,
    *metrics.lookup.REGISTRY.entries,
    *optimizers.lookup._registry.entries,
    *optimizers.schedules._registry.entries,
    *initializers.REGISTRY.entries,
    *regularizers.REGISTRY.entries,
    *constraints.REGISTRY.entries,
]
OPERATIONS = [*ops.REGISTRY, "operator.power", "operator.multiply", "operator.get_item", "operator.matmul"]
MARKS = ("__tensor__", "__tuple__", "__slice__", "__ellipsis__", "__array__", "__dtype__", "__spec__")


def mutated(document: Any, chance: random.Random) -> Any:
    """Return a copy of JSON types with one or a few changes."""
    result = copy.deepcopy(document)
    for _ in range(1 + min(chance.getrandbits(3), chance.getrandbits(3))):
        holders = _holders(result)
        if not holders:
            return value(chance)
        _change(chance.choice(holders), holders, chance)
    return result


def value(chance: random.Random) -> Any:
    """Return any value that JSON has."""
    kind = chance.randrange(8)
    if kind < 3:
        return chance.choice(NUMBERS)
    if kind < 5:
        return chance.choice([*TEXTS, *NAMES])
    if kind == 5:
        return chance.choice([None, True, False])
    if kind == 6:
        return [value(chance) for _ in range(chance.randrange(4))]
    return {chance.choice([*MARKS, "class_name", "config", "name", "shared", "number", "a"]): value(chance)}


def _holders(part: Any) -> list[Any]:
    """List every table and list that is not empty."""
    found, remaining = [], [part]
    while remaining:
        current = remaining.pop()
        inner = (
            list(current.values())
            if isinstance(current, dict)
            else current
            if isinstance(current, list)
            else []
        )
        if inner:
            found.append(current)
        remaining.extend(inner)
    return found


def _change(holder: Any, holders: list[Any], chance: random.Random) -> None:
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    if not keys:
        return
    key = chance.choice(keys)
    kind = chance.randrange(9)
    if kind < 3:
        holder[key] = _like(key, holder[key], chance)
    elif kind == 3:
        holder[key] = value(chance)
    elif kind == 4:
        del holder[key]
    elif kind == 5:
        # A part from elsewhere, copied, so that nothing holds itself.
        holder[key] = copy.deepcopy(chance.choice(holders))
    elif kind == 6 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(chance.choice(holder)))
    elif kind == 7 and isinstance(holder, list):
        chance.shuffle(holder)
    elif isinstance(holder, dict):
        other = chance.choice(holders)
        names = list(other) if isinstance(other, dict) and other else [*TEXTS]
        holder[str(chance.choice(names))] = value(chance)


def _like(key: Any, current: Any, chance: random.Random) -> Any:
    """Return a value of the kind that stands there, which gets further into a reader than any other."""
    if key == "class_name":
        return chance.choice(NAMES)
    if key == "of":
        return chance.choice([*OPERATIONS, chance.randrange(-2, 12)])
    if isinstance(current, bool):
        return not current
    if isinstance(current, int):
        return chance.choice([current + 1, current - 1, -current, current * 2, chance.choice(NUMBERS)])
    if isinstance(current, float):
        return chance.choice([current * 10, -current, chance.choice(NUMBERS)])
    if isinstance(current, str):
        return chance.choice(
            [chance.choice(TEXTS), chance.choice(NAMES), current + "_", current[:-1], current.upper()]
        )
    return value(chance)
