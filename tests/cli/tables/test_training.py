from __future__ import annotations

import csv
import json
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from ranvier.estimators import load_estimator
from ranvier.report import open_run
from tests.cli.tables.conftest import SMALL, houses

FILES = {
    "curves.png",
    "history.csv",
    "importances.png",
    "metrics.json",
    "model.safetensors",
    "output.txt",
    "report.html",
    "schema.json",
    "settings.json",
    "settings.toml",
}


def test_a_run_of_classification(classified: Path) -> None:
    assert {each.name for each in classified.iterdir()} == FILES | {"confusion.png", "calibration.png"}
    settings = open_run(classified).table
    assert (settings.task, settings.table.target, settings.table.rows) == ("classification", "kind", 240)
    assert [column.name for column in settings.table.columns] == ["area", "town", "garden", "sold"]
    assert settings.table.columns[3].form == "%d.%m.%Y"
    assert set(settings.table.left_out) == {"id", "price"}
    metrics = json.loads((classified / "metrics.json").read_text())
    assert metrics["class_names"] == ["cheap", "dear"]
    assert metrics["test"]["rows"] == 48
    assert np.sum(metrics["test"]["confusion"]) == 48
    assert set(metrics["baselines"]) == {"linear model", "most frequent class"}
    assert 0.5 < metrics["baselines"]["linear model"]["accuracy"] <= 1
    assert set(metrics["importances"]) == {"area", "town", "garden", "sold"}
    assert max(metrics["importances"], key=lambda name: metrics["importances"][name]["permutation"]) == "area"


def test_a_run_of_regression(regressed: Path) -> None:
    assert {each.name for each in regressed.iterdir()} == FILES | {"errors.png"}
    metrics = json.loads((regressed / "metrics.json").read_text())
    assert metrics["task"] == "regression"
    assert metrics["baselines"]["linear model"]["r2"] > 0.9
    assert metrics["baselines"]["mean"]["r2"] < 0.05


def test_what_is_said(classified: Path) -> None:
    output = (classified / "output.txt").read_text(encoding="utf-8")
    assert "houses.csv: 240 rows, 7 columns (text, comma between columns, utf-8)" in " ".join(output.split())
    assert "Task   classification of 'kind': it holds words, 2 different ones" in output
    assert "Rows   192 to train on, 48 to test on, drawn by chance" in output
    assert (
        "! 'id' is different in every row, like the number of the row, and is left out. `--keep id` keeps it."
        in (" ".join(output.split()))
    )
    assert re.search(r"^town +category +(Oslo|Bergen|Å <b>) \d\d%, ", output, re.MULTILINE)
    assert "linear model" in output
    assert not {"\x1b", "\b", "\r"} & set(output)


def test_lines_fit_a_terminal(classified: Path) -> None:
    lines = (classified / "output.txt").read_text(encoding="utf-8").splitlines()
    paths = ("Run folder", "Report", "Table", " ")
    assert [
        line for line in lines if len(line) > 80 and not line.startswith(paths) and "/iteration" not in line
    ] == []


def test_the_history_is_that_of_the_model(classified: Path) -> None:
    rows = list(csv.DictReader((classified / "history.csv").read_text().splitlines()))
    history = load_estimator(classified / "model.safetensors").history_
    assert [float(row["loss"]) for row in rows] == history["loss"]
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3"]


def test_probabilities_are_calibrated_by_default(classified: Path) -> None:
    assert load_estimator(open_run(classified).model_path).temperature_ != 1.0


