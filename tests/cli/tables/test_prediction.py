from __future__ import annotations

import csv
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet
import pytest
from click.testing import CliRunner

import ranvier as package
from ranvier.cli.commands import ranvier
from ranvier.estimators import load_estimator
from ranvier.report.table_run import open_table_run
from ranvier.tables.reading import ReadingOptions
from ranvier.tables.table import read_table
from tests.cli.tables.conftest import houses


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.csv"
    path.write_text(houses(50, seed=1), encoding="utf-8")
    return path


def _expected(run: Path, table: Path) -> Any:
    opened = open_table_run(run)
    frame = read_table(str(table), ReadingOptions()).frame
    return opened.predict(frame.select([column.name for column in opened.columns]))


def test_classes_and_their_probabilities(line, classified: Path, new: Path) -> None:
    rows = _rows(line("predict", classified, new).stdout)
    labels, probabilities = _expected(classified, new)
    assert list(rows[0]) == ["prediction", "probability_cheap", "probability_dear"]
    assert [row["prediction"] for row in rows] == labels.tolist()
    found = [[float(row["probability_cheap"]), float(row["probability_dear"])] for row in rows]
    np.testing.assert_array_equal(np.array(found), probabilities)


def test_numbers(line, regressed: Path, new: Path) -> None:
    rows = _rows(line("predict", regressed, new).stdout)
    labels, nothing = _expected(regressed, new)
    assert nothing is None
    np.testing.assert_array_equal([float(row["prediction"]) for row in rows], labels)


@pytest.mark.parametrize("name", ["out.csv", "out.tsv", "out.csv.gz", "out.parquet", "out.tsv.zst"])
def test_files(line, classified: Path, new: Path, tmp_path: Path, name: str) -> None:
    result = line("predict", classified, new, "-o", tmp_path / name, "--include", "id")
    assert result.stdout == f"50 rows predicted and written to {tmp_path / name}\n"
    written = read_table(str(tmp_path / name), ReadingOptions(header=None)).frame
    assert written.column_names == ["id", "prediction", "probability_cheap", "probability_dear"]
    assert [int(each) for each in written["id"].to_pylist()] == list(range(1, 51))
    assert written["prediction"].to_pylist() == _expected(classified, new)[0].tolist()
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_compressed_text_is_readable_by_others(line, classified: Path, new: Path, tmp_path: Path) -> None:
    line("predict", classified, new, "-o", tmp_path / "out.csv.gz")
    assert gzip.decompress((tmp_path / "out.csv.gz").read_bytes()).startswith(
        b"prediction,probability_cheap,"
    )


def test_parquet_in_and_out(line, classified: Path, new: Path, tmp_path: Path) -> None:
    parquet.write_table(read_table(str(new), ReadingOptions()).frame, tmp_path / "new.parquet")
    line("predict", classified, tmp_path / "new.parquet", "-o", tmp_path / "out.parquet")
    assert (
        parquet.read_table(tmp_path / "out.parquet")["prediction"].to_pylist()
        == _expected(classified, new)[0].tolist()
    )


def test_standard_input_and_output(classified: Path, new: Path) -> None:
    content = gzip.compress(new.read_bytes(), mtime=0)
    result = CliRunner().invoke(ranvier, ["predict", str(classified), "-", "-o", "-"], input=content)
    assert [row["prediction"] for row in _rows(result.stdout)] == _expected(classified, new)[0].tolist()


def test_columns_in_another_order_and_more_of_them(line, classified: Path, new: Path, tmp_path: Path) -> None:
    frame = read_table(str(new), ReadingOptions()).frame
    lines = ["sold;more;garden;town;area"]
    for row in frame.to_pylist():
        area = "" if row["area"] is None else row["area"]
        lines.append(f"{row['sold']:%d.%m.%Y};x;{row['garden']};{row['town']};{area}")
    other = tmp_path / "other.csv"
    other.write_text("\n".join(lines), encoding="utf-8")
    assert line("predict", classified, other).stdout == line("predict", classified, new).stdout


