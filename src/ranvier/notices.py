"""Warnings that point at the line of the user's program, not at one of Ranvier's."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

_INSIDE = str(Path(__file__).parent)


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn, naming the innermost line outside this package.

    Args:
        message: What was found and what to do, in whole sentences.
        category: The kind of warning.
    """
    level = 2
    frame = sys._getframe(1)
    while frame.f_code.co_filename.startswith(_INSIDE) and frame.f_back is not None:
        frame = frame.f_back
        level += 1
    warnings.warn(message, category, stacklevel=level)
