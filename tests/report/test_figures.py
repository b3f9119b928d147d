from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")
Image = pytest.importorskip("PIL.Image")

from ranvier.report import figures  # noqa: E402

NAMES = ("0", "1", "2")


def _shown(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        assert np.asarray(picture.convert("L")).std() > 1.0
        return picture.size


def test_curves(tmp_path: Path) -> None:
    history = {"loss": [2.0, 1.0], "accuracy": [0.1, 0.6], "val_loss": [2.1, 1.2], "val_accuracy": [0.1, 0.5]}
    figures.write_curves(tmp_path, history, "digits")
    assert _shown(tmp_path / "curves.png") > (800, 300)


def test_no_curves_without_an_epoch(tmp_path: Path) -> None:
    figures.write_curves(tmp_path, {}, "digits")
    assert list(tmp_path.iterdir()) == []


def test_confusion(tmp_path: Path) -> None:
    figures.write_confusion(tmp_path, np.array([0, 1, 2]), np.eye(3)[[0, 1, 1]], NAMES)
    _shown(tmp_path / "confusion.png")


@pytest.mark.parametrize("mistakes", [1, 70])
def test_surest_mistakes_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistakes: int) -> None:
    sure = np.linspace(0.5, 0.9, mistakes)
    probabilities = np.stack([np.zeros(mistakes), sure, 1 - sure], axis=1)
    images = np.arange(mistakes)[:, None, None] * np.ones((1, 8, 8))
    seen = {}
    grid = figures.plots.image_grid
    monkeypatch.setattr(
        figures.plots,
        "image_grid",
        lambda shown, *rest, **options: seen.update(shown=shown, **options) or grid(shown, *rest, **options),
    )
    figures.write_misclassified(tmp_path, images, np.zeros(mistakes, int), probabilities, NAMES)
    assert seen["shown"][:, 0, 0].tolist() == list(range(mistakes))[::-1][:40]
    assert seen["title"].startswith(f"{mistakes} of {mistakes} test images misclassified")
    assert ("40 surest" in seen["title"]) == (mistakes > 40)
    _shown(tmp_path / "misclassified.png")


def test_no_mistakes_are_said_so(tmp_path: Path) -> None:
    images = np.zeros((3, 8, 8), np.uint8)
    figures.write_misclassified(tmp_path, images, np.array([0, 1, 2]), np.eye(3), NAMES)
    _shown(tmp_path / "misclassified.png")
