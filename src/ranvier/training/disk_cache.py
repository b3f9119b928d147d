"""XLA's cache of compiled programs on disk, so that the next process need not compile again."""

from __future__ import annotations

import contextlib
import functools
import os
from pathlib import Path

import jax

from ranvier.folders import cache_folder

LARGEST_CACHE = 512 * 2**20
"""Bytes that the folder may hold; beyond, what was unused for longest is deleted."""


@functools.cache
def keep_programs_on_disk() -> None:
    """Switch the cache on, once a process, unless the user has chosen a folder of their own.

    By default XLA keeps only what took long to compile; programs of small networks do not. An empty
    ``RANVIER_CACHE_DIR`` switches the cache off.
    """
    if (
        jax.config.values["jax_compilation_cache_dir"] is not None
        or os.environ.get("RANVIER_CACHE_DIR") == ""
    ):
        return
    folder = cache_folder() / "programs"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _trim(folder)
    except OSError:  # a read-only home: every process compiles for itself
        return
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    # Autotuning caches and the like would put the folder's path into the key of every program.
    jax.config.update("jax_persistent_cache_enable_xla_caches", "none")


def _trim(folder: Path) -> None:
    files = [(path, path.stat()) for path in folder.iterdir() if path.is_file()]
    excess = sum(status.st_size for _, status in files) - LARGEST_CACHE
    for path, status in sorted(files, key=lambda each: each[1].st_atime):
        if excess <= 0:
            return
        with contextlib.suppress(OSError):  # another process may have been first
            path.unlink()
        excess -= status.st_size
