"""Files from the network, kept in the cache."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ranvier.errors import ConfigurationError, DownloadError, unknown_name
from ranvier.folders import cache_folder
from ranvier.storage.atomic import put_in_place
from ranvier.utils.archives import extract as extract_archive
from ranvier.utils.transfer import discard, exclusive, transfer

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHA256_DIGITS = 64
_ALGORITHMS = ("auto", "md5", "sha256")


def get_file(
    fname: str | os.PathLike[str] | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Iterable[str] | None = "auto",
    cache_dir: str | os.PathLike[str] | None = None,
    force_download: bool = False,
) -> str:
    """Return the path of a file from the network, downloading it unless it is in the cache.

    A download that breaks off is continued by the next call; the file appears under its name only
    when it is complete and its hash is right.

    Args:
        fname: Name in the cache; the last part of ``origin`` when None. With ``extract`` and
            without a dot it names the folder of the extracted files.
        origin: The address, ``http``, ``https`` or ``file``.
        untar: Unpack a tar archive; ``extract`` does the same and more.
        md5_hash: The MD5 of the file; ``file_hash`` goes before it.
        file_hash: The SHA-256 or MD5 of the file, in hexadecimal.
        cache_subdir: Folder under ``cache_dir``; an absolute path stands for itself.
        hash_algorithm: ``"sha256"``, ``"md5"``, or ``"auto"`` to tell by the length.
        extract: Unpack the archive once it is there.
        archive_format: ``"tar"``, ``"zip"`` or ``"auto"``.
        cache_dir: The cache; Ranvier's folder among the user's caches when None.
        force_download: Download again even if the file is there.

    Returns:
        The path of the file, or of the folder when it was unpacked.

    Raises:
        ConfigurationError: If an argument has a value that cannot be used.
        DownloadError: If the file cannot be fetched or has another hash.
        FileFormatError: If the archive is none, is damaged or unsafe.
    """
    if not origin:
        raise ConfigurationError("`get_file` needs `origin`, the address of the file.")
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    algorithm = _algorithm(hash_algorithm, file_hash)
    unpack = extract or untar
    folder = (Path(cache_dir).expanduser() if cache_dir is not None else cache_folder()) / cache_subdir
    file_name, folder_name = _names(fname, origin, unpack)
    target = folder / file_name
    with exclusive(target):
        if force_download or not target.is_file() or not _matches(target, file_hash, algorithm):
            _download(origin, target, file_hash, algorithm, force=force_download)
        if not unpack:
            return str(target)
        extract_archive(target, folder / folder_name, "tar" if untar else archive_format)
    return str(folder / folder_name)


def _names(fname: str | os.PathLike[str] | None, origin: str, unpack: bool) -> tuple[str, str]:
    """Return the names of the file and of the folder it is unpacked to, as Keras forms them."""
    name = os.fspath(fname) if fname else unquote(urlsplit(origin).path).rpartition("/")[2]
    if not name:
        raise ConfigurationError(f"The address {origin!r} ends with no file name; give `fname`.")
    if name in (".", "..") or any(character in name for character in "/\\:"):
        raise ConfigurationError(
            f"`fname` must be a plain file name; received: {name!r}. Give the folder as `cache_dir`."
        )
    if not unpack:
        return name, ""
    if fname and "." in name:
        return name, f"{name.partition('.')[0]}_extracted"
    return f"{name}_archive", name


def _algorithm(name: str, file_hash: str | None) -> str:
    if name not in _ALGORITHMS:
        raise unknown_name("hash algorithm", name, _ALGORITHMS)
    if name != "auto":
        return name
    return "sha256" if file_hash is not None and len(file_hash) == _SHA256_DIGITS else "md5"


def _matches(path: Path, file_hash: str | None, algorithm: str) -> bool:
    return file_hash is None or file_digest(path, algorithm) == file_hash.lower()


def _download(origin: str, target: Path, file_hash: str | None, algorithm: str, *, force: bool) -> None:
    part = target.with_name(f"{target.name}.part")
    if force:
        discard(part)
    transfer(origin, part)
    if not _matches(part, file_hash, algorithm):
        received = file_digest(part, algorithm)
        discard(part)
        raise DownloadError(
            f"The file at {origin} is not the expected one: its {algorithm.upper()} should be {file_hash}; "
            f"received: {received}. It was not kept."
        )
    put_in_place(part, target)


def file_digest(path: Path, algorithm: str) -> str:
    """Return the digest of a file's bytes in hexadecimal.

    Args:
        path: The file.
        algorithm: ``"md5"`` or ``"sha256"``.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
