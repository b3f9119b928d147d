"""The headers of HDF5 objects: lists of messages that say what the object is."""

from __future__ import annotations

from dataclasses import dataclass

from ranvier.storage.keras.hdf5.source import Cursor, Source

DATASPACE, LINK_INFO, DATATYPE, LINK, EXTERNAL = 0x01, 0x02, 0x03, 0x06, 0x07
LAYOUT, FILTERS, ATTRIBUTE, CONTINUATION, SYMBOLS = 0x08, 0x0B, 0x0C, 0x10, 0x11
ATTRIBUTE_INFO = 0x15
_SHARED = 0x02
_MOST_MESSAGES = 10_000
_MOST_BLOCKS = 1_000
_FIRST_MARK, _NEXT_MARK = b"OHDR", b"OCHK"


@dataclass(frozen=True)
class Message:
    """One message of a header.

    Attributes:
        kind: Its number.
        content: Its bytes.
        shared: Whether the content stands elsewhere.
    """

    kind: int
    content: bytes
    shared: bool


def read_messages(source: Source, address: int) -> list[Message]:
    """Read the header of an object.

    Args:
        source: The file.
        address: Where the header begins.

    Raises:
        FileFormatError: If there is none.
    """
    beginning = source.read(address, min(16, max(source.size - address, 0)))
    second = beginning[:4] == _FIRST_MARK
    blocks = [_first_block_2(source, address) if second else _first_block_1(source, address, beginning)]
    messages: list[Message] = []
    # The list grows while it is walked, by the blocks in which the header goes on.
    for count, (content, creation_order) in enumerate(blocks):
        if count >= _MOST_BLOCKS or len(messages) > _MOST_MESSAGES:
            raise source.damaged("the header of an object has no end")
        found = _messages(source, content, second=second, creation_order=creation_order)
        blocks += [
            (_next_block(source, message.content, second=second), creation_order)
            for message in found
            if message.kind == CONTINUATION
        ]
        messages += found
    return messages


def _first_block_1(source: Source, address: int, beginning: bytes) -> tuple[bytes, bool]:
    cursor = Cursor(source, beginning)
    if cursor.number(1) != 1:
        raise source.damaged("an object has no header")
    cursor.take(7)
    return source.read(address + 16, cursor.number(4)), False


def _first_block_2(source: Source, address: int) -> tuple[bytes, bool]:
    prefix = Cursor(source, source.read(address, 6))
    prefix.expect(_FIRST_MARK)
    if prefix.number(1) != 2:
        raise source.damaged("the header of an object has an unknown version")
    flags = prefix.number(1)
    offset = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 0x03)
    length = int.from_bytes(source.read(address + offset, width), "little")
    return source.read(address + offset + width, length), bool(flags & 0x04)


def _next_block(source: Source, content: bytes, *, second: bool) -> bytes:
    cursor = Cursor(source, content)
    block = source.read(cursor.number(8), cursor.number(8))
    if not second:
        return block
    if block[:4] != _NEXT_MARK or len(block) < 8:
        raise source.damaged("the header of an object goes on in nothing")
    return block[4:-4]


def _messages(source: Source, content: bytes, *, second: bool, creation_order: bool) -> list[Message]:
    cursor, found = Cursor(source, content), []
    head = (6 if creation_order else 4) if second else 8
    while cursor.remaining >= head:
        kind = cursor.number(1 if second else 2)
        length, flags = cursor.number(2), cursor.number(1)
        cursor.take(head - 4 if second else 3)
        found.append(Message(kind, cursor.take(length), bool(flags & _SHARED)))
    return found
