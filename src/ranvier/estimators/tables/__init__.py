"""Networks for tables as they come: schema, encoding, recipe, ensemble."""

from __future__ import annotations

from typing import Any

from ranvier.estimators.tables.classifier import TabularClassifier
from ranvier.estimators.tables.files import read_estimator
from ranvier.estimators.tables.regressor import TabularRegressor
from ranvier.estimators.tables.schema import ColumnSchema, Schema

__all__ = ["ColumnSchema", "Schema", "TabularClassifier", "TabularRegressor", "load_estimator"]


def load_estimator(path: Any) -> TabularClassifier | TabularRegressor:
    """Read an estimator that its ``save`` wrote; it predicts the same, bit for bit.

    Args:
        path: The file.

    Raises:
        FileFormatError: If the file holds no such estimator, is damaged, or was written by a newer version.
        OSError: If the system cannot read it.
    """
    classes = {"TabularClassifier": TabularClassifier, "TabularRegressor": TabularRegressor}
    return read_estimator(path, classes)  # type: ignore[no-any-return]
