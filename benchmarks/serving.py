"""``python -m benchmarks.serving``: ``ranvier serve`` beside scikit-learn's network behind FastAPI.

The same network with the same weights, the digits' 64-64-32-10, answers one-row requests on loopback. The servers
run for the whole time and are asked in turn, in an order that rotates. Then the file of ours is replaced again and
again while clients ask, and every answer is compared with the network whose digest it names.
"""

from __future__ import annotations

import argparse
import pickle
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from benchmarks.clients import Load, load, request_of
from benchmarks.preparation import prepare
from benchmarks.processes import ROOT, environment
from benchmarks.programs import PROGRAMS
from benchmarks.tables import seconds
from ranvier import Input, Sequential
from ranvier.layers import Dense

OURS = "ranvier serve"
PEERS = (
    {"sklearn, FastAPI, def": "in_threads", "sklearn, FastAPI, async def": "in_the_loop"}
    if find_spec("fastapi")
    else {}
)
CLIENTS = (1, 16)

_BETWEEN_FILES = 0.2  # seconds

Rows = np.ndarray[Any, Any]
Weights = list[Rows]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return 1 if a request was lost or answered wrongly."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds (default 5)")
    parser.add_argument(
        "--requests", type=int, default=4000, help="requests of a round with 16 clients (default 4000)"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="ranvier-serving-") as name:
        folder = Path(name)
        network, rows = _trained()
        weights = [array for pair in zip(network.coefs_, network.intercepts_, strict=True) for array in pair]
        (folder / "network.pickle").write_bytes(pickle.dumps(network))
        path = folder / "network.safetensors"
        path.write_bytes(_file(folder, weights))
        requests = [request_of(row) for row in rows.tolist()]
        with _ranvier(path) as ours, _peers(folder / "network.pickle") as peers:
            ports = {OURS: ours[1], **peers}
            _compare(ports, requests, network.predict_proba(rows))
            print(table(measure(ports, requests, options.rounds, options.requests)), flush=True)
            faults = _reload(ours, path, weights, rows, options.requests)
    return 1 if faults else 0


def measure(
    ports: dict[str, int], requests: list[bytes], rounds: int, total: int
) -> dict[tuple[str, int], list[Load]]:
    """Ask every server in turn.

    Returns:
        The loads of all rounds, by server and number of clients.
    """
    loads = defaultdict(list)
    names = list(ports)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            for clients in CLIENTS:
                asked = total if clients > 1 else total // 2
                loads[name, clients].append(load(ports[name], clients, requests, asked))
    return loads


