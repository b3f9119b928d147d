"""A server process and its clients: limits, refusals, signals."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ranvier.errors import ConfigurationError
from ranvier.serving.server import Address, bound_socket
from tests.serving.processes import Server, answer_of, running, write_linear

ROW = [1.0, 2.0, 3.0]
HEADERS = {"content-type": "application/json"}
POST = "POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"


def predict(client: httpx.Client, rows: Any) -> Any:
    response = client.post("/predict", json={"rows": rows})
    assert response.status_code == 200, response.text
    return response.json()["predictions"]


def test_rows_are_predicted_by_the_file_that_is_served(server: Server, linear_file: Path) -> None:
    response = server.client.post("/predict", json={"rows": [ROW, [0.0, 0.5, -1.0]]})
    assert response.status_code == 200
    assert response.json() == {
        "predictions": [[14.0, -2.0], [-2.0, 1.0]],
        "model": {"name": "linear.safetensors", "digest": sha256(linear_file.read_bytes()).hexdigest()},
    }
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert predict(server.client, [[1, 2, 3]]) == [[14.0, -2.0]]
    bare = server.client.post(
        "/predict", content=b" [[1, 2, 3]] ", headers={"content-type": "application/json; charset=utf-8"}
    )
    assert bare.json()["predictions"] == [[14.0, -2.0]]


REFUSALS = {
    "not json": (
        b"{rows}",
        400,
        "cannot be read: unexpected character, expected a string key: line 1 column 2",
    ),
    "nothing": (b"", 400, "it is empty"),
    "nan": (
        b'{"rows": [[NaN, 0, 0]]}',
        400,
        "column 12 (char 11). NaN and Infinity are none: numbers must be finite.",
    ),
    "not utf-8": (b'{"rows": ["\xff"]}', 400, "not valid UTF-8"),
    "too deep": (b"[" * 9000, 400, "depth limit exceeded"),
    "long integer": (b"[[1, 2, " + b"9" * 5000 + b"]]", 400, "number is infinity"),
    "no rows": (
        b'{"rows": []}',
        422,
        "Expected a list of at least one row, each a list of 3 numbers; received: an empty",
    ),
    "other name": (
        b'{"instances": [[1, 2, 3]]}',
        422,
        "under \"rows\" and nothing else, or a list of rows; received: an object with 'instances'",
    ),
    "a number": (b"7", 422, "Expected a list of rows"),
    "an object of columns": (
        b'{"rows": {"a": [1]}}',
        422,
        "each a list of 3 numbers; received: an object with 'a'",
    ),
    "flat row": (b'{"rows": [1, 2, 3]}', 422, "Row 1: expected a list of 3 numbers; received: 1."),
    "short row": (
        b'{"rows": [[1, 2, 3], [4, 5]]}',
        422,
        "Row 2: expected a list of 3 numbers; received: a list of 2.",
    ),
    "text": (b'{"rows": [[1, 2, "3"]]}', 422, "Row 1, [2]: expected a number; received: '3'."),
    "null": (b'{"rows": [[1, null, 3]]}', 422, "Row 1, [1]: expected a number; received: null."),
    "true": (b'{"rows": [[1, true, 3]]}', 422, "Row 1, [1]: expected a number; received: true."),
    "too large": (
        b'{"rows": [[1, 2, 1e39]]}',
        422,
        "Row 1, [2]: expected finite numbers of at most 3.4e+38; received: 1e+39.",
    ),
    "infinite": (b"[[1, 2, -1e999]]", 400, "number is infinity"),
    "long but finite": (
        b"[[1, 2, " + b"9" * 300 + b"]]",
        422,
        "expected finite numbers of at most 3.4e+38; received: 1e+300.",
    ),
    "many rows": (json.dumps([[0, 0, 0]] * 65).encode(), 413, "at most 64 rows in a request; received: 65"),
    "a large body": (b"[" + b" " * 20_000 + b"]", 413, "at most 20,000 bytes; received: 20,002"),
}


@pytest.mark.parametrize(("body", "status", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_bodies_that_are_refused(server: Server, body: bytes, status: int, sentence: str) -> None:
    response = server.client.post("/predict", content=body, headers=HEADERS)
    assert response.status_code == status
    assert response.json().keys() == {"error"}
    assert sentence in response.json()["error"]


def test_paths_methods_and_types_that_are_refused(server: Server) -> None:
    absent = server.client.get("/predictions")
    assert (absent.status_code, absent.json()["error"][:38]) == (
        404,
        "There is nothing at '/predictions'; th",
    )
    assert server.client.get("/predict/").status_code == 404
    wrong = server.client.get("/predict")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert wrong.json() == {"error": "/predict takes POST; received: GET."}
    assert server.client.post("/health").status_code == 405
    for headers, received in (({"content-type": "image/png"}, "image/png"), ({}, "no Content-Type")):
        typed = server.client.post("/predict", content=b"x", headers=headers)
        assert (typed.status_code, typed.headers["accept"]) == (415, "application/json")
        assert f"of the type application/json; received: {received}." in typed.json()["error"]
    form = server.client.post("/predict", data={"rows": "1"})
    assert "With curl: -H 'content-type: application/json'" in form.json()["error"]


@pytest.mark.parametrize(
    ("headers", "status", "sentence"),
    [
        ({"host": "attacker.example"}, 421, "does not answer to the name 'attacker.example'"),
        ({"host": "127.0.0.1.attacker.example:80"}, 421, "`--allow-host NAME`"),
        ({"origin": "http://attacker.example"}, 403, "A page of 'http://attacker.example' asked"),
        ({"origin": "null"}, 403, "A page of 'null' asked"),
        ({"origin": "http://["}, 403, "answers only to its own pages"),
        ({"origin": "http://127.0.0.1:1"}, 403, "answers only to its own pages"),
        ({"host": "models.example.org", "origin": "http://localhost"}, 403, "A page of"),
    ],
)
def test_pages_of_others_are_refused(
    server: Server, headers: dict[str, str], status: int, sentence: str
) -> None:
    for path in ("/health", "/predict"):
        response = server.client.request("POST", path, json=[ROW], headers=headers)
        assert (response.status_code, sentence in response.json()["error"]) == (status, True)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "[::1]:8000", "models.example.org", "models.example.org:443"]
)
def test_names_that_are_answered(server: Server, host: str) -> None:
    headers = {"host": host, "origin": f"https://{host}"}
    assert server.client.post("/predict", json=[ROW], headers=headers).status_code == 200


def test_two_names_or_none_are_malformed(server: Server) -> None:
    for head in (b"", b"host: localhost\r\nhost: localhost\r\n"):
        status, error = exchange(server, b"GET /health HTTP/1.1\r\n" + head + b"\r\n")
        assert status == 400
        assert "Expected one Host header" in error


def exchange(server: Server, sent: bytes) -> tuple[int, str]:
    """Send bytes; return the status and the sentence of the answer, after which the server may hang up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(sent)
        status, body = received(connection)
        return status, json.loads(body)["error"]


