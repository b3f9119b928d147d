"""How much memory is free, and how much of it data may take that could also be streamed."""

from __future__ import annotations

import os
import re
from pathlib import Path

SMALLEST_BUDGET = 256 * 2**20
"""Bytes that lazy data may always take when copied whole."""

_MEMORY_REPORT = Path("/proc/meminfo")
_GROUP_FOLDER = Path("/sys/fs/cgroup")


def available_memory() -> int | None:
    """Return the bytes that a process can still use, or None where the system does not say.

    On Linux this is the smaller of what the kernel calls available and what the control group
    (a container) leaves; elsewhere the free pages, where POSIX tells them.
    """
    known = [amount for amount in (_reported(), _left_in_group()) if amount is not None]
    return min(known) if known else _free_pages()


def default_budget() -> int:
    """Return the bytes that lazy data may take when copied whole.

    A quarter of the available memory, and at least 256 MiB.
    """
    available = available_memory()
    return SMALLEST_BUDGET if available is None else max(SMALLEST_BUDGET, available // 4)


def _reported() -> int | None:
    try:
        found = re.search(
            r"^MemAvailable:\s+(\d+) kB", _MEMORY_REPORT.read_text(encoding="ascii"), re.MULTILINE
        )
    except OSError:
        return None
    return int(found.group(1)) * 1024 if found else None


def _left_in_group() -> int | None:
    try:
        limit = (_GROUP_FOLDER / "memory.max").read_text(encoding="ascii").strip()
        used = (_GROUP_FOLDER / "memory.current").read_text(encoding="ascii").strip()
    except OSError:
        return None
    return max(0, int(limit) - int(used)) if limit.isdigit() and used.isdigit() else None


def _free_pages() -> int | None:
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
