from __future__ import annotations

from ranvier import metrics
from ranvier.metrics.names import FUNCTIONS


def test_every_function_is_public() -> None:
    for name, function in FUNCTIONS.entries.items():
        if name not in ("accuracy", "cosine_similarity"):  # as in Keras
            assert getattr(metrics, name) is function
