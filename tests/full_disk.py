"""A disk that is full, and a folder that may not be written to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if sys.platform != "win32":
    import resource


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let no file grow beyond a size in bytes: stands for the end of the disk."""
    if sys.platform == "win32":
        pytest.skip("limits of POSIX")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def unwritable_folder(folder: Path) -> Iterator[Path]:
    """Yield a folder that this process may not write to, the one given if possible."""
    if os.geteuid() == 0:  # to whom permissions do not apply, but the kernel's own files stay closed
        yield Path("/sys")
        return
    folder.chmod(0o500)
    try:
        yield folder
    finally:
        folder.chmod(0o700)
