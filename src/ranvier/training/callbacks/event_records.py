"""TensorBoard's event files, byte by byte: protocol buffers in checked records.

A record is the length of its data (uint64), a checksum of the length, the data, and a checksum of
the data; all little-endian. Field numbers are those of TensorFlow's ``event.proto``,
``summary.proto`` and ``tensor.proto``.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_POLYNOMIAL = 0x82F63B78  # Castagnoli's, reversed
_MASK = 0xA282EAD8
_STRING_TYPE = 7


def _checksum_table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (_POLYNOMIAL if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _checksum_table()


def checksum(data: bytes) -> int:
    """Return the CRC-32C of some bytes."""
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder = (remainder >> 8) ^ _TABLE[(remainder ^ byte) & 0xFF]
    return remainder ^ 0xFFFFFFFF


def masked_checksum(data: bytes) -> int:
    """Return the checksum as a record stores it: rotated and shifted, to be told from data."""
    value = checksum(data)
    return ((value >> 15 | value << 17) + _MASK) & 0xFFFFFFFF


def record(data: bytes) -> bytes:
    """Frame the data of one record."""
    length = struct.pack("<Q", len(data))
    return b"".join(
        (length, struct.pack("<I", masked_checksum(length)), data, struct.pack("<I", masked_checksum(data)))
    )


def file_version_event(wall_time: float) -> bytes:
    """Return the event that every file begins with."""
    return _double(1, wall_time) + _bytes(3, b"brain.Event:2")


def summary_event(wall_time: float, step: int, value: bytes) -> bytes:
    """Return the event of one summary value.

    Args:
        wall_time: Seconds since 1970.
        step: The number of the step or epoch.
        value: What one of the functions below returns.
    """
    return _double(1, wall_time) + _integer(2, step) + _bytes(5, _bytes(1, value))


def scalar_value(tag: str, scalar: float) -> bytes:
    """Return the value of a curve at one step."""
    return _text(1, tag) + _key(2, 5) + struct.pack("<f", scalar)


def histogram_value(
    tag: str, limits: Sequence[float], counts: Sequence[float], moments: Sequence[float]
) -> bytes:
    """Return the value of a histogram.

    Args:
        tag: The name.
        limits: The upper end of each bucket, ascending.
        counts: The number of values in each bucket.
        moments: Least value, greatest value, number of values, sum, sum of squares.
    """
    fields = [_double(number, moment) for number, moment in enumerate(moments, start=1)]
    for number, column in ((6, limits), (7, counts)):
        fields.append(_bytes(number, struct.pack(f"<{len(column)}d", *column)))
    return _text(1, tag) + _bytes(5, b"".join(fields))


def image_value(tag: str, height: int, width: int, png: bytes) -> bytes:
    """Return the value of a grey picture, encoded as PNG."""
    image = _integer(1, height) + _integer(2, width) + _integer(3, 1) + _bytes(4, png)
    return _text(1, tag) + _bytes(4, image)


def text_value(tag: str, text: str, plugin: str, content: bytes) -> bytes:
    """Return the value of a string that belongs to a plugin of TensorBoard."""
    metadata = _bytes(1, _text(1, plugin) + _bytes(2, content))
    tensor = _integer(1, _STRING_TYPE) + _bytes(2, b"") + _bytes(8, text.encode())
    return _text(1, tag) + _bytes(8, tensor) + _bytes(9, metadata)


def _key(number: int, wire_type: int) -> bytes:
    return bytes((number << 3 | wire_type,))


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _integer(number: int, value: int) -> bytes:
    return _key(number, 0) + _varint(value)


def _double(number: int, value: float) -> bytes:
    return _key(number, 1) + struct.pack("<d", value)


def _bytes(number: int, value: bytes) -> bytes:
    return _key(number, 2) + _varint(len(value)) + value


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())
