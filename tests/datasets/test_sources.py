"""One small file through every place it can come from, and every way it can fail."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from typing import TYPE_CHECKING

import pytest

from ranvier.datasets import sources
from ranvier.datasets.sources import Source, check_content, given_path, obtain
from ranvier.errors import ConfigurationError, DownloadError, FileFormatError, MissingExtraError
from tests.file_server import names

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = bytes(range(256)) * 64
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
FILE = gzip.compress(CONTENT, mtime=0)


def read(path: Path) -> bytes:
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    check_content(content, DIGEST)
    return content


def source(*addresses: str) -> Source[bytes]:
    return Source("set", "file.gz", addresses, read=read, other_names=("file",))


def test_downloaded_once_and_cached(server, cache):
    wanted = source(server.put("file.gz", FILE))
    assert obtain(wanted) == CONTENT
    assert obtain(wanted) == CONTENT
    assert len(server.requests) == 1
    assert names(cache / "set") == ["file.gz", "file.gz.lock"]


def test_the_content_counts_not_the_compression(server, cache):
    assert obtain(source(server.put("file.gz", gzip.compress(CONTENT, 1, mtime=7)))) == CONTENT


def test_pooch_says_where_it_comes_from(server, caplog):
    address = server.put("file.gz", FILE)
    sources.pooch.get_logger().addHandler(caplog.handler)
    try:
        obtain(source(address))
    finally:
        sources.pooch.get_logger().removeHandler(caplog.handler)
    assert f"Downloading file 'file.gz' from '{address}'" in caplog.text


@pytest.mark.parametrize("name", ["file.gz", "file"])
def test_the_users_folder_goes_first(server, own_folder, name):
    (own_folder / "set").mkdir()
    (own_folder / "set" / name).write_bytes(FILE if name.endswith("gz") else CONTENT)
    assert obtain(source(server.put("file.gz", FILE))) == CONTENT
    assert server.requests == []


def test_a_users_folder_without_the_file(server, own_folder, cache):
    assert obtain(source(server.put("file.gz", FILE))) == CONTENT
    assert names(own_folder) == []
    assert (cache / "set" / "file.gz").is_file()


def test_a_users_folder_that_is_none(monkeypatch, tmp_path):
    monkeypatch.setenv("RANVIER_DATA_HOME", str(tmp_path / "absent"))
    with pytest.raises(
        ConfigurationError, match=r"RANVIER_DATA_HOME must name a folder; received: '.*absent'"
    ):
        obtain(source())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            gzip.compress(CONTENT[::-1], mtime=0),
            "Its content was altered: the SHA256 should be [0-9a-f]{64}; received:",
        ),
        (FILE[:100], "ended before"),
        (b"", "altered"),
    ],
    ids=["altered", "truncated", "empty"],
)
def test_a_damaged_file_of_the_user_is_named_and_kept(own_folder, content, sentence):
    (own_folder / "set").mkdir()
    path = own_folder / "set" / "file.gz"
    path.write_bytes(content)
    with pytest.raises(
        DownloadError, match=f"file.gz is not the expected file: .*{sentence}.* Replace it, or"
    ):
        obtain(source())
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "content", [b"", FILE[:50], FILE[:-4] + b"oops"], ids=["empty", "truncated", "altered"]
)
def test_a_damaged_file_in_the_cache_is_fetched_again(server, cache, content):
    wanted = source(server.put("file.gz", FILE))
    obtain(wanted)
    (cache / "set" / "file.gz").write_bytes(content)
    assert obtain(wanted) == CONTENT
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("served", "sentence"),
    [
        (
            gzip.compress(CONTENT + b"!", mtime=0),
            r"What came from \S+ is not the expected file: Its content was altered",
        ),
        (FILE[:-20], "is not the expected file: Compressed file ended before"),
        (b"<html>log in first</html>", "is not the expected file"),
    ],
    ids=["altered", "truncated", "page"],
)
def test_altered_or_truncated_at_its_source(server, cache, served, sentence):
    with pytest.raises(DownloadError, match=rf"^Could not download file.gz of set\. .*{sentence}"):
        obtain(source(server.put("file.gz", served)))
    assert names(cache / "set") == ["file.gz.lock"]


def test_interrupted_then_resumed(server, cache):
    wanted = source(server.put("file.gz", FILE, cuts=[20, 20, 20]))
    with pytest.raises(DownloadError, match="broke off 3 times: 60 of"):
        obtain(wanted)
    assert not (cache / "set" / "file.gz").exists()
    assert obtain(wanted) == CONTENT
    assert server.requests[-1] == ("/file.gz", "bytes=60-")
    assert names(cache / "set") == ["file.gz", "file.gz.lock"]


def test_interrupted_by_hand_then_resumed(server, cache, monkeypatch):
    wanted = source(server.put("file.gz", FILE, cuts=[20]))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    from ranvier.utils import transfer

    with monkeypatch.context() as patch:
        patch.setattr(transfer, "_show_progress", interrupt)
        with pytest.raises(KeyboardInterrupt):
            obtain(wanted)
    assert not (cache / "set" / "file.gz").exists()
    assert obtain(wanted) == CONTENT
    assert server.requests[-1] == ("/file.gz", "bytes=20-")


def test_the_second_mirror_helps(server):
    wanted = source(server.address + "gone/file.gz", server.put("file.gz", FILE))
    assert obtain(wanted) == CONTENT
    assert [path for path, _ in server.requests] == ["/gone/file.gz", "/file.gz"]


def test_missing_everywhere(server, cache):
    with pytest.raises(DownloadError) as raised:
        obtain(source(server.address + "a.gz", server.address + "b.gz"))
    sentence = str(raised.value)
    assert f"{server.address}a.gz answered 404 (Not Found)." in sentence
    assert f"{server.address}b.gz answered 404 (Not Found)." in sentence
    assert f"put the file at {cache / 'set' / 'file.gz'}, or at set/file.gz in a folder" in sentence
    assert "RANVIER_DATA_HOME" in sentence


def test_offline(server):
    address = server.put("file.gz", FILE)
    server.close()
    with pytest.raises(
        DownloadError, match=r"could not be reached: .*refused.* Check the connection .* or put the"
    ):
        obtain(source(address))


def test_a_file_put_where_the_sentence_says(cache):
    (cache / "set").mkdir(parents=True)
    (cache / "set" / "file.gz").write_bytes(FILE)
    assert obtain(source()) == CONTENT


def test_without_pooch(monkeypatch, cache):
    monkeypatch.setattr(sources, "pooch", None)
    with pytest.raises(
        MissingExtraError, match=r"Downloading the data set 'set' .* pip install 'ranvier\[data\]'"
    ):
        obtain(source("http://127.0.0.1/file.gz"))
    (cache / "set" / "file.gz").write_bytes(FILE)
    assert obtain(source()) == CONTENT


def test_given_path(tmp_path):
    assert given_path("mnist.npz", "mnist.npz") is None
    (tmp_path / "mine.npz").write_bytes(b"")
    assert given_path(tmp_path / "mine.npz", "mnist.npz") == tmp_path / "mine.npz"
    with pytest.raises(DownloadError, match=r"There is no file '.*other.npz'. Name one that exists, or"):
        given_path(os.fspath(tmp_path / "other.npz"), "mnist.npz")


def test_check_content():
    check_content(b"", "md5:d41d8cd98f00b204e9800998ecf8427e")
    with pytest.raises(
        FileFormatError, match="the MD5 should be d41d8cd98f00b204e9800998ecf8427e; received: 0cc"
    ):
        check_content(b"a", "md5:d41d8cd98f00b204e9800998ecf8427e")


def test_an_error_without_words(server, monkeypatch):
    def speechless(_: Path) -> bytes:
        raise zlib.error

    wanted = Source("set", "file.gz", (server.put("file.gz", FILE),), read=speechless)
    with pytest.raises(DownloadError, match="is not the expected file"):
        obtain(wanted)
    assert sources._sentence(zlib.error()) == "error."
