from __future__ import annotations

from ranvier.training.callbacks import event_file
from ranvier.training.callbacks.event_file import EventFile
from ranvier.training.callbacks.event_records import scalar_value


def test_a_file_appears_with_the_first_flush(tmp_path) -> None:
    file = EventFile(tmp_path / "train")
    file.add(scalar_value("a", 1.0), 0)
    assert not (tmp_path / "train").exists()
    file.flush()
    size = file.path.stat().st_size
    file.flush()  # nothing waits
    assert file.path.stat().st_size == size
    file.add(scalar_value("a", 2.0), 1)
    file.flush()
    assert file.path.stat().st_size > size
    assert "tfevents" in file.path.name


def test_two_files_have_two_names(tmp_path) -> None:
    assert EventFile(tmp_path).path != EventFile(tmp_path).path


def test_events_do_not_wait_long(tmp_path, monkeypatch) -> None:
    file = EventFile(tmp_path)
    monkeypatch.setattr(event_file, "_SECONDS_BEHIND", -1.0)
    file.add(scalar_value("a", 1.0), 0)
    assert file.path.exists()
