"""Counts what the tests of this folder move between real Keras and Ranvier: ``python -m tests.storage.keras.count``."""

from __future__ import annotations

import numpy as np

from tests.storage.golden.make import FOLDER
from tests.storage.keras import test_layers, test_models, test_operations, test_parts, test_training
from tests.storage.keras.twins import FORMATS

DIRECTIONS = 2


def main() -> None:
    """Print the numbers."""
    layers = test_layers.NAMED
    refused = sum(bool(np.ndim(arguments.get("axis", 0))) for _, arguments, _ in layers)
    cells = len(layers) * len(FORMATS) - refused
    whole, kinds = len(test_parts.WHOLE), len({name for name, _, _ in layers})
    parts = {name: len(rows) for name, (_, _, rows) in test_parts.PARTS.items()}
    print(
        f"layers      {len(layers)} rows of {kinds} classes x {len(FORMATS)} formats - {refused} that Keras itself "
        f"does not find again in .h5 = {cells} cells, x {DIRECTIONS} directions = {cells * DIRECTIONS}"
    )
    print(f"models      {len(test_models.MODELS)} x {len(FORMATS)} formats x {DIRECTIONS} directions")
    print(f"operations  {len(test_operations.CALLS)} x .keras x {DIRECTIONS} directions")
    print(
        f"optimizers  {len(test_training.OPTIMIZERS)} x .keras and {len(test_training.OLDER)} x .h5, with state and a "
        f"`fit` that goes on, x {DIRECTIONS} directions"
    )
    print(f"schedules   {len(test_parts.SCHEDULES)} x {whole} formats x {DIRECTIONS} directions")
    print(f"losses      {len(test_training.LOSSES)}, metrics {len(test_training.METRICS)} x {whole} formats")
    print(f"parts       {parts} x {whole} formats x {DIRECTIONS} directions")
    print(
        f"golden      {len([path for path in FOLDER.glob('keras-*') if path.suffix != '.json'])} files of Keras"
    )


if __name__ == "__main__":
    main()
