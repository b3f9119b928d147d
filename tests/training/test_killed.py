"""A process that is killed with SIGKILL, again and again, comes to the same end as an undisturbed one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.training.killed_program import FREQUENCIES

ROOT = Path(__file__).resolve().parents[2]
MOST_KILLS = 6


def started(folder: Path) -> subprocess.Popen[str]:
    """Start the program and wait until its trainings begin."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.training.killed_program", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def digests(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("*.json")}


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_training_killed_at_random_instants(tmp_path) -> None:
    wanted, found = tmp_path / "wanted", tmp_path / "found"
    wanted.mkdir()
    found.mkdir()
    # The first run leaves its programs in the cache on disk, so the killed ones come to train.
    with started(wanted) as process:
        assert process.wait() == 0
    drawn = np.random.default_rng(5)
    kills = 0
    while True:
        with started(found) as process:
            try:
                process.wait(timeout=None if kills == MOST_KILLS else drawn.uniform(0.05, 1.0))
            except subprocess.TimeoutExpired:
                process.kill()
                kills += 1
                continue
        assert process.returncode == 0
        break
    assert kills
    assert len(digests(wanted)) == len(FREQUENCIES)
    assert digests(found) == digests(wanted)
