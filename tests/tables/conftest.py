from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ranvier.tables.reading import ReadingOptions
from ranvier.tables.table import Table, read_table

Read = Callable[..., Table]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file and return its path."""

    def write_file(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture
def read(write: Callable[..., Path]) -> Read:
    """Write a file and read it as a table."""

    def read_content(
        content: str | bytes, name: str = "table.csv", verbatim: Any = (), **options: Any
    ) -> Table:
        return read_table(str(write(content, name)), ReadingOptions(**options), verbatim=verbatim)

    return read_content
