from __future__ import annotations

from pathlib import Path

import pytest

from ranvier.training.callbacks.replacing import replace_when_complete


def test_the_file_appears_under_its_name(tmp_path) -> None:
    target, names = tmp_path / "deep" / "model.keras", []

    def save(path: str) -> None:
        names.append(Path(path).name)
        Path(path).write_text("new")

    replace_when_complete(target, save)
    assert target.read_text() == "new"
    assert names == ["model.keras"]
    assert list(target.parent.iterdir()) == [target]


def test_a_failure_leaves_the_old_file(tmp_path) -> None:
    target = tmp_path / "model.keras"
    target.write_text("old")

    def save(path: str) -> None:
        Path(path).write_text("ha")
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        replace_when_complete(target, save, keep=tmp_path / "kept")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_old_file_can_be_kept(tmp_path) -> None:
    target, kept = tmp_path / "a", tmp_path / "b"
    for text in ("first", "second", "third"):
        replace_when_complete(target, lambda path, text=text: Path(path).write_text(text), keep=kept)
    assert (target.read_text(), kept.read_text()) == ("third", "second")
