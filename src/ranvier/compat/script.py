"""A script run as Python runs one."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from ranvier.errors import ConfigurationError


def run_as_main(path: str | PathLike[str], arguments: Sequence[str]) -> None:
    """Run a script under the name ``__main__``.

    Args:
        path: The script.
        arguments: What it finds in ``sys.argv`` after its own name.

    Raises:
        ConfigurationError: If there is no such file.
    """
    script = Path(path)
    if not script.is_file():
        raise ConfigurationError(f"There is no program to run at {str(script)!r}.")
    with _as_python_leaves_them(script, [str(each) for each in arguments]):
        runpy.run_path(str(script), run_name="__main__")


@contextmanager
def _as_python_leaves_them(script: Path, arguments: list[str]) -> Iterator[None]:
    """Set ``sys.argv`` and the first folder of ``sys.path``, and put both back."""
    argv, path = sys.argv, list(sys.path)
    sys.argv = [str(script), *arguments]
    sys.path.insert(0, str(script.resolve().parent))
    try:
        yield
    finally:
        sys.argv, sys.path[:] = argv, path
