from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ranvier.cli.commands import ranvier


class Line:
    """The command line, carried out in this process."""

    def __call__(self, *arguments: object) -> Result:
        return CliRunner().invoke(ranvier, [str(each) for each in arguments], prog_name="ranvier")

    def sentence(self, *arguments: object, code: int = 1) -> str:
        """Return what a command that fails writes to standard error."""
        result = self(*arguments)
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.stderr
        return result.stderr


@pytest.fixture(scope="session")
def line() -> Line:
    return Line()


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, line: Line) -> Path:
    """The folder of a short run with figures; not to be changed."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    result = line("train", "digits", "--epochs", 8, "-o", folder)
    assert result.exit_code == 0, result.output
    (folder / "output.txt").write_text(result.stdout)
    return folder


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
