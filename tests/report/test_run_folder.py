from __future__ import annotations

from pathlib import Path

import pytest

from ranvier.errors import RunFolderError
from ranvier.report import RunSettings, TableRunSettings, create_run, open_run


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_is_opened_as_it_was_made(settings: RunSettings) -> None:
    run = create_run(settings, "mine/first")
    assert open_run(run.path) == run
    run.write_json("metrics.json", {"test": {"accuracy": 0.5}})
    assert open_run("mine/first").metrics() == {"test": {"accuracy": 0.5}}


def test_what_is_not_finite_is_null_in_files(settings: RunSettings) -> None:
    run = create_run(settings, "mine")
    run.write_json("metrics.json", {"a": {"b": float("nan")}, "c": [float("-inf"), 1.5], "d": ("x", None)})
    assert run.metrics() == {"a": {"b": None}, "c": [None, 1.5], "d": ["x", None]}


def test_runs_without_a_folder_are_numbered(settings: RunSettings) -> None:
    names = [create_run(settings).path.name for _ in range(3)]
    date = names[0].removesuffix("-digits")
    assert len(date.split("-")) == 3
    assert names == [f"{date}-digits", f"{date}-digits-2", f"{date}-digits-3"]


def test_an_empty_folder_may_exist(settings: RunSettings) -> None:
    Path("empty").mkdir()
    assert create_run(settings, "empty").path == Path("empty")


def test_folders_that_cannot_serve(settings: RunSettings) -> None:
    create_run(settings, "mine")
    with pytest.raises(RunFolderError, match="'mine' is not empty"):
        create_run(settings, "mine")
    Path("file").write_text("")
    with pytest.raises(RunFolderError, match="'file' cannot be made: file exists"):
        create_run(settings, "file")
    with pytest.raises(RunFolderError, match="cannot be made: not a directory"):
        create_run(settings, "file/run")
    Path("runs").write_text("")
    with pytest.raises(RunFolderError, match="'runs' cannot be made"):
        create_run(settings)


def test_a_run_that_came_to_nothing_is_removed(settings: RunSettings) -> None:
    run = create_run(settings, "mine")
    (run.path / "history.csv").write_text("epoch\n")
    run.discard()
    assert not run.path.exists()
    run = create_run(settings, "mine")
    (run.path / "notes.txt").write_text("a user's own")
    run.discard()
    assert [each.name for each in run.path.iterdir()] == ["notes.txt"]


def test_missing_folder_names_the_closest_run(settings: RunSettings) -> None:
    with pytest.raises(RunFolderError, match=r"'runs/x', which does not exist. `ranvier train digits` makes"):
        open_run("runs/x")
    create_run(settings, "runs/2026-01-31-digits")
    create_run(settings, "runs/2026-02-01-mnist")
    with pytest.raises(RunFolderError, match=r"Did you mean 'runs/2026-01-31-digits'\?"):
        open_run("runs/2026-01-13-digits")
    with pytest.raises(RunFolderError, match=r"'runs' is not a run: it has no file 'settings.json'. Did you"):
        open_run("runs")
    with pytest.raises(RunFolderError, match="which is a file"):
        open_run("runs/2026-01-31-digits/settings.json")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_damaged_settings(settings: RunSettings, content: bytes) -> None:
    run = create_run(settings, "mine")
    (run.path / "settings.json").write_bytes(content)
    with pytest.raises(
        RunFolderError, match=r"'mine/settings.json' are damaged: they cannot be read as JSON"
    ):
        open_run("mine")


def test_missing_model(settings: RunSettings) -> None:
    run = create_run(settings, "mine")
    with pytest.raises(
        RunFolderError, match=r"'mine' has no file 'model.safetensors'.*`ranvier train --resume mine`"
    ):
        _ = run.model_path
    (run.path / "model.safetensors").write_bytes(b"")
    assert run.model_path == run.path / "model.safetensors"


@pytest.mark.parametrize("content", [None, b"{", b"[]"])
def test_missing_or_damaged_results(settings: RunSettings, content: bytes | None) -> None:
    run = create_run(settings, "mine")
    if content is not None:
        (run.path / "metrics.json").write_bytes(content)
    with pytest.raises(RunFolderError, match=r"'mine/metrics.json' are missing or damaged"):
        run.metrics()


def test_runs_tell_what_they_were_trained_on(settings: RunSettings, table_settings: TableRunSettings) -> None:
    images, table = create_run(settings, "images"), create_run(table_settings, "table")
    assert open_run("images").told == images.settings == settings
    assert open_run("table").told == table.table == table_settings
    with pytest.raises(RunFolderError, match=r"'table' was trained on the table 'houses'; a run on images"):
        _ = table.settings
    with pytest.raises(
        RunFolderError, match=r"'images' was trained on the images 'digits'; a run on a table"
    ):
        _ = images.table
