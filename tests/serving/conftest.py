"""What is served, and by which processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Line
from tests.serving.processes import Server, running, write_linear

TOKEN = "an-open-secret"


@pytest.fixture(scope="session")
def line() -> Line:
    return Line()


@pytest.fixture(scope="session")
def linear_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_linear(tmp_path_factory.mktemp("served") / "linear.safetensors")


@pytest.fixture(scope="session")
def server(linear_file: Path) -> Iterator[Server]:
    """A server of small limits, to be left as it is."""
    limits = ("--max-body", 20_000, "--max-rows", 64, "--timeout", 1, "--allow-host", "models.example.org")
    with running(linear_file, *limits) as running_server:
        yield running_server


@pytest.fixture(scope="session")
def digits_run(line: Line, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sklearn")
    folder = tmp_path_factory.mktemp("digits") / "run"
    result = line("train", "digits", "--epochs", 8, "--no-plots", "--quiet", "-o", folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="session")
def pictures_server(digits_run: Path) -> Iterator[Server]:
    """A server of pictures for everyone who knows the token; its client does."""
    with running(digits_run, "--host", "0.0.0.0", environment={"RANVIER_TOKEN": TOKEN}) as running_server:
        running_server.client.headers["authorization"] = f"Bearer {TOKEN}"
        yield running_server
