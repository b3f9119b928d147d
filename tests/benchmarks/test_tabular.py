"""Everybody learns a table; ranks and ratios are right; every table is what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.tabular import compete, main, report, summary
from benchmarks.tabular_data import TABLES, from_file
from benchmarks.tabular_models import MODELS

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    table = TABLES[name]()
    assert len(table.frame) == len(table.target) >= 150
    assert table.task in ("classification", "regression")
    assert (
        np.isfinite(table.target).all() if table.task == "regression" else len(np.unique(table.target)) >= 2
    )
    if table.rare:
        assert min(np.unique(table.target, return_counts=True)[1]) < 0.1 * len(table.target)


def test_competition() -> None:
    peers = ["linear", "hist. boosting"]
    found = compete(TABLES["shops"](), peers, 1)
    errors = [found[peer]["error"][0] for peer in peers]
    assert 0.0 < errors[1] < errors[0] < 0.8
    assert all(found[peer]["seconds"][0] > 0.0 for peer in peers)
    assert 0.0 < compete(TABLES["rare survey"](), ["linear"], 1)["linear"]["error"][0] < 0.3


def test_networks_take_part_with_their_targets_scaled() -> None:
    table = TABLES["diabetes"]()
    model = MODELS["sklearn MLP"]("regression", 0).fit(table.frame, 1000.0 + table.target)
    assert model.score(table.frame, 1000.0 + table.target) > 0.3


def test_summary_by_hand() -> None:
    text = summary(np.array([[0.1, 0.2], [0.4, 0.2], [0.1, 0.1]]), ["ranvier", "sklearn MLP"])
    # Ranks 1, 2, 1.5 and 2, 1, 1.5; the ratios 1/2, 2 and 1 have the geometric mean 1.
    assert "| ranvier | 1.50 | 1.000 | 1.260 |  |" in text
    assert "| sklearn MLP | 1.50 | 1.000 | 1.260 | 1 of 3, 1 even |" in text
    results = {"one": {"linear": {"error": [0.1, 0.3], "seconds": [1.0, 3.0]}}}
    assert "| one | wrong | **0.2000** | 2 s |" in report(results, ["linear"], {"one": "wrong"})


def test_files_of_the_user(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random = np.random.RandomState(0)
    frame = pd.DataFrame({"word": random.choice(["a", "b"], 200), "number": random.normal(size=200)})
    for name, target in (("price", frame["number"] * 2), ("kind", frame["number"] > 0)):
        frame.assign(target=target).to_csv(tmp_path / f"{name}.csv", index=False)
    assert from_file(tmp_path / "price.csv").task == "regression"
    assert from_file(tmp_path / "kind.csv").frame["word"].dtype == "category"
    files = [str(tmp_path / f"{name}.csv") for name in ("price", "kind")]
    assert main(["--tables", "--files", *files, "--models", "linear", "--splits", "2"]) == 0
    printed = capsys.readouterr().out
    assert "| price | RMSE / σ | **0.00" in printed
    assert "| kind | wrong | **0.0" in printed