def table(loads: dict[tuple[str, int], list[Load]]) -> str:
    """Return the medians over all rounds as a table, and how they compare with ours."""
    lines = [
        "| clients | server | requests/s | p50 | p99 | rate, ours / theirs | p50, theirs / ours | p99, theirs / ours |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (name, clients), measured in sorted(loads.items(), key=lambda item: item[0][1]):
        rate, middle, slow = _medians(measured)
        our_rate, our_middle, our_slow = _medians(loads[OURS, clients])
        ratios = (our_rate / rate, middle / our_middle, slow / our_slow)
        shown = " | ".join("" if name == OURS else f"{value:.2f}" for value in ratios)
        lines.append(f"| {clients} | {name} | {rate:,.0f} | {seconds(middle)} | {seconds(slow)} | {shown} |")
    lost = sum(each.lost for measured in loads.values() for each in measured)
    return "\n".join([*lines, "", f"Requests lost: {lost}."])


def _medians(loads: list[Load]) -> tuple[float, float, float]:
    rates, middles, slow = zip(
        *((each.rate(), each.percentile(0.5), each.percentile(0.99)) for each in loads), strict=True
    )
    return statistics.median(rates), statistics.median(middles), statistics.median(slow)


def _trained() -> tuple[MLPClassifier, Rows]:
    arrays = prepare(PROGRAMS["p000"])
    network = MLPClassifier((64, 32), max_iter=20, tol=0.0, n_iter_no_change=100, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 20 epochs are enough to be timed
        network.fit(arrays.x_train, arrays.y_train)
    return network, arrays.x_test[:200]


def _file(folder: Path, weights: Weights) -> bytes:
    """Return the file of a network with weights."""
    layers = [Dense(64, activation="relu"), Dense(32, activation="relu"), Dense(10, activation="softmax")]
    model = Sequential([Input((64,)), *layers])
    model.set_weights(weights)
    model.save(folder / "written.safetensors")
    return (folder / "written.safetensors").read_bytes()


def _replace(path: Path, content: bytes) -> None:
    newer = path.with_stem("newer")
    newer.write_bytes(content)
    newer.replace(path)


def _compare(ports: dict[str, int], requests: list[bytes], expected: Rows) -> None:
    """See to it that all servers answer alike before they are measured."""

    def check(number: int, answer: Any) -> None:
        np.testing.assert_allclose(answer["predictions"], expected[number : number + 1], rtol=1e-3, atol=1e-5)

    for port in ports.values():
        load(port, 4, requests, 2 * len(requests), check)


def _reload(
    ours: tuple[subprocess.Popen[str], int], path: Path, weights: Weights, rows: Rows, total: int
) -> int:
    """Replace the file while clients ask; return how many requests were lost or answered wrongly."""
    process, port = ours
    files, expected = [path.read_bytes()], {}
    for factor in (1.0, 0.5, 2.0):
        scaled = [array * factor for array in weights]
        files.append(_file(path.parent, scaled))
        expected[sha256(files[-1]).hexdigest()] = _by_hand(rows, scaled)
    expected[sha256(files[0]).hexdigest()] = _by_hand(rows, weights)
    seen: dict[str, int] = defaultdict(int)
    wrong, replaced, stop = 0, 0, threading.Event()

    def replace() -> None:
        nonlocal replaced
        while not stop.wait(_BETWEEN_FILES):
            replaced += 1
            _replace(path, files[replaced % len(files)])
            process.send_signal(signal.SIGHUP)

    def check(number: int, answer: Any) -> None:
        nonlocal wrong
        digest = answer["model"]["digest"]
        seen[digest] += 1
        wrong += not np.allclose(answer["predictions"][0], expected[digest][number], rtol=1e-3, atol=1e-5)

    replacing = threading.Thread(target=replace)
    replacing.start()
    try:
        measured = load(port, CLIENTS[-1], [request_of(row) for row in rows.tolist()], 10 * total, check)
    finally:
        stop.set()
        replacing.join()
    print(
        f"\nThe file replaced {replaced} times in {measured.seconds:.1f} s under {CLIENTS[-1]} clients: "
        f"{len(measured.latencies):,} requests answered by {len(seen)} networks, p50 "
        f"{seconds(measured.percentile(0.5))}, p99 {seconds(measured.percentile(0.99))}; "
        f"lost: {measured.lost}, answered wrongly: {wrong}."
    )
    return measured.lost + wrong


def _by_hand(rows: Rows, weights: Weights) -> Rows:
    values = rows.astype(np.float64)
    for number in range(0, len(weights), 2):
        values = values @ weights[number] + weights[number + 1]
        values = np.maximum(values, 0) if number + 2 < len(weights) else values
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    probabilities: Rows = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


@contextmanager
def _ranvier(path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-m", "ranvier.cli", "serve", str(path), "--port", "0"]
    with _process(command, {}, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process, int(process.stdout.readline().rpartition(":")[2])


@contextmanager
def _peers(path: Path) -> Iterator[dict[str, int]]:
    ports = {}
    with ExitStack() as stack:
        for name, factory in PEERS.items():
            port = _free_port()
            target = f"benchmarks.peers.sklearn_server:{factory}"
            options = ["--port", str(port), "--no-access-log", "--log-level", "warning"]
            command = [sys.executable, "-m", "uvicorn", "--factory", target, *options]
            stack.enter_context(_process(command, {"SERVED_NETWORK": str(path)}))
            _wait_for(port)
            ports[name] = port
        yield ports


@contextmanager
def _process(
    command: list[str], changes: dict[str, str], stdout: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(changes), stdout=stdout, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_for(port: int) -> None:
    """Wait until a server accepts connections."""
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    sys.exit(main())
