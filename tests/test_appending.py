from __future__ import annotations

import errno
import os
import re
import sys
from pathlib import Path

import pytest

from ranvier.appending import append_bytes, cut, explained_writing, make_folder, settle
from ranvier.errors import FileWriteError, RanvierError
from tests.full_disk import full_disk, unwritable_folder


def test_bytes_are_added_and_cut_away_again(tmp_path) -> None:
    path = tmp_path / "rows"
    assert (cut(path, 3), settle(path)) == (0, 0)
    append_bytes(path, b"abc")
    append_bytes(path, b"def")
    assert path.read_bytes() == b"abcdef"
    assert settle(path) == 6
    assert cut(path, 9) == 6
    assert cut(path, 4) == 4
    assert path.read_bytes() == b"abcd"


def test_a_full_disk_leaves_no_half_row(tmp_path) -> None:
    path = tmp_path / "rows"
    append_bytes(path, bytes(4000))
    with (
        full_disk(4096),
        pytest.raises(FileWriteError, match=r"could not be written: file too large\. What stood"),
    ):
        append_bytes(path, bytes(200))
    assert path.read_bytes() == bytes(4000)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "folder"
    with pytest.raises(
        FileWriteError, match=f"{re.escape(str(place))}' could not be written: not a directory"
    ):
        make_folder(place)


def test_an_error_of_ours_stays_and_one_of_the_system_is_explained() -> None:
    with pytest.raises(RanvierError, match=r"^mine$"), explained_writing("a"):
        raise RanvierError("mine")
    sentence = r"'a' could not be written: no space left on device\. The model in memory stays usable\."
    with pytest.raises(FileWriteError, match=sentence) as caught, explained_writing("a", untouched=False):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="folders of Linux")
def test_a_read_only_folder_is_a_sentence(tmp_path) -> None:
    with unwritable_folder(tmp_path) as folder, pytest.raises(FileWriteError, match="permission denied"):
        append_bytes(Path(folder) / "rows", b"1")