def received(connection: socket.socket) -> tuple[int, bytes]:
    reader = connection.makefile("rb")
    status = int(reader.readline().split()[1])
    length = 0
    while (line := reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return status, reader.read(length)


def test_what_is_no_http(server: Server) -> None:
    assert exchange(server, b"\x16\x03\x01 hello\r\n\r\n") == (400, "What came is no request of HTTP/1.1.")


def test_endless_headers(server: Server) -> None:
    status, error = exchange(server, b"GET /health HTTP/1.1\r\nhost: localhost\r\nx: " + b"y" * 70_000)
    assert (status, "may have 65,536 bytes; more came" in error) == (431, True)


def test_a_body_that_does_not_come(server: Server) -> None:
    head = b"POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n"
    status, error = exchange(server, head + b'{"rows":')
    assert (status, error) == (
        408,
        "The body did not arrive within 1 seconds; 8 bytes did. Send it again, in one piece.",
    )


def test_a_body_without_end(server: Server) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(500):
            yield b" " * 4000

    response = server.client.post("/predict", content=parts(), headers=HEADERS)
    assert (response.status_code, "at most 20,000 bytes; received: more" in response.json()["error"]) == (
        413,
        True,
    )
    assert predict(server.client, [ROW]) == [[14.0, -2.0]]


def test_answers_belong_to_their_requests(server: Server) -> None:
    def ask(number: int) -> bool:
        rows = [[number, position, 1] for position in range(1 + number % 20)]
        return predict(server.client, rows) == [answer_of(row) for row in rows]

    with ThreadPoolExecutor(16) as clients:
        assert all(clients.map(ask, range(300)))
    families = metrics(server)
    together = families["ranvier_batch_requests"]
    assert together["ranvier_batch_requests_sum"] > together["ranvier_batch_requests_count"] > 0


def metrics(server: Server) -> dict[str, dict[str, float]]:
    """The samples of /metrics without their labels' names, by family."""
    response = server.client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    families = {}
    for family in text_string_to_metric_families(response.text):
        assert family.documentation, family.name
        families[family.name] = {
            "/".join([sample.name, *sample.labels.values()]): sample.value for sample in family.samples
        } | {"type": family.type}
    return families


def test_metrics(server: Server) -> None:
    before = metrics(server)
    predict(server.client, [ROW, ROW])
    server.client.post("/predict", content=b"{", headers=HEADERS)
    after = metrics(server)

    def grown(family: str, sample: str) -> float:
        return after[family][sample] - before[family].get(sample, 0.0)

    assert grown("ranvier_rows", "ranvier_rows_total") == 2
    assert grown("ranvier_refusals", "ranvier_refusals_total/bad_json") == 1
    assert grown("ranvier_http_requests", "ranvier_http_requests_total//predict/200") == 1
    assert grown("ranvier_http_requests", "ranvier_http_requests_total//predict/400") == 1
    assert grown("ranvier_request_duration_seconds", "ranvier_request_duration_seconds_count") == 1
    assert grown("ranvier_batch_rows", "ranvier_batch_rows_bucket/2.0") == 1
    assert after["ranvier_queue_requests"] == {"ranvier_queue_requests": 0.0, "type": "gauge"}
    assert after["ranvier_request_duration_seconds"]["type"] == "histogram"
    assert after["ranvier_refusals"]["type"] == "counter"
    assert "process_resident_memory_bytes" in after
    digest = server.client.get("/health").json()["model"]["digest"]
    assert after["ranvier_model_info"][f"ranvier_model_info/{digest}/linear.safetensors"] == 1


def test_reloading_under_load_loses_nothing_and_answers_nothing_wrongly(tmp_path: Path) -> None:
    path = write_linear(tmp_path / "model.safetensors")
    digest = sha256(path.read_bytes()).hexdigest()
    factors = {digest: 1.0}
    stop = threading.Event()
    answered: set[str] = set()

    def ask(first: int) -> int:
        asked = 0
        with httpx.Client(base_url=server.url, timeout=30) as client:
            while not stop.is_set():
                row = [float(first), float(asked % 50), 1.0]
                response = client.post("/predict", json=[row])
                assert response.status_code == 200, response.text
                digest = response.json()["model"]["digest"]
                assert response.json()["predictions"] == [answer_of(row, factors[digest])]
                answered.add(digest)
                asked += 1
        return asked

    with running(path) as server, ThreadPoolExecutor(4) as clients:
        asking = [clients.submit(ask, number) for number in range(4)]
        try:
            for factor in (2.0, 4.0, 8.0):
                wait_for(server, lambda _, digest=digest: digest in answered)
                newer = write_linear(tmp_path / "newer.safetensors", factor)
                digest = sha256(newer.read_bytes()).hexdigest()
                factors[digest] = factor
                newer.replace(path)
                server.process.send_signal(signal.SIGHUP)
            wait_for(server, lambda _, digest=digest: digest in answered)
            path.write_bytes(path.read_bytes()[:-40])
            server.process.send_signal(signal.SIGHUP)
            health = wait_for(server, lambda health: health["status"] == "reload_failed")
        finally:
            stop.set()
        assert health["model"]["digest"] == digest
        assert "model.safetensors" in health["reload"]["error"]
        assert min(each.result() for each in asking) > 0
        assert predict(server.client, [ROW]) == [answer_of(ROW, 8.0)]
        reloads = metrics(server)["ranvier_reloads"]
        assert (reloads["ranvier_reloads_total/success"], reloads["ranvier_reloads_total/failure"]) == (3, 1)
        write_linear(path, 1.0)
        server.process.send_signal(signal.SIGHUP)
        wait_for(server, lambda health: health["status"] == "ok")
        code, log = server.stop()
    assert answered == set(factors)
    assert code == 0
    events = [line.split("event=")[1].split()[0] for line in log.splitlines()]
    assert events == ["started", "reloaded", "reloaded", "reloaded", "reload_failed", "reloaded", "stopped"]
    assert " error event=reload_failed answers=" in log


def wait_for(server: Server, condition: Any) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        health: dict[str, Any] = server.client.get("/health").json()
        if condition(health):
            return health
    raise AssertionError(health)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_accepted_is_answered_before_the_end(linear_file: Path, number: int) -> None:
    with running(linear_file, "--access-log") as server:
        body = json.dumps([ROW]).encode()
        head = f"{POST}content-length: {len(body)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(head.encode() + body[:5])
            server.client.get("/health")  # comes later, so the other request has been accepted
            server.client.close()
            server.process.send_signal(number)
            wait_until_refused(server.port)
            connection.sendall(body[5:])
            status, answer = received(connection)
        assert (status, json.loads(answer)["predictions"]) == (200, [[14.0, -2.0]])
        _, log = server.process.communicate(timeout=60)
        assert server.process.returncode == 0
    assert "event=request client=127.0.0.1 method=POST path=/predict status=200 seconds=0." in log
    assert "event=stopped requests=2" in log


def test_a_terminal_that_is_closed_ends_its_server(linear_file: Path) -> None:
    master, slave = os.openpty()
    with running(linear_file, stdin=slave) as server:
        os.close(slave)
        os.close(master)
        server.process.send_signal(signal.SIGHUP)
        _, log = server.process.communicate(timeout=60)
        assert server.process.returncode == 0
    server.client.close()
    assert log.endswith("event=stopped requests=0\n")


def wait_until_refused(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=30).close()
        except (ConnectionRefusedError, ConnectionResetError):
            return
    raise AssertionError("the server still accepts connections")


def test_addresses_that_cannot_be() -> None:
    with pytest.raises(ConfigurationError, match="needs a token that its clients must show"):
        Address("0.0.0.0").check()
    for token in ("", "two words", "gänsefüßchen", "line\n"):
        with pytest.raises(ConfigurationError, match="printable ASCII characters without spaces"):
            Address(token=token).check()
    Address("::1").check()
    Address("localhost").check()
    Address("0.0.0.0", token="secret").check()
    with bound_socket("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            ConfigurationError, match=rf"reached at http://127.0.0.1:{port}: address already in use"
        ):
            bound_socket("127.0.0.1", port)
    with pytest.raises(ConfigurationError, match=r"cannot be reached at http://no\.such\.host\.invalid:80"):
        bound_socket("no.such.host.invalid", 80)
