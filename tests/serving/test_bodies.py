"""Bodies within limits; more of them are sent to real servers in test_server.py and test_pictures.py."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ranvier.serving.bodies import Bodies, rows_of_json
from ranvier.serving.limits import Limits
from ranvier.serving.refusals import Refusal, shown


def receiving(*parts: bytes) -> Any:
    messages = [
        {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, 1)
    ]

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    return receive


def test_bodies_together_may_not_fill_the_memory() -> None:
    async def scenario() -> None:
        bodies = Bodies(Limits(body=3))
        held = [await bodies.read(receiving(b"a", b"bc"), None) for _ in range(8)]
        assert held == [b"abc"] * 8
        assert bodies.held == 24
        with pytest.raises(Refusal, match="holds 24 bytes of other requests") as caught:
            await bodies.read(receiving(b"d"), b"1")
        assert caught.value.status == 503
        assert caught.value.headers["retry-after"] == "1"
        bodies.release(held[0])
        assert await bodies.read(receiving(b"", b"d"), b"1") == b"d"
        assert bodies.held == 22

    asyncio.run(scenario())


def test_what_is_not_read_to_its_end_is_not_held() -> None:
    async def scenario() -> None:
        bodies = Bodies(Limits(body=3))
        for parts in ((b"ab", b"cd"), (b"a", b"b", b"c", b"d")):
            with pytest.raises(Refusal, match="at most 3 bytes; received: more"):
                await bodies.read(receiving(*parts), None)
        gone = receiving(b"ab", b"")
        await gone()
        with pytest.raises(Refusal, match="at most 3 bytes; received: 4,000"):
            await bodies.read(gone, b"4000")
        await gone()
        with pytest.raises(Refusal, match="went away"):
            await bodies.read(gone, None)
        assert bodies.held == 0

    asyncio.run(scenario())


def test_columns_are_counted_by_the_longest() -> None:
    body = bytearray(b'{"rows": {"a": [1, 2, 3], "b": 4}}')
    assert rows_of_json(body, Limits(rows=3)) == {"a": [1, 2, 3], "b": 4}
    with pytest.raises(Refusal, match="at most 2 rows in a request; received: 3"):
        rows_of_json(body, Limits(rows=2))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a" * 100, "'" + "a" * 59 + "…"),
        (None, "null"),
        (False, "false"),
        ([1], "a list of 1"),
        ({}, "an empty object"),
        ({"b": 1, "a": 2}, "an object with 'b', 'a'"),
        (1.5, "1.5"),
    ],
)
def test_what_came_in_words(value: object, expected: str) -> None:
    assert shown(value) == expected
