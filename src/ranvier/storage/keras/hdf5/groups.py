"""Groups of HDF5 objects: names and the places of what they stand for."""

from __future__ import annotations

from ranvier.storage.keras.hdf5 import headers
from ranvier.storage.keras.hdf5.headers import Message
from ranvier.storage.keras.hdf5.source import UNDEFINED, Cursor, Source

_DEEPEST_TREE = 16
_MOST_MEMBERS = 100_000


def read_members(source: Source, messages: list[Message]) -> dict[str, int] | None:
    """List the members of a group by name, each with the address of its header.

    Args:
        source: The file.
        messages: The header of an object.

    Returns:
        None where the object is no group.

    Raises:
        FileFormatError: If a member is a link to elsewhere, a name stands twice, or the group is damaged.
    """
    members: dict[str, int] = {}
    is_group = False
    for message in messages:
        if message.kind == headers.SYMBOLS:
            is_group = True
            cursor = Cursor(source, message.content)
            tree, heap = cursor.number(8), cursor.number(8)
            _from_tree(source, tree, _names(source, heap), members, _DEEPEST_TREE)
        elif message.kind == headers.LINK:
            is_group = True
            _add(source, members, *_link(source, message.content))
        elif message.kind == headers.LINK_INFO:
            is_group = True
            cursor = Cursor(source, message.content)
            cursor.take(1)
            if cursor.number(1) & 1:
                cursor.take(8)
            if cursor.number(8) != UNDEFINED:
                raise source.unsupported("groups in the manner of newer files")
    return members if is_group else None


def _add(source: Source, members: dict[str, int], name: str, address: int) -> None:
    if name in members:
        raise source.damaged(f"the name {name!r:.100} stands twice")
    if not name or "/" in name or "\0" in name or name in (".", ".."):
        raise source.refused(f"the name {name!r:.100}")
    if len(members) >= _MOST_MEMBERS:
        raise source.damaged(f"a group has more than {_MOST_MEMBERS:,} members")
    members[name] = address


def _names(source: Source, heap: int) -> bytes:
    cursor = Cursor(source, source.read(heap, 32))
    cursor.expect(b"HEAP")
    cursor.take(4)
    size = cursor.number(8)
    cursor.take(8)
    return source.read(cursor.number(8), size)


def _from_tree(source: Source, address: int, names: bytes, members: dict[str, int], depth: int) -> None:
    if depth < 0:
        raise source.damaged("the tree of a group is too deep")
    head = Cursor(source, source.read(address, 24))
    head.expect(b"TREE")
    kind, level, count = head.number(1), head.number(1), head.number(2)
    if kind != 0:
        raise source.damaged("the tree of a group is none")
    entries = Cursor(source, source.read(address + 24, 8 + 16 * count))
    entries.take(8)
    for _ in range(count):
        child = entries.number(8)
        entries.take(8)
        if level:
            _from_tree(source, child, names, members, depth - 1)
        else:
            _from_leaf(source, child, names, members)


def _from_leaf(source: Source, address: int, names: bytes, members: dict[str, int]) -> None:
    head = Cursor(source, source.read(address, 8))
    head.expect(b"SNOD")
    head.take(2)
    count = head.number(2)
    entries = Cursor(source, source.read(address + 8, 40 * count))
    for _ in range(count):
        place, header, cached = entries.number(8), entries.number(8), entries.number(4)
        entries.take(20)
        if cached == 2 or header == UNDEFINED:
            raise source.refused("links to other places")
        if place >= len(names):
            raise source.damaged("a name lies outside of its heap")
        end = names.find(b"\0", place)
        _add(source, members, _decoded(source, names[place : end if end >= 0 else None]), header)


def _link(source: Source, content: bytes) -> tuple[str, int]:
    cursor = Cursor(source, content)
    cursor.take(1)
    flags = cursor.number(1)
    kind = cursor.number(1) if flags & 0x08 else 0
    if kind:
        raise source.refused("links to other places")
    cursor.take((8 if flags & 0x04 else 0) + (1 if flags & 0x10 else 0))
    name = _decoded(source, cursor.take(cursor.number(1 << (flags & 0x03))))
    return name, cursor.number(8)


def _decoded(source: Source, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise source.damaged("a name is no text in UTF-8") from error
