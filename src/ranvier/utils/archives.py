"""Unpack tar and zip archives without letting a member leave the folder."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from ranvier.errors import ConfigurationError, FileFormatError, UnsupportedError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORMATS = ("tar", "zip")


def extract(archive: Path, folder: Path, archive_format: str | Iterable[str] | None = "auto") -> None:
    """Unpack an archive into a folder, all of it or nothing.

    Args:
        archive: A ``.tar`` (plain or compressed) or ``.zip`` file.
        folder: Where the members go; what is there already stays, equal names are replaced.
        archive_format: ``"tar"``, ``"zip"``, several of them, or ``"auto"`` for both.

    Raises:
        FileFormatError: If the file is no such archive, is damaged, or holds a member that would
            land outside the folder.
        ConfigurationError: If ``archive_format`` is None.
    """
    formats = _formats(archive_format)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        content = Path(scratch) / "content"
        content.mkdir()
        try:
            if "tar" in formats and tarfile.is_tarfile(archive):
                _untar(archive, content)
            elif "zip" in formats and zipfile.is_zipfile(archive):
                _unzip(archive, content)
            else:
                raise FileFormatError(
                    f"Expected a {' or '.join(formats)} archive; received: {archive.name}, which is none."
                )
        except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise FileFormatError(f"The archive {archive.name} is damaged or unsafe: {error}.") from error
        if folder.exists():
            shutil.copytree(content, folder, symlinks=True, dirs_exist_ok=True)
        else:
            content.rename(folder)


def _formats(archive_format: str | Iterable[str] | None) -> tuple[str, ...]:
    if archive_format is None:
        raise ConfigurationError('`archive_format` must be "auto", "tar" or "zip"; received: None.')
    if archive_format == "auto":
        return _FORMATS
    formats = (archive_format,) if isinstance(archive_format, str) else tuple(archive_format)
    for name in formats:
        if name not in _FORMATS:
            raise unknown_name("archive format", name, ("auto", *_FORMATS))
    return formats


def _untar(archive: Path, folder: Path) -> None:
    if not hasattr(tarfile, "data_filter"):  # pragma: no cover
        raise UnsupportedError("Unpacking tar archives safely needs Python 3.11.4 or newer.")
    with tarfile.open(archive) as members:
        for member in members:
            _check_name(archive, member.name)
        # The filter refuses links that lead outside, devices, and anything else but data.
        members.extractall(folder, filter="data")


def _unzip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as members:
        for member in members.infolist():
            _check_name(archive, member.filename)
        members.extractall(folder)  # noqa: S202  (every name was checked)


def _check_name(archive: Path, name: str) -> None:
    absolute = PurePosixPath(name).is_absolute() or bool(PureWindowsPath(name).anchor)
    if absolute or ".." in PurePosixPath(name).parts or ".." in PureWindowsPath(name).parts:
        raise FileFormatError(
            f"The archive {archive.name} holds the member {name!r}, which would land outside the folder. "
            "Nothing was unpacked."
        )
