"""Automatic names: ``dense``, ``dense_1``, ``dense_2``, as Keras counts them."""

from __future__ import annotations

import re
import threading
from collections import Counter

_lock = threading.Lock()
_used: Counter[str] = Counter()


def snake_case(name: str) -> str:
    """Turn a class name into the form of a layer name: ``Conv2D`` to ``conv2d``.

    Args:
        name: A class name in CamelCase.

    Returns:
        The name in lower case, words joined by underscores, without a leading underscore.
    """
    # Keras' own rule, since programs find layers by the names it makes: PReLU becomes p_re_lu.
    plain = re.sub(r"\W+", "", name)
    spaced = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", plain)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower().strip("_")


def automatic_name(prefix: str) -> str:
    """Return ``prefix`` the first time, then ``prefix_1``, ``prefix_2``, and so on.

    Args:
        prefix: The name to number.

    Returns:
        A name that this function has not returned since :func:`reset_names`.
    """
    with _lock:
        number = _used[prefix]
        _used[prefix] += 1
    return prefix if number == 0 else f"{prefix}_{number}"


def reset_names() -> None:
    """Start counting from the beginning, as ``clear_session`` does."""
    with _lock:
        _used.clear()
