"""The body of a request: its kind, its bytes, and the rows in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.types import Receive

from ranvier.serving.limits import Limits
from ranvier.serving.refusals import Refusal, shown, unfit
from ranvier.serving.served import JSON, PICTURES, Description

_CLOSE = {"connection": "close"}


class MediaType(NamedTuple):
    """The kind of a body.

    Attributes:
        name: Such as ``"application/json"``.
        boundary: What separates the parts of a form.
    """

    name: str
    boundary: bytes


def media_type_of(header: bytes | None, description: Description) -> MediaType:
    """Return the kind of a body, which must be one that the model takes.

    Args:
        header: The value of ``Content-Type``.
        description: What the model takes.

    Raises:
        Refusal: If it is another.
    """
    if header == b"application/json":
        return MediaType(JSON, b"")
    name, options = parse_options_header(header)
    kind = MediaType(name.decode("latin-1"), options.get(b"boundary", b""))
    if kind.name not in description.media_types:
        hint = (
            ""
            if kind.name != "application/x-www-form-urlencoded"
            else " With curl: -H 'content-type: application/json'."
        )
        raise Refusal(
            415,
            "media_type",
            f"Expected a body of the type {' or '.join(description.media_types)}; received: "
            f"{kind.name or 'no Content-Type'}.{hint}",
            {"accept": ", ".join(description.media_types)},
        )
    return kind


@dataclass
class Bodies:
    """Reads bodies within limits: of one body, of all that are held at a time, and of the time for it.

    Attributes:
        limits: The limits.
        held: Bytes of the bodies that are held now.
    """

    limits: Limits
    held: int = 0

    async def read(self, receive: Receive, declared: bytes | None) -> bytearray:
        """Read a body; :meth:`release` it once it is done with.

        Args:
            receive: Yields the parts of the body.
            declared: The value of ``Content-Length``.

        Raises:
            Refusal: If it is too large, too slow, or too much is held already.
        """
        if declared is not None and int(declared) > self.limits.body:
            raise self._too_large(f"{int(declared):,}")
        body = bytearray()
        try:
            async with asyncio.timeout(self.limits.seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refusal(
                            499, "disconnected", "The client went away before its request was complete."
                        )
                    self._hold(body, message.get("body", b""))
                    more = message.get("more_body", False)
        except TimeoutError:
            self.release(body)
            raise Refusal(
                408,
                "slow_body",
                f"The body did not arrive within {self.limits.seconds:g} seconds; {len(body):,} bytes did. Send it "
                "again, in one piece.",
                _CLOSE,
            ) from None
        except BaseException:
            self.release(body)
            raise
        return body

    def release(self, body: bytearray) -> None:
        """Give back the memory of a body."""
        self.held -= len(body)

    def _hold(self, body: bytearray, part: bytes) -> None:
        if len(body) + len(part) > self.limits.body:
            raise self._too_large("more")
        if self.held + len(part) > self.limits.bytes_held:
            raise Refusal(
                503,
                "memory",
                f"The server is busy: it holds {self.held:,} bytes of other requests. Send the request again in a "
                "moment.",
                {"retry-after": "1", **_CLOSE},
            )
        body += part
        self.held += len(part)

    def _too_large(self, received: str) -> Refusal:
        return Refusal(
            413,
            "body_too_large",
            f"Expected a body of at most {self.limits.body:,} bytes; received: {received}. Send fewer rows at a time, "
            "or start the server with a larger `--max-body`.",
        )


def rows_of_json(body: bytearray, limits: Limits) -> Any:
    """Return the rows of a body of JSON: what stands under ``"rows"``, or a list itself.

    Raises:
        Refusal: If it is no JSON, or holds no rows or too many.
    """
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _no_json(body, error) from error
    if isinstance(content, dict):
        if set(content) != {"rows"}:
            raise unfit(
                'Expected a JSON object with the rows under "rows" and nothing else, or a list of rows; received: '
                f"{shown(content)}."
            )
        content = content["rows"]
    if isinstance(content, list):
        check_count(len(content), limits)
    elif isinstance(content, dict):
        check_count(
            max((len(column) for column in content.values() if isinstance(column, list)), default=0), limits
        )
    else:
        raise unfit(f'Expected a list of rows, as {{"rows": [...]}}; received: {shown(content)}.')
    return content


def check_count(rows: int, limits: Limits) -> None:
    """Refuse more rows than a request may have."""
    if rows > limits.rows:
        raise Refusal(
            413,
            "too_many_rows",
            f"Expected at most {limits.rows:,} rows in a request; received: {rows:,}. Send them in parts, or start the "
            "server with a larger `--max-rows`.",
        )


def pictures_of(body: bytearray, kind: MediaType, limits: Limits) -> list[bytes]:
    """Return the pictures of a body: the body itself, or the files of a form.

    Raises:
        Refusal: If the form is damaged, or holds no file or too many.
    """
    if kind.name in PICTURES:
        return [bytes(body)]
    pictures = _files(body, kind.boundary)
    if not pictures:
        raise unfit(
            "Expected a form with at least one file, each a picture; received none. With curl: -F file=@digit.png."
        )
    check_count(len(pictures), limits)
    return pictures


def _files(body: bytearray, boundary: bytes) -> list[bytes]:
    files: list[bytearray] = []
    name, value = bytearray(), bytearray()
    is_file = False

    def begin() -> None:
        nonlocal is_file
        is_file = False

    def end_header() -> None:
        nonlocal is_file
        if name.lower() == b"content-disposition" and b"filename" in parse_options_header(bytes(value))[1]:
            is_file = True
            files.append(bytearray())
        name.clear()
        value.clear()

    def add(data: bytes, start: int, end: int) -> None:
        if is_file:
            files[-1].extend(data[start:end])

    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": begin,
                "on_header_field": lambda data, start, end: name.extend(data[start:end]),
                "on_header_value": lambda data, start, end: value.extend(data[start:end]),
                "on_header_end": end_header,
                "on_part_data": add,
            },
        )
        parser.write(bytes(body))
        parser.finalize()
    except FormParserError as error:
        raise Refusal(400, "bad_form", f"The form cannot be read: {error!s:.200}.") from error
    return [bytes(file) for file in files]


def _no_json(body: bytearray, error: ValueError) -> Refusal:
    hint = (
        " NaN and Infinity are none: numbers must be finite." if b"NaN" in body or b"Infinity" in body else ""
    )
    fault = str(error) if body else "it is empty"
    return Refusal(400, "bad_json", f"Expected a body of JSON; what came cannot be read: {fault}.{hint}")
