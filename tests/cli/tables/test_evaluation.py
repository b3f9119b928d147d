from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from ranvier.report.table_run import open_table_run
from ranvier.tables.reading import ReadingOptions
from ranvier.tables.table import read_table
from tests.cli.tables.conftest import SMALL, houses


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.csv"
    path.write_text(houses(60, seed=2), encoding="utf-8")
    return path


def test_classes(line, classified: Path, new: Path) -> None:
    told = json.loads(line("evaluate", classified, new, "--json").stdout)
    run, frame = open_table_run(classified), read_table(str(new), ReadingOptions()).frame
    labels, probabilities = run.predict(frame.select([column.name for column in run.columns]))
    truth = frame["kind"].to_pylist()
    assert told["rows"] == 60
    assert told["accuracy"] == pytest.approx(metrics.accuracy_score(truth, labels))
    assert told["log_loss"] == pytest.approx(metrics.log_loss(truth, probabilities), rel=1e-5)
    assert told["classes"]["dear"]["support"] == truth.count("dear")
    output = line("evaluate", classified, new).stdout
    assert "kind of " in output
    assert "Log loss" in output
    assert "precision" in output


def test_numbers(line, regressed: Path, new: Path) -> None:
    told = json.loads(line("evaluate", regressed, new, "--json").stdout)
    run, frame = open_table_run(regressed), read_table(str(new), ReadingOptions()).frame
    predicted, _ = run.predict(frame.select([column.name for column in run.columns]))
    truth = frame["price"].to_numpy()
    assert told["rmse"] == pytest.approx(np.sqrt(metrics.mean_squared_error(truth, predicted)))
    assert told["r2"] == pytest.approx(metrics.r2_score(truth, predicted))


def test_rows_without_a_target_and_classes_never_seen(line, classified: Path, new: Path) -> None:
    lines = new.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].rsplit(",", 1)[0] + ","
    lines[2] = lines[2].rsplit(",", 1)[0] + ",huge"
    new.write_text("\n".join(lines), encoding="utf-8")
    output = " ".join(line("evaluate", classified, new).stdout.split())
    assert "59 rows" in output
    assert "! The target 'kind' is missing in 1 of 60 rows; these are left out." in output
    assert "! Classes that the model was not trained on count as mistakes: 'huge'." in output


def test_whole_numbers_are_the_same_class_written_otherwise(line, inside: Path) -> None:
    rows = "".join(f"{n % 7},{n % 2}\n" for n in range(60))
    Path("first.csv").write_text("x,y\n" + rows)
    Path("second.csv").write_text("x,y\n" + rows.replace("0\n", "0.0\n").replace("1\n", "1.0\n"))
    small = ("--members", 1, "--hidden", "8", "--epochs", 2, "--recipe", "td-s", "--no-plots")
    assert line("train", "first.csv", "--target", "y", "-o", "run", *small).exit_code == 0
    first, second = (
        json.loads(line("evaluate", "run", name, "--json").stdout)["log_loss"]
        for name in ("first.csv", "second.csv")
    )
    assert first == second


def test_the_test_rows_of_the_run(line, inside: Path) -> None:
    Path("houses.csv").write_text(houses(), encoding="utf-8")
    options = ("--target", "kind", "--test-fraction", 0.3, "--seed", 4, "--no-plots", "--no-importances")
    assert line("train", "houses.csv", *options, *SMALL, "-o", "run").exit_code == 0
    told = json.loads(line("evaluate", "run", "--json").stdout)
    noted = json.loads(Path("run/metrics.json").read_text())
    assert told["rows"] == 72
    assert told["log_loss"] == noted["test"]["log_loss"]
    assert "kind of the test rows of houses.csv: 72 rows" in line("evaluate", "run").stdout
    assert "`--decimal` tells how a TABLE" in line.sentence("evaluate", "run", "--decimal", ",")
    settings = Path("run/settings.toml")
    settings.write_text(settings.read_text().replace("test_fraction = 0.3", "test_fraction = 0.4"))
    assert "no longer those of the run" in line.sentence("evaluate", "run")
    Path("houses.csv").write_text(houses(seed=3), encoding="utf-8")
    assert "is another than when the run" in line.sentence("evaluate", "run")
    Path("houses.csv").unlink()
    assert "is not there, seen from" in line.sentence("evaluate", "run")


def test_what_cannot_be_evaluated(line, classified: Path, trained: Path, new: Path, tmp_path: Path) -> None:
    assert "leave 'x.csv' out" in line.sentence("evaluate", trained, "x.csv")
    table = tmp_path / "table.csv"
    table.write_text("area,town,garden,sold\n1,a,no,\n")
    assert "has no column 'kind'" in line.sentence("evaluate", classified, table)
    table.write_text("area,town,garden,sold,kind\n1,a,no,,\n")
    assert "No row of" in line.sentence("evaluate", classified, table)
