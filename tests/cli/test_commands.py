from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ranvier as package
from ranvier.cli.commands import ranvier

HEAVY = ("PIL", "jax", "matplotlib", "numpy", "scipy", "sklearn")


def _process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    source = str(Path(package.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": source} | environment,
    )


_PROGRAM = f"""
import sys
from ranvier.cli.main import main
try:
    sys.exit(main())
finally:
    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"], ["predict", "-h"], []])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    result = _process(*arguments)
    assert result.returncode == (0 if arguments else 2), result.stderr
    assert result.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "arguments",
    [["train", "digist"], ["train", "digits", "--hidden", "x"], ["frobnicate"], ["predict", "run"]],
)
def test_usage_errors_import_nothing_heavy(arguments: list[str]) -> None:
    result = _process(*arguments)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == "[]"


def test_training_without_plots_imports_neither_matplotlib_nor_sklearn(tmp_path: Path) -> None:
    result = _process("train", "digits", "--epochs", "1", "--no-plots", "-o", str(tmp_path / "run"))
    assert result.returncode == 0, result.stderr
    assert result.stderr.splitlines()[-1] == "['jax', 'numpy']"
    assert not {"\x1b", "\b", "\r"} & set(result.stdout)
    assert not list((tmp_path / "run").glob("*.png"))


def test_ascii_output_replaces_what_it_cannot_encode(trained: Path) -> None:
    result = _process("summary", str(trained), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.returncode == 0, result.stderr
    assert "Total params: 6,570" in result.stdout


def test_version(line) -> None:
    assert line("--version").stdout == f"ranvier {package.__version__}\n"


def test_help_lists_the_commands(line) -> None:
    output = line("--help").stdout
    assert all(f"  {name} " in output for name in ("evaluate", "predict", "run", "summary", "train"))


def test_help_of_training_tells_the_defaults(line) -> None:
    output = " ".join(line("train", "--help").stdout.split())
    assert "[default: 64,32 for digits; 128,64 for mnist]" in output
    assert "[default: runs/<date>-<data set>]" in output


def test_module_is_the_command() -> None:
    source = str(Path(package.__file__).parents[1])
    result = subprocess.run(
        [sys.executable, "-m", "ranvier.cli", "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": source},
    )
    assert result.stdout.startswith("ranvier ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "digist"], "Unknown data set; received: 'digist'. Did you mean 'digits'"),
        (["train", "cats"], "Unknown data set; received: 'cats'. Known names: digits, mnist."),
        (["train", "cats"], "There is no file of that name either."),
        (["train", "digits", "--hidden", "64,a"], "such as 128,64, or 'none'; received: '64,a'."),
        (["train", "digits", "--hidden", "64,0"], "received: '64,0'."),
        (["train", "digits", "--epochs", "0"], "0 is not in the range"),
        (["train", "digits", "--dropout", "1"], "1.0 is not in the range"),
        (["train", "digits", "--learning-rate", "0"], "0.0 is not in the range"),
        (["train", "digits", "--seed", "-1"], "-1 is not in the range"),
        (["train", "digits", "--frobnicate"], "No such option"),
        (["predict", "run"], "Missing argument 'TABLE|IMAGE...'"),
        (["trian"], "No such command"),
    ],
)
def test_wrong_usage(line, inside: Path, arguments: list[str], words: str) -> None:
    assert words in " ".join(line.sentence(*arguments, code=2).split())
    assert not list(inside.iterdir())


@pytest.mark.parametrize("command", sorted(ranvier.commands))
def test_help_keeps_the_lines_of_its_lists(command: str, line) -> None:
    assert "\\b" not in line(command, "--help").output
