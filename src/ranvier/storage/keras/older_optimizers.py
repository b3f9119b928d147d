"""The optimizers of Keras 2: their configuration and the order of what they remembered."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from ranvier import notices

_NAME = re.compile(r"(?:.*/)?(\w+?)(?:_\d+)*(?::0)?")
_ITERATIONS = ("iter", "iteration", "iterations")
_SLOTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "SGD": (("momentum",),),
    "RMSprop": (("rms",), ("momentum",), ("mg",)),
    "Adam": (("m", "v"), ("vhat",)),
    "Adamax": (("m", "v"),),
    "Adagrad": (("accumulator",),),
    "Adadelta": (("accum_grad", "accum_var"),),
    "Ftrl": (("accumulator", "linear"),),
}
"""What the slots of each are called, in the order in which Keras 3 keeps them."""

_RENAMED = {
    ("Adamax", "u"): "v",
    ("Adadelta", "accumulator"): "accum_grad",
    ("Adadelta", "delta_accumulator"): "accum_var",
}
"""What Keras 2.3 called them."""

_DROPPED = ("is_legacy_optimizer", "jit_compile")


def in_new_order(class_name: str, names: list[str], *, amsgrad: bool = False) -> list[str]:
    """Sort the arrays of an optimizer as Keras 3 does.

    The optimizers up to TensorFlow 2.10 keep one slot of all parameters after the other.

    Args:
        class_name: The class of the optimizer.
        names: The names of the arrays in the order of the file.
        amsgrad: Whether Adam remembers the largest squares, for which Keras 2.3 keeps a place in any case.

    Returns:
        The names; as they came where their order is that of newer versions, or not known.
    """
    groups = _SLOTS.get(class_name)
    kinds: dict[str, list[str]] = defaultdict(list)
    for name in names:
        matched = _NAME.fullmatch(name)
        kind = matched.group(1) if matched else ""
        kinds[_RENAMED.get((class_name, kind), kind)].append(name)
    first = [name for kind in _ITERATIONS for name in kinds.pop(kind, [])]
    known = {slot for group in groups or () for slot in group}
    if not amsgrad:
        kinds.pop("vhat", None)
    if groups is None or len(first) != 1 or not set(kinds) <= known:
        return names
    counts = {len(each) for each in kinds.values()}
    if len(counts) > 1:
        return names
    ordered = list(first)
    for group in groups:
        present = [kinds[slot] for slot in group if slot in kinds]
        ordered += [name for row in zip(*present, strict=True) for name in row]
    return ordered


def new_configuration(described: Any) -> Any:
    """Bring the configuration of an optimizer into the form of Keras 3.

    Args:
        described: ``class_name`` and ``config``, or a name.
    """
    if isinstance(described, str):
        return {"class_name": described, "config": {}}
    if not isinstance(described, dict):
        return described
    name, config = described.get("class_name"), described.get("config")
    if not isinstance(name, str) or not isinstance(config, dict):
        return described
    config = {key: value for key, value in config.items() if key not in _DROPPED}
    for older, newer in (("lr", "learning_rate"), ("schedule_decay", "decay")):
        if older in config:
            config.setdefault(newer, config.pop(older))
    _replace_decay(name, config)
    # Without an average, how often it would be used means nothing.
    if not config.get("use_ema"):
        config.pop("ema_overwrite_frequency", None)
    return {**described, "config": config}


def _replace_decay(name: str, config: dict[str, Any]) -> None:
    """Turn the decay that the optimizers up to TensorFlow 2.10 knew into a schedule of the learning rate."""
    decay, rate = config.get("decay"), config.get("learning_rate")
    if decay in (0, None):
        config.pop("decay", None)
    elif name.lower() == "nadam":
        notices.warn(
            f"The optimizer Nadam of Keras 2 changes its momentum at a pace of its own (decay={decay!r:.50}). "
            "Training goes on at the pace of the present Nadam."
        )
        del config["decay"]
    elif isinstance(decay, int | float) and isinstance(rate, int | float):
        del config["decay"]
        config["learning_rate"] = {
            "class_name": "InverseTimeDecay",
            "config": {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay},
        }
