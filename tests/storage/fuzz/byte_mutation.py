"""Changes to single bytes, whatever they mean."""

from __future__ import annotations

import random
import struct

from tests.storage.fuzz.json_mutation import NUMBERS


def changed_bytes(content: bytes, chance: random.Random) -> bytes:
    """Flip, exchange, insert, double and leave out bytes."""
    result = bytearray(content)
    for _ in range(1 + min(chance.getrandbits(3), chance.getrandbits(3))):
        if not result:
            break
        start = chance.randrange(len(result))
        length = min(1 << chance.randrange(9), len(result) - start)
        kind = chance.randrange(7)
        if kind < 2:
            result[start] ^= 1 << chance.randrange(8)
        elif kind == 2:
            result[start] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, ord('"'), ord("{"), ord("\\")))
        elif kind == 3:
            del result[start : start + length]
        elif kind == 4:
            result[start:start] = result[start : start + length]
        elif kind == 5:
            other = chance.randrange(len(result))
            result[start : start + length] = result[other : other + length]
        else:
            number = struct.pack("<Q", int(abs(chance.choice(NUMBERS[:16]))) % 2**64)
            result[start : start + 8] = number[: chance.choice((1, 2, 4, 8))]
    return bytes(result)
