"""The encoding of a text file."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from ranvier.errors import ConfigurationError, FileFormatError
from ranvier.tables.origin import Origin

_CHUNK = 1 << 20
_MARKS = (  # the longer first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = "cp1252"
_LATIN = "latin-1"
_UNDEFINED_IN_WESTERN = frozenset(b"\x81\x8d\x8f\x90\x9d")


class Encoding(NamedTuple):
    """How the text of a file is encoded.

    Attributes:
        name: As Python names it.
        remark: What to say of it; empty where there is nothing.
    """

    name: str
    remark: str = ""


def checked_encoding(name: str) -> str:
    """Return the canonical name of an encoding.

    Raises:
        ConfigurationError: If Python knows no such text encoding.
    """
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, ValueError, TypeError) as error:
        raise ConfigurationError(
            f"Unknown encoding; received: {name!r}. Common ones are utf-8, utf-16, cp1252, latin-1, cp1251, shift_jis "
            "and gb18030."
        ) from error
    return found.name


def find_encoding(origin: Origin) -> Encoding:
    """Find the encoding of a file, which is read to its end for that.

    A mark at the beginning decides; then UTF-8, if all of the file is that. Of the encodings with one
    byte a character, which nothing tells apart for certain, the Western European one is taken, and said.

    Raises:
        FileFormatError: If the file is no text.
    """
    with origin.damages(), origin.open() as stream:
        head = stream.read(_CHUNK)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return Encoding(name)
        wide = _without_mark(head)
        if wide is not None:
            return Encoding(wide, f"Read as {wide.upper()}, which it looks like.")
        if b"\x00" in head:
            raise FileFormatError(
                f"A table as CSV, TSV, Parquet or Arrow is expected; {origin.name!r} holds bytes that are no text."
            )
        return _eight_bits(stream, head)


def _without_mark(head: bytes) -> str | None:
    """Recognize UTF-16 without a mark by the zeros in every other byte."""
    sample = head[:4096]
    if len(sample) < 4:
        return None
    even, odd = sample[::2].count(0) / len(sample[::2]), sample[1::2].count(0) / len(sample[1::2])
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    if even > 0.4 and odd < 0.1:
        return "utf-16-be"
    return None


def _eight_bits(stream: object, head: bytes) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, strange = 1, False
    fault: int | None = None
    chunk = head
    while chunk:
        if fault is None:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                fault = line + chunk[: max(error.start, 0)].count(b"\n")
        line += chunk.count(b"\n")
        strange = strange or not _UNDEFINED_IN_WESTERN.isdisjoint(chunk)
        if fault is not None and strange:
            break
        chunk = stream.read(_CHUNK)  # type: ignore[attr-defined]
    if fault is None:
        try:
            decoder.decode(b"", final=True)
            return Encoding("utf-8")
        except UnicodeDecodeError:
            fault = line
    name = _LATIN if strange else _WESTERN
    return Encoding(
        name,
        f"Not UTF-8 from line {fault:,} on; read as {name} (Western European). `--encoding` lays down another.",
    )
