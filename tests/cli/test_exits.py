from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ranvier.cli.exits import Commands
from ranvier.errors import DataError


@click.group(cls=Commands)
@click.option("--debug", is_flag=True)
def group(debug: bool) -> None:
    """Do something."""


@group.command()
def fail() -> None:
    raise DataError("There is\n  nothing.")


@group.command()
def fill() -> None:
    raise OSError(28, "No space left on device", "history.csv")


@group.command()
@click.argument("path")
def read(path: str) -> None:
    Path(path).read_bytes()


LEFT: list[str] = []


@group.command()
@click.argument("fault")
def leave(fault: str) -> None:
    def half_read() -> Iterator[int]:
        try:
            yield 1
        finally:
            LEFT.append("closed")

    source = half_read()
    next(source)
    raise {
        "gone": BrokenPipeError(32, "Broken pipe"),
        "wrong": DataError("Wrong."),
        "stop": KeyboardInterrupt(),
    }[fault]


@group.command()
def stop() -> None:
    raise KeyboardInterrupt


@group.command()
def shine() -> None:
    click.echo(click.style("bright", bold=True))


def test_errors_become_one_line() -> None:
    result = CliRunner().invoke(group, ["fail"])
    assert (result.exit_code, result.stderr, result.stdout) == (1, "Error: There is nothing.\n", "")


def test_debug_shows_where_an_error_comes_from() -> None:
    result = CliRunner().invoke(group, ["--debug", "fail"])
    assert isinstance(result.exception, DataError)


def test_faults_of_the_system_become_one_line() -> None:
    result = CliRunner().invoke(group, ["fill"])
    assert (result.exit_code, result.stderr) == (1, "Error: history.csv: no space left on device.\n")


@pytest.mark.parametrize("fault", ["gone", "wrong", "stop"])
def test_what_was_half_read_is_closed_before_the_end(fault: str) -> None:
    LEFT.clear()
    result = CliRunner().invoke(group, ["leave", fault])  # keeps the error, and with it the frames
    assert (result.exit_code != 0, LEFT) == (True, ["closed"])


def test_a_missing_file_names_the_closest(tmp_path: Path) -> None:
    (tmp_path / "houses.csv").touch()
    for name, hint in (("house.csv", f" Did you mean '{tmp_path / 'houses.csv'}'?"), ("x", "")):
        result = CliRunner().invoke(group, ["read", str(tmp_path / name)])
        assert result.stderr == f"Error: There is no file '{tmp_path / name}'.{hint}\n"


def test_interruption_has_the_exit_code_of_shells() -> None:
    result = CliRunner().invoke(group, ["stop"])
    assert (result.exit_code, result.stderr) == (130, "Stopped.\n")


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_escape_codes_where_none_are_wanted(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert CliRunner().invoke(group, ["shine"], color=True).stdout == "\x1b[1mbright\x1b[0m\n"
    monkeypatch.setenv(variable, value)
    assert CliRunner().invoke(group, ["shine"], color=True).stdout == "bright\n"
