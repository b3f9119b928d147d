"""Attributes of HDF5 objects: short texts and numbers beside them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ranvier.storage.keras.hdf5 import headers
from ranvier.storage.keras.hdf5.headers import Message
from ranvier.storage.keras.hdf5.source import UNDEFINED, Cursor, Source
from ranvier.storage.keras.hdf5.types import read_dataspace, read_datatype

_MOST_ENTRIES = 2**17
_LARGEST_TEXT = 32 * 2**20

Attribute = Any
"""A text, a number, or an array of them."""


def read_attributes(source: Source, messages: list[Message]) -> dict[str, Attribute]:
    """Read the attributes of an object.

    Args:
        source: The file.
        messages: The header of the object.

    Returns:
        Texts and numbers by name; lists of texts.

    Raises:
        FileFormatError: If one cannot be read.
    """
    found: dict[str, Attribute] = {}
    for message in messages:
        if message.kind == headers.ATTRIBUTE:
            name, value = _attribute(source, message)
            found[name] = value
        elif message.kind == headers.ATTRIBUTE_INFO and _is_dense(source, message.content):
            raise source.unsupported("attributes in the manner of newer files")
    return found


def _is_dense(source: Source, content: bytes) -> bool:
    cursor = Cursor(source, content)
    cursor.take(1)
    if cursor.number(1) & 1:
        cursor.take(2)
    return cursor.number(8) != UNDEFINED


def _attribute(source: Source, message: Message) -> tuple[str, Attribute]:
    cursor = Cursor(source, message.content)
    version, flags = cursor.number(1), cursor.number(1)
    sizes = [cursor.number(2) for _ in range(3)]
    if version not in (1, 2, 3) or (version > 1 and flags) or message.shared:
        raise source.damaged("an attribute makes no sense")
    if version == 3:
        cursor.take(1)
    parts = []
    for size in sizes:
        start = cursor.position
        parts.append(cursor.take(size))
        if version == 1:
            cursor.align(start)
    name = _decoded(source, parts[0].partition(b"\0")[0])
    return name, _value(source, parts[1], parts[2], cursor)


def _value(source: Source, datatype: bytes, dataspace: bytes, cursor: Cursor) -> Attribute:
    kind, shape = read_datatype(source, datatype), read_dataspace(source, dataspace)
    count = math.prod(shape)
    if count > _MOST_ENTRIES:
        raise source.damaged(f"an attribute would have {count:,} entries")
    content = cursor.take(count * kind.dtype.itemsize)
    if kind.elsewhere:
        texts = [_text(source, content[index : index + 16]) for index in range(0, len(content), 16)]
        return texts if shape else texts[0]
    array = np.frombuffer(content, kind.dtype).reshape(shape)
    if kind.text:
        texts = [_decoded(source, bytes(each)) for each in array.reshape(-1)]
        return texts if shape else texts[0]
    return array if shape else array[()].item()


def _decoded(source: Source, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise source.damaged("a name is no text in UTF-8") from error


def _text(source: Source, place: bytes) -> str:
    """Read a text of its own length, which stands in a heap with others."""
    cursor = Cursor(source, place)
    length, address, wanted = cursor.number(4), cursor.number(8), cursor.number(4)
    if length == 0:
        return ""
    if length > _LARGEST_TEXT:
        raise source.damaged(f"a text would have {length:,} bytes")
    head = Cursor(source, source.read(address, 16))
    head.expect(b"GCOL")
    head.take(4)
    end = address + head.number(8)
    position = address + 16
    while position + 16 <= end:
        entry = Cursor(source, source.read(position, 16))
        number = entry.number(2)
        entry.take(6)
        size = entry.number(8)
        if number == wanted and number:
            if size < length:
                raise source.damaged("a text is longer than its place")
            pieces = [
                source.read(position + 16 + start, min(2**20, length - start))
                for start in range(0, length, 2**20)
            ]
            return _decoded(source, b"".join(pieces))
        if number == 0:
            break
        position += 16 + size + -size % 8
    raise source.damaged("a text is missing")
