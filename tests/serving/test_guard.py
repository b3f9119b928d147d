"""Names, origins and tokens; most of it is asked of a real server in test_server.py."""

from __future__ import annotations

import pytest

from ranvier.serving.guard import Guard, accepted_hosts, is_loopback
from ranvier.serving.refusals import Refusal


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((host, True) for host in ("127.0.0.1", "127.8.9.1", "::1", "localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "192.168.1.2", "example.org", "")),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_names_that_a_server_answers_to() -> None:
    always = {"localhost", "127.0.0.1", "[::1]"}
    assert accepted_hosts("127.0.0.1", []) == always
    assert accepted_hosts("127.0.0.2", ["A.example"]) == always | {"127.0.0.2", "a.example"}
    assert accepted_hosts("::1", []) == always
    assert accepted_hosts("0.0.0.0", []) is None
    assert accepted_hosts("0.0.0.0", ["a.example"]) == always | {"a.example"}


def test_a_token_in_any_bytes_is_compared() -> None:
    guard = Guard(None, "secret")
    host = (b"host", b"here")
    guard.check("/predict", [host, (b"authorization", b"Bearer secret")])
    guard.check("/health", [host])
    for value in (b"Bearer \xff\x00", b"secret", b"Bearer secre", b"bearer  "):
        with pytest.raises(Refusal, match="received: another") as caught:
            guard.check("/predict", [host, (b"authorization", value)])
        assert caught.value.status == 401
    assert guard.knows([(b"authorization", b"Bearer secret")])
    assert not guard.knows([])
