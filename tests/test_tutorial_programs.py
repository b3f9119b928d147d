"""The tutorials' programs run with nothing changed but the package their imports name, and unchanged through
``ranvier run``; they reach the accuracy their authors printed."""

from __future__ import annotations

import contextlib
import io
import os
import re
import runpy
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from ranvier.random import set_random_seed

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "programs"
SEEDS = (0, 1, 2)
TARGETS = {
    "p000_digits.py": 0.970,
    "p001_mnist_two_hidden.py": 0.974,
    "p002_mnist_one_hidden.py": 0.974,
    "p004_mnist_512_rmsprop.py": 0.977,
}

pytestmark = [
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the tutorials' programs are not at {FOLDER}"),
    pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive"),
]


@pytest.fixture
def data(request: pytest.FixtureRequest, program: str) -> None:
    """MNIST, for the programs that load it."""
    if "mnist" in program:
        request.getfixturevalue("data_home")


@pytest.fixture
def renamed(tmp_path: Path, program: str) -> Path:
    """The program with ``ranvier`` for ``tensorflow.keras`` in its import lines."""
    lines = (FOLDER / program).read_text(encoding="utf-8").splitlines()
    changed = [
        re.sub(r"\btensorflow(\.keras)?\b", "ranvier", line)
        if re.match(r"\s*(from|import)\s", line)
        else line
        for line in lines
    ]
    path = tmp_path / program
    path.write_text("\n".join(changed), encoding="utf-8")
    return path


def printed_accuracy(output: str) -> float:
    """Return the last accuracy that a program printed of its own."""
    return float(re.findall(r"(?i)test[ _]acc(?:uracy)?: ([0-9.]+)", output)[-1])


@pytest.mark.parametrize("program", TARGETS)
@pytest.mark.usefixtures("data")
def test_with_its_imports_renamed(program: str, renamed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib.pyplot as plt

    monkeypatch.chdir(renamed.parent)
    found = []
    for seed in SEEDS:
        set_random_seed(seed)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            names = runpy.run_path(str(renamed), run_name="__main__")
        plt.close("all")
        exact = names.get("test_accuracy", names.get("test_acc"))
        assert printed_accuracy(output.getvalue()) == pytest.approx(exact, abs=0.005)
        found.append(exact)
    assert statistics.median(found) >= TARGETS[program], found


@pytest.mark.parametrize("program", TARGETS)
@pytest.mark.usefixtures("data")
def test_unchanged_through_the_command(program: str, tmp_path: Path) -> None:
    completed = subprocess.run(
        [sys.executable, "-m", "ranvier.cli", "run", str(FOLDER / program)],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    # One seed, chosen by the system: a little below the median of three must pass too.
    assert printed_accuracy(completed.stdout) >= TARGETS[program] - 0.015
