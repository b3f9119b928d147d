from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ranvier.errors import FileWriteError, RanvierError
from ranvier.storage.atomic import replacing


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


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_full_disk_gives_a_sentence_and_keeps_the_old_file(tmp_path) -> None:
    # The largest file of a process stands for the end of the disk.
    program = f"""
import resource
from ranvier.errors import FileWriteError
from ranvier.storage.atomic import replacing
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with replacing({str(tmp_path / "file")!r}) as file:
        file.write(bytes(100_000))
except FileWriteError as error:
    print(error)
"""
    (tmp_path / "file").write_bytes(b"old")
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "file too large" in found.stdout
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_writer_leaves_an_old_or_a_new_file(tmp_path) -> None:
    target = tmp_path / "file"
    program = f"""
from ranvier.storage.atomic import replacing
print("ready", flush=True)
while True:
    for value in (1, 2):
        with replacing({str(target)!r}) as file:
            for _ in range(64):
                file.write(bytes([value]) * 65536)
"""
    for number in range(6):
        writer = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        wait_for(target)
        time.sleep(0.003 * number)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        content = target.read_bytes()
        assert content in (bytes([1]) * 64 * 65536, bytes([2]) * 64 * 65536)


def wait_for(path: Path) -> None:
    while not path.exists():
        os.sched_yield()
