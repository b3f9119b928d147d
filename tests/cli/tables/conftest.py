from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

SMALL = ("--members", 1, "--hidden", "8", "--epochs", 4, "--recipe", "td-s")
"""A network that is trained in no time."""


def houses(rows: int = 240, seed: int = 0) -> str:
    """Return a table whose prices follow from area and town, and whose kind from the price."""
    generator = np.random.default_rng(seed)
    lines = ["id,area,town,garden,sold,price,kind"]
    for number in range(rows):
        area, town = int(generator.integers(30, 200)), ["Oslo", "Bergen", "Å <b>"][generator.integers(3)]
        price = 3.5 * area + (50 if town == "Oslo" else 0) + generator.normal()
        cells = [
            str(number + 1),
            "" if number % 17 == 3 else str(area),
            town,
            "yes" if generator.random() < 0.5 else "no",
            f"{1 + number % 28:02d}.{1 + number // 28:02d}.2020",
            f"{price:.2f}",
            "dear" if price > 400 else "cheap",
        ]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table; not to be changed."""
    path = tmp_path_factory.mktemp("tables") / "houses.csv"
    path.write_text(houses(), encoding="utf-8")
    return path


def _trained(line: Any, table: Path, target: str, *options: object) -> Path:
    folder = table.parent / target
    result = line("train", table, "--target", target, "-o", folder, *SMALL, *options)
    assert result.exit_code == 0, result.output
    (folder / "output.txt").write_text(result.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def classified(line: Any, table: Path) -> Path:
    """The run of a classification; not to be changed."""
    return _trained(line, table, "kind", "--drop", "price")


@pytest.fixture(scope="session")
def regressed(line: Any, table: Path) -> Path:
    """The run of a regression; not to be changed."""
    return _trained(line, table, "price", "--drop", "kind")
