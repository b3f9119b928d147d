"""Where Ranvier keeps what it can make or fetch again."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder of caches: ``RANVIER_CACHE_DIR``, or the platform's own place for caches.

    Returns:
        A path that need not exist yet.
    """
    chosen = os.environ.get("RANVIER_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":  # pragma: no cover
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "ranvier" / "Cache"
    if sys.platform == "darwin":  # pragma: no cover
        return Path.home() / "Library" / "Caches" / "ranvier"
    named = os.environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(named).expanduser() if named else Path.home() / ".cache") / "ranvier"
