from __future__ import annotations

import io
import os
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from ranvier.errors import ConfigurationError, FileFormatError, UnknownNameError
from ranvier.utils.archives import extract
from tests.file_server import names

if TYPE_CHECKING:
    from pathlib import Path


def make_tar(
    path: Path, members: dict[str, bytes], link: tuple[str, str] | None = None, mode: str = "w:gz"
) -> Path:
    with tarfile.open(path, mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if link is not None:
            info = tarfile.TarInfo(link[0])
            info.type, info.linkname = tarfile.SYMTYPE, link[1]
            archive.addfile(info)
    return path


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


MAKERS = {"tar": make_tar, "zip": make_zip}


@pytest.mark.parametrize("kind", ["tar", "zip"])
@pytest.mark.parametrize("asked", ["auto", "own", "list"])
def test_extract(tmp_path, kind, asked):
    archive = MAKERS[kind](tmp_path / "archive", {"a.txt": b"one", "b/c.txt": b"two"})
    folder = tmp_path / "out"
    extract(archive, folder, {"auto": "auto", "own": kind, "list": [kind]}[asked])
    assert (folder / "a.txt").read_bytes() == b"one"
    assert (folder / "b" / "c.txt").read_bytes() == b"two"
    assert names(tmp_path) == ["archive", "out"]


def test_extract_into_a_folder_that_exists(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "own.txt").write_text("kept")
    (folder / "a.txt").write_text("old")
    extract(make_tar(tmp_path / "archive", {"a.txt": b"new"}), folder)
    assert (folder / "own.txt").read_text() == "kept"
    assert (folder / "a.txt").read_text() == "new"


@pytest.mark.parametrize("kind", ["tar", "zip"])
@pytest.mark.parametrize(
    "name", ["../outside.txt", "a/../../outside.txt", "/tmp/outside.txt", "C:\\outside", "..\\o"]
)
def test_nothing_leaves_the_folder(tmp_path, kind, name):
    archive = MAKERS[kind](tmp_path / "archive", {"good.txt": b"x", name: b"bad"})
    with pytest.raises(FileFormatError, match="would land outside the folder"):
        extract(archive, tmp_path / "out")
    assert names(tmp_path) == ["archive"]


@pytest.mark.parametrize("target", ["/etc", "../../elsewhere"])
def test_links_do_not_lead_outside(tmp_path, target):
    archive = make_tar(tmp_path / "archive", {"good.txt": b"x"}, link=("way", target))
    with pytest.raises(FileFormatError, match="damaged or unsafe"):
        extract(archive, tmp_path / "out")
    assert names(tmp_path) == ["archive"]


def test_links_inside_are_kept(tmp_path):
    extract(make_tar(tmp_path / "archive", {"good.txt": b"x"}, link=("way", "good.txt")), tmp_path / "out")
    assert (tmp_path / "out" / "way").readlink().name == "good.txt"


def test_no_archive(tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(b"no archive")
    with pytest.raises(
        FileFormatError, match="Expected a tar or zip archive; received: plain, which is none"
    ):
        extract(plain, tmp_path / "out")
    with pytest.raises(FileFormatError, match="Expected a zip archive"):
        extract(make_tar(tmp_path / "tar", {}), tmp_path / "out", "zip")


def test_damaged_archive(tmp_path):
    archive = make_tar(tmp_path / "archive", {"a": os.urandom(50_000)})
    archive.write_bytes(archive.read_bytes()[:20_000])
    with pytest.raises(FileFormatError, match="damaged"):
        extract(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_format_names(tmp_path):
    with pytest.raises(ConfigurationError, match="received: None"):
        extract(tmp_path / "archive", tmp_path / "out", None)
    with pytest.raises(UnknownNameError, match="Did you mean 'tar'"):
        extract(tmp_path / "archive", tmp_path / "out", "tarr")