def test_the_settings_of_a_run_do_it_again(line, table: Path, classified: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    result = line("train", "--config", classified / "settings.toml", "-o", again, "--no-plots", "-q")
    assert (result.exit_code, result.stdout) == (0, f"{again}\n"), result.output
    assert not list(again.glob("*.png"))
    first, second = (load_estimator(each / "model.safetensors") for each in (classified, again))
    for one, other in zip(first.members_, second.members_, strict=True):
        for name, weights in one.weights.items():
            np.testing.assert_array_equal(weights, other.weights[name])
    metrics = [json.loads((each / "metrics.json").read_text())["test"] for each in (classified, again)]
    assert metrics[0] == metrics[1]


def test_the_page_tells_the_command(classified: Path, table: Path) -> None:
    page = (classified / "report.html").read_text(encoding="utf-8")
    command = page.split("<pre>")[1].split("</pre>")[0]
    assert shlex.split(command)[:5] == ["ranvier", "train", str(table), "--target", "kind"]
    assert "--drop price" in command
    assert "--epochs 4" in command
    assert "--hidden 8" in command


def test_time_order(line, table: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    result = line(
        "train", table, "--target", "price", "--time-column", "sold", "-o", run, "--no-plots", *SMALL
    )
    assert result.exit_code == 0, result.output
    assert "on, the latest by 'sold'" in " ".join(result.stdout.split())
    split = open_run(run).table.split
    assert (split.time_column, split.training_rows + split.test_rows) == ("sold", 240)
    assert open_run(run).table.table.left_out["sold"] == "orders the rows"


def test_kinds_may_be_laid_down(line, table: Path, tmp_path: Path) -> None:
    config = tmp_path / "run.toml"
    config.write_text(
        f'[data]\npath = "{table}"\ntarget = "price"\n\n[[columns]]\nname = "area"\nkind = "category"\n\n'
        '[[columns]]\nname = "kind"\nkind = "dropped"\n\n[[columns]]\nname = "id"\nkind = "number"\n'
    )
    run = tmp_path / "run"
    result = line("train", "--config", config, "-o", run, "--no-plots", "--no-importances", *SMALL)
    assert result.exit_code == 0, result.output
    schema = {each["name"]: each["kind"] for each in json.loads((run / "schema.json").read_text())["columns"]}
    assert schema["area"] == "category"
    assert "id" in schema
    assert "kind" not in schema
    assert "importances" not in json.loads((run / "metrics.json").read_text())
    assert "--config settings.toml" in (run / "report.html").read_text(encoding="utf-8")


def test_ctrl_c_keeps_what_was_learned(
    line, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ranvier.estimators.tables.selection import BestEpoch

    done = BestEpoch.on_epoch_end

    def stop(self: Any, epoch: int, logs: Any = None) -> None:
        done(self, epoch, logs)
        if epoch == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(BestEpoch, "on_epoch_end", stop)
    run = tmp_path / "run"
    result = line("train", table, "--target", "price", "-o", run, "--no-plots", *SMALL)
    assert result.exit_code == 130
    assert "Stopped by Ctrl-C; what was learned so far is kept in" in result.stderr
    metrics = json.loads((run / "metrics.json").read_text())
    assert (metrics["interrupted"], metrics["last_epoch"]["epoch"]) == (True, 2)
    assert "stopped by hand" in (run / "report.html").read_text(encoding="utf-8")
    assert line("predict", run, table).exit_code == 0


def test_ctrl_c_before_the_first_epoch_leaves_nothing(
    line, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ranvier.estimators.tables.selection import BestEpoch

    def stop(self: Any, epoch: int, logs: Any = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(BestEpoch, "on_epoch_end", stop)
    run = tmp_path / "run"
    result = line("train", table, "--target", "price", "-o", run, *SMALL)
    assert result.exit_code == 130
    assert "nothing is kept" in result.stderr
    assert not run.exists()


AWKWARD = {
    "leak.csv": "x,tax,y\n" + "".join(f"{n % 7},{2 * n * n},{n * n}.5\n" for n in range(400)),
    "one.csv": "x,y\n" + "1,a\n2,a\n" * 20,
    "lost.csv": "x,y\n" + "1,\n2,NA\n" * 20,
    "two.csv": "x,y\n1,2.5\n2,3.5\n",
    "names.csv": "name,y\n" + "".join(f"n{n},{n / 7}\n" for n in range(40)),
    "alone.csv": "y\n" + "1.5\n2.5\n" * 20,
    "semicolons.csv": "x;y\n" + "1;2,5\n2;3,5\n3;4,5\n" * 20,
    "zeros.csv": "x,when,y\n" + "1,,2.5\n2,2020-01-01,3.5\n" * 20,
    "words.csv": "x,y,z\n" + "".join(f"{n},{n % 3},w{n % 2}\n" for n in range(60)),
}


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        (
            "houses.csv",
            [],
            r"Which column of .* is to be predicted\? Name it with `--target COLUMN`; `ranvier inspect",
        ),
        (
            "houses.csv",
            ["--target", "prise"],
            "Unknown column of .*houses.csv'; received: 'prise'. Did you mean 'price'",
        ),
        (
            "houses.csv",
            ["--target", "price", "--drop", "aera"],
            "for `--drop`; received: 'aera'. Did you mean 'area'",
        ),
        (
            "houses.csv",
            ["--target", "price", "--drop", "price"],
            "'price' is the target, so it cannot be dropped",
        ),
        (
            "houses.csv",
            ["--target", "price", "--drop", "id", "--keep", "id"],
            "cannot be both dropped and kept",
        ),
        (
            "houses.csv",
            ["--target", "price", "--time-column", "solt"],
            "for `--time-column`; received: 'solt'",
        ),
        (
            "houses.csv",
            ["--target", "price", "--time-column", "town"],
            "'town' must hold dates or numbers to order",
        ),
        (
            "houses.csv",
            ["--target", "kind", "--task", "regression"],
            "Regression predicts numbers; the target 'kind' holds",
        ),
        ("houses.csv", ["--target", "sold"], "The target 'sold' holds dates"),
        ("houses.csv", ["--target", "price", "--delimiter", ";"], "Unknown column of"),
        ("houses.csv", ["--target", "price", "--encoding", "utf-17"], "Unknown encoding; received: 'utf-17'"),
        (
            "houses.csv",
            ["--target", "price", "--validation-metric", "error"],
            "must be 'rmse' or 'mae' for regression",
        ),
        (
            "houses.csv",
            ["--target", "kind", "--validation-metric", "mae"],
            "must be 'error' or 'log_loss' for class",
        ),
        (
            "houses.csv",
            ["--target", "price", "--class-weight", "balanced"],
            "`model.class_weight` is for classification",
        ),
        ("one.csv", ["--target", "y"], "has the same value in all 40 rows, a, so there is nothing to learn"),
        ("lost.csv", ["--target", "y"], "has no value in any of the 40 rows"),
        ("two.csv", ["--target", "y"], "need at least 10 rows with a target; received 2"),
        (
            "names.csv",
            ["--target", "y"],
            "No column is left to predict 'y' from: 'name' is different in nearly every",
        ),
        ("alone.csv", ["--target", "y"], "the table has no other column; `--delimiter` says"),
        (
            "semicolons.csv",
            ["--target", "y", "--task", "regression", "--decimal", "."],
            "holds '2,5'.*`--decimal ,` reads them",
        ),
        ("zeros.csv", ["--target", "y", "--time-column", "y"], "is the target, so it cannot be the time"),
        ("zeros.csv", ["--target", "y", "--time-column", "when"], "20 of them have no value there"),
        ("missing.csv", ["--target", "y"], "There is no file 'missing.csv'"),
    ],
)
def test_what_cannot_be_trained_on(
    line, table: Path, inside: Path, name: str, options: list[str], words: str
) -> None:
    for each, content in AWKWARD.items():
        Path(each).write_text(content)
    path = table if name == "houses.csv" else name
    before = sorted(inside.iterdir())
    sentence = " ".join(line.sentence("train", path, *options).split())
    assert sentence.startswith("Error: ")
    assert re.search(words, sentence), sentence
    assert sorted(inside.iterdir()) == before


def test_columns_of_lists_are_left_out_and_refused_where_needed(line, inside: Path) -> None:
    parquet.write_table(
        pa.table({"x": range(60), "l": [[1]] * 60, "y": [n % 2 for n in range(60)]}), "t.parquet"
    )
    result = line("train", "t.parquet", "--target", "y", "--keep", "x", *SMALL, "--no-plots", "-o", "run")
    assert "! 'l' holds lists, bytes or the like, which no model takes, and is left out." in result.stdout
    for options in (["--target", "l"], ["--target", "y", "--keep", "l"]):
        assert "Column 'l' holds values of the type 'list<" in line.sentence("train", "t.parquet", *options)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("leak.csv", ["--target", "y"], "'tax' alone predicts 'y' nearly perfectly"),
        (
            "semicolons.csv",
            ["--target", "y"],
            "regression of 'y': it holds numbers with decimals",
        ),
        (
            "words.csv",
            ["--target", "y", "--keep", "x"],
            "classification of 'y': it holds 3 different whole numbers",
        ),
        ("words.csv", ["--target", "z", "--test-fraction", "0.5"], "30 to train on, 30 to test on"),
    ],
)
def test_what_is_said_of_awkward_tables(
    line, inside: Path, name: str, options: list[str], words: str
) -> None:
    for each, content in AWKWARD.items():
        Path(each).write_text(content)
    result = line("train", name, *options, "-o", "run", "--no-plots", *SMALL)
    assert result.exit_code == 0, result.output
    assert words in " ".join(result.stdout.split())


def test_a_category_never_seen_is_said(line, inside: Path) -> None:
    rows = [f"{n},{'rare' if n == 38 else 'a' if n % 2 else 'b'},{n / 3}" for n in range(40)]
    Path("rare.csv").write_text("x,word,y\n" + "\n".join(rows) + "\n")
    options = ("--target", "y", "--time-column", "x", "--no-plots", "--no-importances")
    output = line("train", "rare.csv", *options, *SMALL).stdout
    assert "'word' has values in 1 test row that no training row has: 'rare'." in " ".join(output.split())


def test_standard_input(line, inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from ranvier.cli.commands import ranvier

    arguments = ["train", "-", "--target", "kind", "--drop", "price", "--no-plots", *map(str, SMALL)]
    result = CliRunner().invoke(ranvier, arguments, input=houses().encode())
    assert result.exit_code == 0, result.output
    (run,) = Path("runs").iterdir()
    assert run.name.endswith("standard-input")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["digits", "--target", "x"], "`--target` is for tables, not for digits."),
        (["digits", "--config", "x.toml"], "`--config` is for tables, not for digits."),
        (["t.csv", "--optimizer", "sgd"], "`--optimizer` is for digits and mnist, not for tables."),
        (["t.csv", "--task", "guess"], "Invalid value for '--task'"),
        (["t.csv", "--test-fraction", "1"], "1.0 is not in the range"),
        (["t.csv", "--decimal", ";"], "Invalid value for '--decimal'"),
        (["t.csv", "--members", "0"], "0 is not in the range"),
        ([], "Give a data set, such as digits, a table, or --resume RUN."),
    ],
)
def test_options_that_do_not_go_together(line, inside: Path, arguments: list[str], words: str) -> None:
    assert words in " ".join(line.sentence("train", *arguments, code=2).split())


def test_settings_that_cannot_be(line, inside: Path) -> None:
    Path("run.toml").write_text("[split]\ntest_fracton = 0.1\n")
    assert "Did you mean 'test_fraction'" in line.sentence("train", "--config", "run.toml")
    Path("run.toml").write_text('[data]\npath = "a.csv"\ntarget = "y"\ntask = "guess"\n')
    assert "`data.task` must be 'classification' or 'regression'" in line.sentence(
        "train", "--config", "run.toml"
    )


def test_few_rows_of_classes_and_none_set_aside(line, inside: Path) -> None:
    Path("t.csv").write_text("x,y\n" + "1,a\n2,b\n" * 5)
    small = ("--epochs", 2, "--members", 1, "--hidden", "8", "--no-plots", "-q")
    for number, options in enumerate(([], ["--validation-fraction", 0])):
        result = line("train", "t.csv", "--target", "y", *small, *options, "-o", f"run{number}")
        assert result.exit_code == 0, result.stderr
