"""The tutorial's program for scikit-learn, with nothing changed but the package of its import."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import statistics
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[3] / "shared" / "programs" / "p003_digits_mlpclassifier.py"
SEEDS = range(5)
TARGET = 0.975


@pytest.mark.skipif(not PROGRAM.is_file(), reason=f"the tutorial's program is not at {PROGRAM}")
def test_accuracy_over_seeds(tmp_path: Path) -> None:
    text = PROGRAM.read_text(encoding="utf-8").replace("from sklearn.neural_network", "from ranvier")
    found = []
    for seed in SEEDS:
        path = tmp_path / f"seed_{seed}.py"
        seeded = text.replace("max_iter=500,\n    random_state=42", f"max_iter=500,\n    random_state={seed}")
        assert f"random_state={seed}" in seeded
        path.write_text(seeded, encoding="utf-8")
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            names = runpy.run_path(str(path), run_name="__main__")
        found.append(float(re.search(r"Test Accuracy: ([0-9.]+)", output.getvalue())[1]))  # type: ignore[index]
        assert names["mlp"].n_iter_ <= 500
    assert statistics.median(found) >= TARGET, found
