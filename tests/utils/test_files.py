"""get_file against a local server; names compared with Keras' own."""

from __future__ import annotations

import hashlib
import io
import tarfile
import warnings
from pathlib import Path
from urllib.request import pathname2url

import pytest

from ranvier.errors import ConfigurationError, DownloadError, FileFormatError, UnknownNameError
from ranvier.utils import get_file
from ranvier.utils.files import file_digest
from tests.file_server import names

CONTENT = b"words " * 2000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT).hexdigest()


def tar_bytes(name: str = "inner/a.txt") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = 3
        archive.addfile(info, io.BytesIO(b"abc"))
    return buffer.getvalue()


def test_download_once(server, tmp_path):
    origin = server.put("texts/words.txt", CONTENT)
    path = get_file(origin=origin, cache_dir=tmp_path)
    assert path == str(tmp_path / "datasets" / "words.txt")
    assert Path(path).read_bytes() == CONTENT
    assert get_file("words.txt", origin, cache_dir=tmp_path) == path
    assert len(server.requests) == 1
    get_file("words.txt", origin, cache_dir=tmp_path, force_download=True)
    assert len(server.requests) == 2


def test_the_cache_is_the_users(server, tmp_path, monkeypatch):
    monkeypatch.setenv("RANVIER_CACHE_DIR", str(tmp_path))
    path = get_file(origin=server.put("words.txt", CONTENT))
    assert path == str(tmp_path / "datasets" / "words.txt")


def test_file_address(tmp_path):
    (tmp_path / "words.txt").write_bytes(CONTENT)
    origin = f"file://{pathname2url(str(tmp_path / 'words.txt'))}"
    path = get_file("copy.txt", origin, cache_dir=tmp_path, cache_subdir="sub", file_hash=SHA256)
    assert Path(path) == tmp_path / "sub" / "copy.txt"
    assert Path(path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "hashes",
    [
        {"file_hash": SHA256},
        {"file_hash": SHA256.upper(), "hash_algorithm": "sha256"},
        {"file_hash": MD5},
        {"file_hash": MD5, "hash_algorithm": "md5"},
        {"md5_hash": MD5},
        {"md5_hash": "wrong", "file_hash": SHA256},
    ],
)
def test_hashes(server, tmp_path, hashes):
    path = get_file(origin=server.put("words.txt", CONTENT), cache_dir=tmp_path, **hashes)
    assert Path(path).read_bytes() == CONTENT


def test_altered_file_is_refused_and_not_kept(server, tmp_path):
    origin = server.put("words.txt", CONTENT + b"!")
    with pytest.raises(
        DownloadError, match=f"its SHA256 should be {SHA256}; received: [0-9a-f]{{64}}. It was not"
    ):
        get_file(origin=origin, cache_dir=tmp_path, file_hash=SHA256)
    assert names(tmp_path / "datasets") == ["words.txt.lock"]


def test_a_cached_file_of_another_hash_is_fetched_again(server, tmp_path):
    origin = server.put("words.txt", CONTENT)
    path = Path(get_file(origin=origin, cache_dir=tmp_path))
    path.write_bytes(b"altered")
    assert Path(get_file(origin=origin, cache_dir=tmp_path)).read_bytes() == b"altered"
    assert Path(get_file(origin=origin, cache_dir=tmp_path, file_hash=SHA256)).read_bytes() == CONTENT


def test_interrupted_then_resumed(server, tmp_path):
    origin = server.put("words.txt", CONTENT, cuts=[1000, 1000, 1000])
    with pytest.raises(DownloadError, match="try again and it continues"):
        get_file(origin=origin, cache_dir=tmp_path)
    assert not (tmp_path / "datasets" / "words.txt").exists()
    assert Path(get_file(origin=origin, cache_dir=tmp_path)).read_bytes() == CONTENT
    assert server.requests[-1] == ("/words.txt", "bytes=3000-")


def test_missing(server, tmp_path):
    with pytest.raises(DownloadError, match="answered 404"):
        get_file(origin=server.address + "nothing.txt", cache_dir=tmp_path)


@pytest.mark.parametrize(
    ("fname", "options"),
    [
        (None, {"extract": True}),
        ("flowers", {"extract": True}),
        ("flowers", {"untar": True}),
        ("flowers.tgz", {"extract": True}),
        ("flowers.tar.gz", {"extract": True, "archive_format": "tar"}),
    ],
)
def test_extracted_folder_is_named_as_in_keras(server, tmp_path, fname, options, keras):
    origin = server.put("photos.tgz", tar_bytes())
    path = get_file(fname, origin, cache_dir=tmp_path / "ours", **options)
    assert (Path(path) / "inner" / "a.txt").read_bytes() == b"abc"
    (tmp_path / "theirs").mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = keras.utils.get_file(fname, origin, cache_dir=str(tmp_path / "theirs"), **options)
    assert Path(path).relative_to(tmp_path / "ours") == Path(theirs).relative_to(tmp_path / "theirs")
    assert get_file(fname, origin, cache_dir=tmp_path / "ours", **options) == path


def test_unsafe_archive(server, tmp_path):
    origin = server.put("photos.tgz", tar_bytes("../../outside.txt"))
    with pytest.raises(FileFormatError, match="would land outside the folder"):
        get_file(origin=origin, cache_dir=tmp_path, extract=True)


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({}, ConfigurationError, "needs `origin`"),
        ({"origin": "http://127.0.0.1/"}, ConfigurationError, "ends with no file name; give `fname`"),
        (
            {"origin": "http://127.0.0.1/a", "fname": "b/c"},
            ConfigurationError,
            "plain file name; received: 'b/c'",
        ),
        ({"origin": "http://127.0.0.1/%2e%2e"}, ConfigurationError, "plain file name; received: '..'"),
        (
            {"origin": "http://127.0.0.1/a", "hash_algorithm": "sha1"},
            UnknownNameError,
            "Unknown hash algorithm",
        ),
    ],
)
def test_wrong_arguments(tmp_path, arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        get_file(cache_dir=tmp_path, **arguments)


def test_file_digest(tmp_path):
    (tmp_path / "file").write_bytes(CONTENT)
    assert file_digest(tmp_path / "file", "sha256") == SHA256
    assert file_digest(tmp_path / "file", "md5") == MD5