def test_values_never_seen_are_predicted(line, classified: Path, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    table.write_text("area,town,garden,sold\n,Narvik,,\n100,,yes,01.01.2031\n")
    assert len(_rows(line("predict", classified, table).stdout)) == 2


def test_values_with_commas_and_quotes_are_copied(line, classified: Path, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    table.write_text(
        'area,town,garden,sold,note\n1,Oslo,no,01.01.2020,"a, ""b""\nc"\n2,Oslo,no,01.01.2020,d\n'
    )
    rows = _rows(line("predict", classified, table, "--include", "note").stdout)
    assert [row["note"] for row in rows] == ['a, "b"\nc', "d"]


def test_a_table_without_rows(line, classified: Path, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    table.write_text("area,town,garden,sold,id\n")
    output = line("predict", classified, table, "--include", "id").stdout
    assert output == "id,prediction,probability_cheap,probability_dear\n"


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("area,town,garden\n1,a,no\n", [], "lacks 1 of the 4 columns that the model was trained on: 'sold'."),
        ("Area,town\n1,a\n", [], "'area' (is 'Area' meant?), 'garden', 'sold'."),
        (
            "area,town,garden,sold\n1,a,no,x\n",
            [],
            "'sold' holds a date in every row the model was trained on; received",
        ),
        ("area,town,garden,sold\n1,a,no,\nmany,a,no,\n", [], "in row 2: 'many'. Correct it, or"),
        ('area,town,garden,sold\n"2,5",a,no,\n', [], "numbers with decimal commas, add `--decimal ,`."),
        ("area,town,garden,sold\n1,a,perhaps,\n", [], "'garden' holds yes or no, true or false"),
        ("area,town,garden,sold\n1,a,no,\n1,a\n", [], "line 3 has 2 values where 4 were expected"),
        ("area,town,garden,sold\n1,a,no,\n", ["--include", "tow"], "received: 'tow'. Did you mean 'town'"),
        ("area,town,garden,sold\n1,a,no,\n", ["-o", "out.xls"], "The ending of a file says how"),
        ("area,town,garden,sold\n1,a,no,\n", ["-o", "no/out.csv"], "could not be written"),
        ("area,town,garden,sold\n1,a,no,\n", ["-o", "./new.csv"], "take the place of the table 'new.csv'"),
        ("area,town,garden,sold\n1,a,no,\n", ["--json"], "leave `--json` out"),
    ],
)
def test_what_cannot_be_predicted(
    line, classified: Path, inside: Path, content: str, options: list[str], words: str
) -> None:
    Path("new.csv").write_text(content)
    sentence = " ".join(line.sentence("predict", classified, "new.csv", *options).split())
    assert words in sentence
    assert [each.name for each in inside.iterdir()] == ["new.csv"]


def test_a_missing_marker_may_be_laid_down(line, classified: Path, inside: Path) -> None:
    Path("new.csv").write_text("area,town,garden,sold\nmany,a,no,\n")
    assert line("predict", classified, "new.csv", "--missing", "many").exit_code == 0


def test_a_failure_in_the_middle_leaves_the_old_file(line, classified: Path, inside: Path) -> None:
    Path("new.csv").write_text("area,town,garden,sold\n" + "1,a,no,\n" * 300_000 + "x,a,no,\n")
    Path("out.csv").write_text("old")
    assert "in row 300,001: 'x'" in line.sentence("predict", classified, "new.csv", "-o", "out.csv")
    assert Path("out.csv").read_text() == "old"
    assert len(list(inside.iterdir())) == 2


def test_runs_that_do_not_fit(line, classified: Path, trained: Path, new: Path, tmp_path: Path) -> None:
    assert "`--output` is for runs on tables" in line.sentence("predict", trained, "a.png", "-o", "b.csv")
    assert "one table at a time; received: 2" in line.sentence("predict", classified, new, new)
    newer = tmp_path / "newer"
    shutil.copytree(classified, newer)
    settings = json.loads((newer / "settings.json").read_text())
    (newer / "settings.json").write_text(json.dumps({**settings, "format": 3}))
    assert "made by a newer version" in line.sentence("predict", newer, new)
    (newer / "settings.json").write_text(json.dumps(settings))
    (newer / "model.safetensors").write_bytes((newer / "model.safetensors").read_bytes()[:-100])
    assert "Error:" in line.sentence("predict", newer, new)
    settings["table"]["columns"].pop()
    shutil.copy(classified / "model.safetensors", newer)
    (newer / "settings.json").write_text(json.dumps(settings))
    assert "does not fit its settings" in line.sentence("predict", newer, new)


def test_an_opened_run_tells_what_it_is(classified: Path) -> None:
    run = open_table_run(classified)
    assert run.target.name == "kind"
    assert [column.kind for column in run.schema] == ["number", "category", "category", "date"]
    assert run.settings == run.folder.table
    model = load_estimator(classified / "model.safetensors")
    assert run.estimator.classes_.tolist() == model.classes_.tolist() == ["cheap", "dear"]


_MEASURE = """
import resource, sys
from ranvier.cli.main import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def test_memory_does_not_grow_with_the_table(regressed: Path, tmp_path: Path) -> None:
    peaks = []
    remark = "x" * 2000  # few rows to predict, many bytes to read
    for rows in (10_000, 60_000):
        table = tmp_path / f"{rows}.csv"
        with table.open("w") as file:
            file.write("area,town,garden,sold,remark\n")
            for _ in range(rows // 1000):
                file.write(f"123,Bergen,yes,03.04.2020,{remark}\n87,Oslo,no,,{remark}\n" * 500)
        result = subprocess.run(
            [
                sys.executable,
                "-c",
                _MEASURE,
                "predict",
                str(regressed),
                str(table),
                "-o",
                str(tmp_path / "out.parquet"),
            ],
            env=os.environ | {"PYTHONPATH": str(Path(package.__file__).parents[1])},
            capture_output=True,
            text=True,
            check=True,
        )
        assert result.stdout.startswith(f"{rows:,} rows predicted")
        peaks.append(int(result.stderr.split()[-1]))
        table.unlink()
    # The larger file has 97 MiB more.
    assert peaks[1] - peaks[0] < 40 * 1024
