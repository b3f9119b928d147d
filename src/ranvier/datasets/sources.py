"""Where a data set's files come from: the user's folder, the cache, the official addresses."""

from __future__ import annotations

import hashlib
import os
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ranvier.errors import ConfigurationError, DownloadError, FileFormatError, missing_extra
from ranvier.folders import cache_folder
from ranvier.storage.atomic import put_in_place
from ranvier.utils.transfer import discard, exclusive, transfer

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import pooch
except ImportError:  # pragma: no cover
    pooch = None

T = TypeVar("T")

DATA_HOME = "RANVIER_DATA_HOME"
"""The environment variable that names the folder looked in first."""

# What reading a damaged file raises. FileFormatError, like every complaint of NumPy, is a ValueError.
_DAMAGE = (ValueError, OSError, EOFError, KeyError, zlib.error, tarfile.TarError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Source(Generic[T]):
    """One file of a data set.

    Attributes:
        dataset: The data set, which is also the folder's name.
        name: The file's name.
        addresses: Where it is published, best first.
        read: Reads and checks the file or a folder in its place; raises FileFormatError for content
            that is not the expected one.
        other_names: Names that are accepted in the user's folder as well.
    """

    dataset: str
    name: str
    addresses: tuple[str, ...]
    read: Callable[[Path], T]
    other_names: tuple[str, ...] = ()


def obtain(source: Source[T]) -> T:
    """Return the checked content of a file, from the nearest place that has it.

    Args:
        source: The file.

    Raises:
        DownloadError: If no place has it, or its content is not the expected one.
        MissingExtraError: If it has to be downloaded and pooch is not installed.
    """
    own = _in_data_home(source)
    if own is not None:
        return read_given(own, source.read)
    target = cache_folder() / "datasets" / source.dataset / source.name
    with exclusive(target):
        if target.is_file():
            try:
                return source.read(target)
            except _DAMAGE:
                target.unlink()  # the disk altered it; it is downloaded again
        return _download(source, target)


def given_path(path: str | os.PathLike[str], default: str) -> Path | None:
    """Resolve the argument ``path`` of a ``load_data``.

    Args:
        path: The argument.
        default: Keras' default for it, which stands for the usual places.

    Returns:
        The path of the file to read, or None for the usual places.

    Raises:
        DownloadError: If the named file does not exist.
    """
    if os.fspath(path) == default:
        return None
    given = Path(path).expanduser()
    if not given.exists():
        raise DownloadError(
            f"There is no file {str(given)!r}. Name one that exists, or leave `path` out to look in "
            f"{DATA_HOME} and the cache, and to download."
        )
    return given


def read_given(path: Path, read: Callable[[Path], T]) -> T:
    """Read a file that the user put into place; it is never replaced.

    Raises:
        DownloadError: If its content is not the expected one.
    """
    try:
        return read(path)
    except _DAMAGE as error:
        raise DownloadError(
            f"{path} is not the expected file: {_sentence(error)} "
            "Replace it, or remove it to download it again."
        ) from error


def check_digest(digest: str, expected: str) -> None:
    """Compare two digests.

    Args:
        digest: The digest of what came, in hexadecimal.
        expected: What it should be, with the algorithm in front: ``"sha256:..."``.

    Raises:
        FileFormatError: If they differ.
    """
    algorithm, _, value = expected.partition(":")
    if digest != value:
        raise FileFormatError(
            f"Its content was altered: the {algorithm.upper()} should be {value}; received: {digest}."
        )


def check_content(content: bytes, expected: str) -> None:
    """Compare the digest of bytes with ``"sha256:..."`` or ``"md5:..."``.

    Raises:
        FileFormatError: If they differ.
    """
    algorithm = expected.partition(":")[0]
    check_digest(hashlib.new(algorithm, content, usedforsecurity=False).hexdigest(), expected)


def _in_data_home(source: Source[Any]) -> Path | None:
    home = os.environ.get(DATA_HOME, "").strip()
    if not home:
        return None
    folder = Path(home).expanduser()
    if not folder.is_dir():
        raise ConfigurationError(f"{DATA_HOME} must name a folder; received: {home!r}, which is none.")
    paths = (folder / source.dataset / name for name in (source.name, *source.other_names))
    return next((path for path in paths if path.exists()), None)


def _download(source: Source[T], target: Path) -> T:
    if pooch is None:
        raise missing_extra(f"Downloading the data set {source.dataset!r}", "pooch", "data")
    failures = []
    for address in source.addresses:
        bring = _Bring(source.read, target, address)
        manager = pooch.create(
            path=target.parent, base_url="", registry={source.name: None}, urls={source.name: address}
        )
        try:
            manager.fetch(source.name, downloader=bring)
        except _DAMAGE as error:
            failures.append(_sentence(error))
        else:
            return bring.content
    raise DownloadError(
        f"Could not download {source.name} of {source.dataset}. {' '.join(failures)} "
        f"Check the connection and try again, or put the file at {target}, or at "
        f"{source.dataset}/{source.name} in a folder that the environment variable {DATA_HOME} names."
    )


class _Bring(Generic[T]):
    """Brings one file for pooch, resumably, and lets it pass only with the right content.

    pooch hands over a temporary path and moves it to its final name afterwards, so that a file of
    that name is always whole.
    """

    content: T

    def __init__(self, read: Callable[[Path], T], target: Path, address: str) -> None:
        self.read = read
        # Parts of different addresses stay apart, since the copies may be compressed differently.
        mark = hashlib.sha256(address.encode()).hexdigest()[:8]
        self.part = target.with_name(f"{target.name}.{mark}.part")

    def __call__(self, address: str, output: str, _: Any) -> None:
        transfer(address, self.part)
        try:
            self.content = self.read(self.part)
        except _DAMAGE as error:
            discard(self.part)
            raise FileFormatError(f"What came from {address} is not the expected file: {error}") from error
        put_in_place(self.part, output)


def _sentence(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text if text.endswith(".") else f"{text}."
