"""Who may ask: the name by which the server was called, the page that calls it, and the token.

A page anywhere on the web can make its visitor's browser send requests to the visitor's own machine, and by
changing what its own name resolves to it can even read the answers. So the server answers only to names that
it was told, and only to pages that it served itself.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from ranvier.serving.refusals import Refusal

OPEN = frozenset({"/", "/docs", "/health"})
"""What is shown without the token: a page that holds nothing of the model, and whether the server lives."""

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Guard:
    """Decides whether a request may be answered.

    Attributes:
        hosts: The names that the server answers to, with or without a port; None for any.
        token: What a client must know, or None.
    """

    hosts: Collection[str] | None
    token: str | None

    def check(self, path: str, headers: Headers) -> None:
        """Let a request pass, or refuse it.

        Args:
            path: What it asks for.
            headers: Its headers, names in lower case.

        Raises:
            Refusal: If it may not be answered.
        """
        hosts, origin, authorization = [], None, b""
        for name, value in headers:
            if name == b"host":
                hosts.append(value.decode("latin-1").lower())
            elif name == b"origin":
                origin = value.decode("latin-1").lower()
            elif name == b"authorization":
                authorization = value
        if len(hosts) != 1:
            raise Refusal(400, "bad_host", f"Expected one Host header; received: {len(hosts)}.")
        self._check_host(hosts[0])
        if origin is not None:
            _check_origin(origin, hosts[0])
        if self.token is not None and path not in OPEN:
            self._check_token(authorization)

    def knows(self, headers: Headers) -> bool:
        """Tell whether a client has shown the token, or needs none."""
        if self.token is None:
            return True
        return any(name == b"authorization" and self._matches(value) for name, value in headers)

    def _check_host(self, host: str) -> None:
        if self.hosts is None or host in self.hosts or _without_port(host) in self.hosts:
            return
        raise Refusal(
            421,
            "bad_host",
            f"This server does not answer to the name {host!r:.100}; it answers to: {', '.join(sorted(self.hosts))}. "
            "Start it with `--allow-host NAME` for another name.",
        )

    def _check_token(self, authorization: bytes) -> None:
        if self._matches(authorization):
            return
        received = "another" if authorization else "none"
        raise Refusal(
            401,
            "bad_token",
            f"Expected the header `Authorization: Bearer TOKEN` with the token of this server; received: {received}.",
            {"www-authenticate": 'Bearer realm="ranvier"'},
        )

    def _matches(self, authorization: bytes) -> bool:
        scheme, _, credentials = authorization.partition(b" ")
        expected = (self.token or "").encode()
        # Always compared, and in constant time, so that the time of an answer tells nothing of the token.
        return hmac.compare_digest(credentials.strip(), expected) and scheme.lower() == b"bearer"


def _check_origin(origin: str, host: str) -> None:
    # The scheme is left out of account: a proxy in front may speak TLS.
    with suppress(ValueError):  # what is no address at all
        if urlsplit(origin).netloc == host:
            return
    raise Refusal(
        403,
        "bad_origin",
        f"A page of {origin!r:.100} asked, and this server answers only to its own pages and to programs that are no "
        "web pages.",
    )


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def is_loopback(host: str) -> bool:
    """Tell whether an address to bind to is reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def accepted_hosts(host: str, allowed: Collection[str]) -> frozenset[str] | None:
    """Return the names that a server answers to.

    Args:
        host: The address that it is bound to.
        allowed: Further names.

    Returns:
        Names in lower case; None where it is reached from elsewhere under a name that it cannot know, which is safe
        because its clients must show the token.
    """
    names = {name.lower() for name in allowed}
    if not is_loopback(host):
        return frozenset(names | _LOOPBACK_NAMES) if names else None
    return frozenset(names | _LOOPBACK_NAMES | {f"[{host}]" if ":" in host else host})
