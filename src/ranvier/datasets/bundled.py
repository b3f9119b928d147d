"""The tables inside an installed scikit-learn, read without importing it.

Importing ``sklearn.datasets`` takes seconds, reading a table takes milliseconds. Where a release has
moved its files, scikit-learn's own loader is asked.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from ranvier.errors import missing_extra

FOLDER = Path("datasets", "data")


def bundled_table(
    loader: str, file: str, *, delimiter: str | None = ",", header_lines: int = 0, **options: Any
) -> np.ndarray[Any, Any]:
    """Return a data set of scikit-learn as one table.

    Args:
        loader: The function of ``sklearn.datasets`` that loads it.
        file: Its file, plain or ``.gz``. When the table lacks the targets they stand in the file of
            the same name with ``target`` for ``data_raw``.
        delimiter: What separates columns; None for blanks.
        header_lines: Lines to skip.
        **options: What the loader has to be told to give the same.

    Returns:
        Shape (rows, features + 1), float64; the target is the last column.

    Raises:
        MissingExtraError: If scikit-learn is not installed.
    """
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise missing_extra("This data set", "scikit-learn", "data")
    path = Path(package.origin).parent / FOLDER / file
    if not path.is_file():
        bunch = getattr(importlib.import_module("sklearn.datasets"), loader)(**options)
        return np.column_stack([bunch.data, bunch.target])
    table = np.loadtxt(path, delimiter=delimiter, skiprows=header_lines)
    targets = path.with_name(file.replace("data_raw", "target"))
    return np.column_stack([table, np.loadtxt(targets)]) if targets != path else table
