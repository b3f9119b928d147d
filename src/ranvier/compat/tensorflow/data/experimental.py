"""``tf.data.experimental``."""

from __future__ import annotations

from ranvier.compat.tensorflow.data.dataset import AUTOTUNE, Dataset
from ranvier.compat.tensorflow.renaming import absent

__all__ = ["AUTOTUNE", "cardinality"]


def cardinality(dataset: Dataset) -> int:
    """Return the number of elements; -1 for an endless one, -2 where it is not known."""
    return dataset.cardinality()


__getattr__ = absent("tf.data.experimental", lambda: __all__)
