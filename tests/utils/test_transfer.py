"""Downloads against a real server that breaks off, lies and refuses."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from urllib.request import pathname2url

import pytest

from ranvier.errors import ConfigurationError, DownloadError
from ranvier.utils import transfer as module
from ranvier.utils.transfer import discard, exclusive, transfer
from tests.file_server import names

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "file.part"


def test_whole_file(server, part):
    transfer(server.put("file", CONTENT), part)
    assert part.read_bytes() == CONTENT
    assert names(part.parent) == ["file.part"]
    assert server.requests == [("/file", None)]


def test_file_address(tmp_path, part):
    source = tmp_path / "source with space"
    source.write_bytes(CONTENT)
    transfer(f"file://{pathname2url(str(source))}", part)
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "treatment",
    [
        {},
        {"tag": False, "date": "Mon, 01 Jan 2024 00:00:00 GMT"},
        {"tag": 'W/"weak"', "date": "Mon, 01 Jan 2024 00:00:00 GMT"},
    ],
)
def test_a_break_is_resumed_at_once(server, part, treatment):
    address = server.put("file", CONTENT, cuts=[4000, 3000], **treatment)
    transfer(address, part)
    assert part.read_bytes() == CONTENT
    assert server.requests == [("/file", None), ("/file", "bytes=4000-"), ("/file", "bytes=7000-")]


def test_the_next_call_continues(server, part):
    address = server.put("file", CONTENT, cuts=[100, 100, 100])
    with pytest.raises(
        DownloadError, match=r"broke off 3 times: 300 of 10,240 bytes came. What came is kept"
    ):
        transfer(address, part)
    assert part.read_bytes() == CONTENT[:300]
    server.requests.clear()
    transfer(address, part)
    assert part.read_bytes() == CONTENT
    assert server.requests == [("/file", "bytes=300-")]


def test_a_new_version_starts_anew(server, part):
    address = server.put("file", CONTENT, cuts=[100, 100, 100])
    with pytest.raises(DownloadError):
        transfer(address, part)
    server.put("file", CONTENT[::-1])
    transfer(address, part)
    assert part.read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize("treatment", [{"tag": False}, {"ranges": False}])
def test_without_ranges_or_version_it_starts_anew(server, part, treatment):
    address = server.put("file", CONTENT, cuts=[100], **treatment)
    transfer(address, part)
    assert part.read_bytes() == CONTENT


def test_a_wrong_part_is_not_appended(server, part):
    address = server.put("file", CONTENT, cuts=[100], shifted=True)
    transfer(address, part)
    assert part.read_bytes() == CONTENT
    assert server.requests == [("/file", None), ("/file", "bytes=100-"), ("/file", None)]


def test_a_part_longer_than_the_file_is_dropped(server, part):
    address = server.put("file", CONTENT, cuts=[5000, 0, 0])
    with pytest.raises(DownloadError):
        transfer(address, part)
    server.put("file", CONTENT[:10], tag=server.files["/file"].etag)
    transfer(address, part)
    assert part.read_bytes() == CONTENT[:10]


def test_unknown_length(server, part):
    transfer(server.put("file", CONTENT, length=False), part)
    assert part.read_bytes() == CONTENT


def test_missing_file(server, part):
    with pytest.raises(DownloadError, match=r"/nothing answered 404 \(Not Found\)"):
        transfer(server.address + "nothing", part)
    assert not part.exists()


def test_offline(server, part):
    address = server.put("file", CONTENT)
    server.close()
    with pytest.raises(DownloadError, match=r"could not be reached: .*refused"):
        transfer(address, part)


def test_certificates_are_found():
    assert module._certificates().cert_store_stats()["x509_ca"] > 0


def test_unknown_scheme(part):
    with pytest.raises(ConfigurationError, match=r"http://, https:// or file://; received: 'ftp://a/b'"):
        transfer("ftp://a/b", part)


def test_a_file_that_cannot_be_written(server, tmp_path):
    with pytest.raises(DownloadError, match=r"Cannot write .*: No such file or directory"):
        transfer(server.put("file", CONTENT), tmp_path / "absent" / "file.part")


def test_a_connection_reset_is_a_break(server, part, monkeypatch):
    class Resetting:
        def read(self, _: int) -> bytes:
            raise ConnectionResetError("reset by\npeer")

    with pytest.raises(module._BrokenError, match="reset by peer"):
        module._pour(Resetting(), part, None)


def test_discard(part):
    part.write_bytes(b"x")
    part.with_name("file.part.tag").write_text("tag")
    discard(part)
    discard(part)
    assert names(part.parent) == []


def test_exclusive_makes_the_folder_and_refuses_what_is_none(tmp_path):
    with exclusive(tmp_path / "a" / "b"):
        assert (tmp_path / "a").is_dir()
    (tmp_path / "plain").write_text("")
    with (
        pytest.raises(DownloadError, match=r"Cannot write in .*plain: "),
        exclusive(tmp_path / "plain" / "b"),
    ):
        pass


def test_progress_on_a_terminal_only(server, part, monkeypatch, capsys):
    address = server.put("file", CONTENT)
    transfer(address, part)
    assert capsys.readouterr().err == ""
    discard(part)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    transfer(address, part)
    assert "0.0 of 0.0 MB (100%)" in capsys.readouterr().err
    server.put("file", CONTENT, length=False)
    discard(part)
    transfer(address, part)
    assert "\r0.0 MB" in capsys.readouterr().err
