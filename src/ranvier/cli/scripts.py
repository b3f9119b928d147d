"""``ranvier run``: programs written for Keras."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ranvier import compat


def run_script(path: Path, arguments: Sequence[str]) -> None:
    """Run a program, its imports of Keras answered by Ranvier.

    Args:
        path: The program.
        arguments: What the program finds in ``sys.argv`` after its own name.
    """
    compat.run(path, list(arguments))
