"""Bring a file from an address to a path, continuing where an earlier attempt broke off.

The bytes go into a part file. Beside it stands a tag with what the server said identifies this
version of the file (its ETag or date). The next attempt asks for the missing bytes of that very
version (``Range`` with ``If-Range``, RFC 9110 sections 13.1.5 and 14), so two versions never mix.
"""

from __future__ import annotations

import http.client
import re
import ssl
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from ranvier.errors import ConfigurationError, DownloadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform != "win32":
    import fcntl

try:
    import certifi
except ImportError:  # pragma: no cover
    certifi = None  # type: ignore[assignment]

ATTEMPTS = 3
TIMEOUT_SECONDS = 30.0
_CHUNK_BYTES = 1 << 18
_SCHEMES = ("http", "https", "file")
_RANGE_NOT_SATISFIABLE = 416
_PARTIAL_CONTENT = 206


class _BrokenError(Exception):
    """The connection ended before the file did; what came is kept."""


def transfer(address: str, part: Path) -> None:
    """Bring the whole file at an address into ``part``, resuming what already lies there.

    Args:
        address: An ``http``, ``https`` or ``file`` URL.
        part: Where the bytes go. After a failure it holds what came; call again to continue.

    Raises:
        DownloadError: If the address does not answer, refuses, or breaks off time and again, or
            the bytes cannot be written.
        ConfigurationError: If the address is of another scheme.
    """
    if urlsplit(address).scheme not in _SCHEMES:
        raise ConfigurationError(
            f"An address must start with http://, https:// or file://; received: {address!r}."
        )
    reason = ""
    for _ in range(ATTEMPTS):
        try:
            _receive(address, part)
        except _BrokenError as broken:
            reason = str(broken)
        else:
            _tag(part).unlink(missing_ok=True)
            return
    raise DownloadError(
        f"The download of {address} broke off {ATTEMPTS} times: {reason}. What came is kept; "
        "try again and it continues from there."
    )


def discard(part: Path) -> None:
    """Forget what an earlier attempt left, so that the next starts from the first byte."""
    part.unlink(missing_ok=True)
    _tag(part).unlink(missing_ok=True)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Let one process at a time write ``path``; the others wait (on Windows they do not).

    Args:
        path: The file to be written; its folder is made, and an empty ``.lock`` stays beside it.

    Raises:
        DownloadError: If the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.with_name(f"{path.name}.lock").open("w")
    except OSError as error:
        raise DownloadError(
            f"Cannot write in {path.parent}: {error.strerror or error}. Free it, or choose another folder."
        ) from error
    with file:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _tag(part: Path) -> Path:
    return part.with_name(f"{part.name}.tag")


def _receive(address: str, part: Path) -> None:
    start, version = _kept(part)
    headers = {"User-Agent": "ranvier", "Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": version}
    with _open(Request(address, headers=headers), part) as response:  # noqa: S310  (scheme checked)
        resumed = response.status == _PARTIAL_CONTENT
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            discard(part)
            raise _BrokenError("the server sent another part than asked for")
        if not resumed:
            start = 0
            discard(part)
        length = response.headers.get("Content-Length")
        total = start + int(length) if length is not None else None
        try:
            _note_version(part, response.headers)
            _pour(response, part, total)
        except OSError as error:
            raise DownloadError(f"Cannot write {part}: {error.strerror or error}.") from error
    size = part.stat().st_size
    if total is not None and size < total:
        raise _BrokenError(f"{size:,} of {total:,} bytes came")


def _kept(part: Path) -> tuple[int, str]:
    """Return how many bytes lie in the part file and of which version; (0, "") to start anew."""
    try:
        version = _tag(part).read_text(encoding="utf-8")
        return part.stat().st_size, version
    except OSError:
        return 0, ""


def _note_version(part: Path, headers: Any) -> None:
    version = headers.get("ETag") or ""
    if not version or version.startswith("W/"):  # a weak tag may not stand in If-Range
        version = headers.get("Last-Modified") or ""
    if version:
        _tag(part).write_text(version, encoding="utf-8")


def _open(request: Request, part: Path) -> Any:
    try:
        context = _certificates() if request.type == "https" else None
        return urlopen(request, timeout=TIMEOUT_SECONDS, context=context)  # noqa: S310
    except HTTPError as error:
        error.close()
        if error.code == _RANGE_NOT_SATISFIABLE:
            discard(part)
            raise _BrokenError("the server has no more bytes than the part that was kept") from error
        raise DownloadError(f"{request.full_url} answered {error.code} ({error.reason}).") from error
    except (URLError, OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, URLError) else error
        raise DownloadError(f"{request.full_url} could not be reached: {reason}.") from error


def _certificates() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if certifi is not None:  # Python from python.org on macOS finds no certificates by itself
        context.load_verify_locations(certifi.where())
    return context


def _pour(response: Any, part: Path, total: int | None) -> None:
    with part.open("ab") as file:
        while True:
            try:
                chunk = response.read(_CHUNK_BYTES)
            except (OSError, http.client.HTTPException) as error:
                raise _BrokenError(re.sub(r"\s+", " ", str(error)) or type(error).__name__) from error
            if not chunk:
                break
            file.write(chunk)
            _show_progress(file.tell(), total)
    _show_progress(None, total)


def _show_progress(received: int | None, total: int | None) -> None:
    """Write how much has come over the line before; on a terminal only."""
    if not sys.stderr.isatty():
        return
    if received is None:
        text = "\r\x1b[K"
    elif total:
        text = f"\r{received / 1e6:.1f} of {total / 1e6:.1f} MB ({received / total:.0%})"
    else:
        text = f"\r{received / 1e6:.1f} MB"
    sys.stderr.write(text)
    sys.stderr.flush()
