"""Versions: of the settings file, and of what decides the numbers."""

from __future__ import annotations

import importlib.metadata
import platform

from ranvier import __version__

FORMAT = 2
"""The version of the settings file that is written; a reader takes its own and every earlier one.

1: image runs only. 2: tells image runs from table runs (``kind``).
"""


def installed_versions() -> dict[str, str]:
    """Return the versions of what decides the numbers."""
    # Asked of the installation, not of the modules: settings are also read where the engine is not loaded.
    engine = {name: importlib.metadata.version(name) for name in ("jax", "numpy")}
    return {"ranvier": __version__, **engine, "python": platform.python_version()}
