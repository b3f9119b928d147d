"""Programs written for TensorFlow's Keras, run unchanged.

:func:`install` makes ``import tensorflow as tf``, ``from tensorflow.keras.models import Sequential``
and ``import keras`` find Ranvier; :func:`run` runs a whole program that way. Nothing happens unless
one of them is called.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import PathFinder
from os import PathLike

from ranvier.compat.errors import MissingModuleError, MissingNameError
from ranvier.compat.finder import AliasFinder, answer
from ranvier.compat.names import TOP_LEVEL
from ranvier.compat.script import run_as_main
from ranvier.errors import ConfigurationError

__all__ = ["MissingModuleError", "MissingNameError", "install", "run", "uninstall"]


def install(force: bool = False) -> tuple[str, ...]:
    """Answer imports of TensorFlow and Keras with Ranvier, in this process from now on.

    Args:
        force: Also where the real package is installed; otherwise that one is left in its place.

    Returns:
        The packages that Ranvier answers for, of ``tensorflow``, ``keras`` and ``tf_keras``.

    Raises:
        ConfigurationError: If ``force`` is asked for after a real package was imported.
    """
    wanted = tuple(name for name in TOP_LEVEL if force or PathFinder.find_spec(name) is None)
    imported = [name for name in wanted if name in sys.modules and not _ours(name)]
    if imported:
        raise ConfigurationError(
            f"{imported[0]!r} has been imported already, so parts of it are in use. "
            "Call `ranvier.compat.install` before anything imports it."
        )
    if wanted:
        answer(wanted)
    return wanted


def _ours(name: str) -> bool:
    return (getattr(sys.modules[name], "__name__", None) or "").startswith("ranvier.")


def uninstall() -> None:
    """Leave imports of TensorFlow and Keras to Python again; what was imported stays usable."""
    sys.meta_path[:] = [
        finder
        for finder in sys.meta_path
        if not (isinstance(finder, AliasFinder) and set(finder.packages) & set(TOP_LEVEL))
    ]
    for name in list(sys.modules):
        if name.split(".")[0] in TOP_LEVEL and _ours(name):
            del sys.modules[name]


def run(path: str | PathLike[str], arguments: Sequence[str] = ()) -> None:
    """Run a program as ``python path arguments...`` would, its imports of Keras answered by Ranvier.

    This holds also where TensorFlow or Keras is installed.

    Args:
        path: The program.
        arguments: What it finds in ``sys.argv`` after its own name.

    Raises:
        ConfigurationError: If there is no such file.
    """
    install(force=True)
    try:
        run_as_main(path, arguments)
    finally:
        uninstall()
