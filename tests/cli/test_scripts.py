from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ranvier as package
from ranvier.errors import ConfigurationError


@pytest.fixture
def compat(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A stand-in that runs programs as they are, so that what is tested here is the command alone."""

    def run(path: Path, arguments: list[str]) -> None:
        if not path.is_file():
            raise ConfigurationError(f"There is no program {str(path)!r}.")
        monkeypatch.setattr(sys, "argv", [str(path), *arguments])
        runpy.run_path(str(path), run_name="__main__")

    stand_in: Any = SimpleNamespace(run=run)
    monkeypatch.setitem(sys.modules, "ranvier.compat", stand_in)
    monkeypatch.setattr("ranvier.compat", stand_in, raising=False)
    monkeypatch.delitem(sys.modules, "ranvier.cli.scripts", raising=False)
    yield stand_in
    sys.modules.pop("ranvier.cli.scripts", None)


@pytest.mark.usefixtures("compat")
def test_program_gets_its_arguments(line, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import sys; print(__name__, sys.argv[1:])")
    result = line("run", script, "--epochs", "3", "-h", "--", "x")
    assert result.exit_code == 0, result.output
    assert result.stdout == "__main__ ['--epochs', '3', '-h', '--', 'x']\n"


@pytest.mark.usefixtures("compat")
def test_program_that_is_missing_is_a_sentence(line, tmp_path: Path) -> None:
    assert line.sentence("run", tmp_path / "absent.py").startswith("Error: There is no program ")


@pytest.mark.usefixtures("compat")
@pytest.mark.parametrize(
    "fault",
    [
        "raise ValueError('mine')",
        "import ranvier.errors\nraise ranvier.errors.DataError('mine')",
        "open('absent')",
    ],
)
def test_exception_of_a_program_shows_its_line(line, inside: Path, fault: str) -> None:
    (inside / "script.py").write_text(f"x = 1\n{fault}\n")
    result = line("run", "script.py")
    assert result.exit_code == 1
    first, second, *_ = result.stderr.splitlines()
    assert first.startswith("Traceback")
    assert "script.py" in second
    assert "cli/scripts.py" not in result.stderr


@pytest.mark.usefixtures("compat")
def test_syntax_error_shows_its_line(line, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("x = 1\nx = = 2\n")
    result = line("run", script)
    assert result.exit_code == 1
    assert f'File "{script}", line 2' in result.stderr
    assert "cli/scripts.py" not in result.stderr


@pytest.mark.usefixtures("compat")
def test_exit_code_of_a_program_is_kept(line, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("raise SystemExit(7)")
    assert line("run", script).exit_code == 7


def test_program_written_for_keras_runs_unchanged(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "import numpy as np\n"
        "from tensorflow.keras.models import Sequential\n"
        "from tensorflow.keras.layers import Dense, Input\n"
        "model = Sequential([Input((3,)), Dense(2)])\n"
        "print(type(model).__module__.split('.')[0], model.predict(np.ones((4, 3)), verbose=0).shape, sys.argv[1:])\n"
    )
    result = subprocess.run(
        [sys.executable, "-m", "ranvier.cli", "run", str(script), "--fast"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(package.__file__).parents[1])},
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "ranvier (4, 2) ['--fast']\n"
