"""What is raised for a name of TensorFlow or Keras that is not offered.

Each is also the built-in exception that Python itself would raise, so that ``hasattr`` and
``try: import ...`` in a program work as they do where TensorFlow lacks the name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from ranvier.errors import MissingNameError, UnsupportedError

__all__ = ["MissingModuleError", "MissingNameError", "missing"]

_LISTED = 30


class MissingModuleError(UnsupportedError, ImportError):
    """A module of TensorFlow or Keras, or a name in it, is imported and not offered."""


def missing(owner: str, name: str, offered: Iterable[str], instead: str | None = None) -> str:
    """Return the sentence for a name that is not offered.

    Args:
        owner: The module, as the program calls it: ``"tf.math"``.
        name: The name.
        offered: What the module does offer.
        instead: What to use instead, a whole sentence; by default the closest names.
    """
    start = f"`{owner}.{name}` is not offered by Ranvier, which answers for TensorFlow and Keras here."
    if instead is not None:
        return f"{start} {instead}"
    names = sorted(each for each in offered if not each.startswith("_"))
    closest = difflib.get_close_matches(name, names, n=3)
    if closest:
        return f"{start} Did you mean {' or '.join(repr(each) for each in closest)}?"
    if len(names) > _LISTED:
        return f"{start} `{owner}` has {len(names)} names, none of them like it."
    return f"{start} `{owner}` has: {', '.join(names)}."
