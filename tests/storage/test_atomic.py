from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ranvier.errors import FileWriteError, RanvierError
from ranvier.storage.atomic import put_in_place, replacing

ROOT = Path(__file__).resolve().parents[2]


def test_the_new_file_takes_the_place_of_the_old_one(tmp_path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    with replacing(target) as file:
        file.write(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_an_error_leaves_the_old_file_and_nothing_beside_it(tmp_path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    with pytest.raises(TypeError), replacing(target) as file:
        file.write("half")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_target_of_a_link_is_replaced(tmp_path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to("real")
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_missing_folder_gives_a_sentence(tmp_path) -> None:
    sentence = r"could not be written: no such file.*stays usable"
    with pytest.raises(FileWriteError, match=sentence) as caught, replacing(tmp_path / "missing" / "file"):
        pass
    assert isinstance(caught.value, OSError)
    assert caught.value.errno == 2


def test_an_error_of_ranvier_inside_stays_what_it_is(tmp_path) -> None:
    with pytest.raises(RanvierError, match=r"^mine$"), replacing(tmp_path / "file"):
        raise RanvierError("mine")


def leave_behind(target: Path) -> Path:
    """Make what a killed writer leaves."""
    part = target.with_name(f".{target.name}.0123abcd.part")
    part.write_bytes(b"half")
    return part


def test_what_a_killed_writer_left_goes_with_the_next_write_of_the_name(tmp_path) -> None:
    target = tmp_path / "file"
    left, other = leave_behind(target), leave_behind(tmp_path / "file2")
    with replacing(target) as file:
        file.write(b"new")
    assert not left.exists()
    assert other.exists()


def test_two_writers_of_a_name_leave_each_other_alone(tmp_path) -> None:
    target = tmp_path / "file"
    with replacing(target) as first:
        first.write(b"first")
        with replacing(target) as second:
            second.write(b"second")
        assert target.read_bytes() == b"second"
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]


def test_a_name_as_long_as_the_system_takes(tmp_path) -> None:
    target = tmp_path / ("ä" * 124 + ".json")
    for content in (b"1", b"2"):
        with replacing(target) as file:
            file.write(content)
    assert target.read_bytes() == b"2"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_the_permissions_of_the_old_file_stay(tmp_path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    target.chmod(0o600)
    with replacing(target) as file:
        file.write(b"new")
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_complete_file_gets_its_name(tmp_path) -> None:
    (tmp_path / "a.part").write_bytes(b"whole")
    put_in_place(tmp_path / "a.part", tmp_path / "a")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"whole")]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_two_hundred_killed_writers_leave_old_or_new_files(tmp_path) -> None:
    program = [sys.executable, "-W", "ignore", "-m", "tests.storage.killed_writer", str(tmp_path), "200"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    # How many died in the middle of a file depends on the machine; that some did shows that the test looks there.
    assert found["halves"] > 10
    assert found["seen"] == {"model.safetensors": 2, "backup": 2, "report.json": 2, "rows.csv": 1}
