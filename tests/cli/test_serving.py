"""``ranvier serve`` as far as it does not serve; tests/serving does."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from ranvier import Input, Sequential
from ranvier.cli import serving
from ranvier.errors import MissingExtraError
from ranvier.layers import Dense
from ranvier.models import save_model


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    save_model(Sequential([Input((2,)), Dense(1)]), path)
    return path


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be served: path, address, limits, journal."""
    calls: list[Any] = []

    def serve(*arguments: Any) -> None:
        *given, ready = arguments
        calls.extend(given)
        ready("http://127.0.0.1:1234")

    monkeypatch.setattr(serving, "serve", serve)
    return calls


def test_options_reach_the_server(line, served: list[Any]) -> None:
    options = [
        "--pixels",
        255,
        "--port",
        0,
        "--max-rows",
        7,
        "--max-body",
        99,
        "--timeout",
        1.5,
        "--queue",
        3,
        "--readers",
        4,
    ]
    result = line(
        "serve", "m.safetensors", *options, "--allow-host", "a.example", "--allow-host", "b", "--access-log"
    )
    assert result.stdout == "Ready at http://127.0.0.1:1234\n"
    origin, address, limits, journal = served
    assert (origin.path, origin.pixels) == (Path("m.safetensors"), 255.0)
    assert (address.host, address.port, address.token) == ("127.0.0.1", 0, None)
    assert address.names == ("a.example", "b")
    assert (limits.rows, limits.body, limits.seconds, limits.queue, limits.readers) == (7, 99, 1.5, 3, 4)
    assert journal.requests


def test_the_token_comes_from_three_places(
    line, served: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("from-a-file\n")
    monkeypatch.setenv("RANVIER_TOKEN", "from-the-environment")
    for arguments, token in (
        ([], "from-the-environment"),
        (["--token", "from-the-line"], "from-the-line"),
        (["--token-file", tmp_path / "token"], "from-a-file"),
    ):
        served.clear()
        assert line("serve", "m", *arguments).exit_code == 0
        assert served[1].token == token
    both = line.sentence("serve", "m", "--token", "a", "--token-file", tmp_path / "token")
    assert "with `--token` or with `--token-file`, not with both" in both
    assert "There is no file" in line.sentence("serve", "m", "--token-file", tmp_path / "absent")


def test_what_cannot_be_served(line, file: Path, tmp_path: Path) -> None:
    assert "There is no file" in line.sentence("serve", tmp_path / "absent.safetensors", "--port", 0)
    assert "is not a run" in line.sentence("serve", tmp_path, "--port", 0)
    file.write_bytes(file.read_bytes()[:100])
    assert line.sentence("serve", file, "--port", 0).startswith(f"Error: The file '{file}' ")
    assert "needs a token" in line.sentence("serve", file, "--host", "0.0.0.0")
    assert "received: nan" in line.sentence("serve", file, "--timeout", "nan")
    assert "received: 1e+09" in line.sentence("serve", file, "--timeout", "1e9")
    assert "65536 is not in the range" in line.sentence("serve", file, "--port", 65536, code=2)


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("ranvier.serving")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.delitem(sys.modules, "ranvier.cli.serving")
    with pytest.raises(MissingExtraError, match=r"'prometheus-client'.*pip install 'ranvier\[serve\]'"):
        importlib.import_module("ranvier.cli.serving")
