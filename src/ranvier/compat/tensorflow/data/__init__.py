"""``tf.data``: data sets that ``fit`` reads batch by batch."""

from __future__ import annotations

import importlib
from typing import Any

from ranvier.compat.tensorflow.data.dataset import AUTOTUNE, Dataset
from ranvier.compat.tensorflow.renaming import absent

__all__ = ["AUTOTUNE", "Dataset", "experimental"]
_INSTEAD = {
    "TFRecordDataset": "Give `fit` NumPy arrays or a generator.",
    "TextLineDataset": "Read the file in Python.",
}
_absent = absent("tf.data", lambda: __all__, _INSTEAD)


def __getattr__(name: str) -> Any:
    return importlib.import_module(f"{__name__}.experimental") if name == "experimental" else _absent(name)
