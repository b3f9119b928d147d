"""The user's cache folder, where downloads are kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    r"""Return Ranvier's folder among the user's caches; it need not exist yet.

    Returns:
        ``$XDG_CACHE_HOME/ranvier`` or ``~/.cache/ranvier`` on Linux, ``~/Library/Caches/ranvier``
        on macOS, ``%LOCALAPPDATA%\ranvier\Cache`` on Windows.
    """
    if sys.platform == "win32":  # pragma: no cover
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "ranvier" / "Cache"
    if sys.platform == "darwin":  # pragma: no cover
        return Path.home() / "Library" / "Caches" / "ranvier"
    named = os.environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(named).expanduser() if named else Path.home() / ".cache") / "ranvier"
