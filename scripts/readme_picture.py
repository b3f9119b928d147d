#!/usr/bin/env python3
"""Remake docs/images/training.png: one real training on the digits, and what the network then says."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ranvier import plots
from ranvier.datasets import digits
from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.utils import set_random_seed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images" / "training.png"
WIDTH = 1200
SHOWN = 24
COLOURS = 64


def main() -> None:
    """Train, draw, and write the picture."""
    set_random_seed(0)
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    model = Sequential([Input((64,)), Dense(64, "relu"), Dense(32, "relu"), Dense(10, "softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x_train.reshape(-1, 64) / 16, y_train, epochs=30, validation_split=0.1, verbose=0)

    guesses = model.predict(x_test.reshape(-1, 64) / 16, verbose=0).argmax(axis=1)
    accuracy = np.mean(guesses == y_test)
    wrong = np.flatnonzero(guesses != y_test)[: SHOWN // 4]
    right = np.flatnonzero(guesses == y_test)[: SHOWN - len(wrong)]
    chosen = np.concatenate([right, wrong])
    curves = plots.history_curves(history, title="64-64-32-10 on the digits, 30 epochs")
    grid = plots.image_grid(
        x_test[chosen],
        y_test[chosen],
        guesses[chosen],
        columns=12,
        title=f"Test images, {accuracy:.1%} read correctly; the last {len(wrong)} of these are among the errors",
    )
    parts = [_drawn(curves), _drawn(grid)]
    canvas = Image.new("RGB", (WIDTH, sum(part.height for part in parts)), "white")
    top = 0
    for part in parts:
        canvas.paste(part, (0, top))
        top += part.height
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    canvas.quantize(COLOURS).save(TARGET, optimize=True)
    print(f"{TARGET}: {TARGET.stat().st_size / 1000:.0f} kB")


def _drawn(figure: Figure) -> Image.Image:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    image = Image.open(buffer).convert("RGB")
    return image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
