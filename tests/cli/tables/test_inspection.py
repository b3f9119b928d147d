from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

from click.testing import CliRunner

from ranvier.cli.commands import ranvier


def test_columns(line, table: Path) -> None:
    lines = line("inspect", table).stdout.splitlines()
    assert lines[0].endswith("houses.csv: 240 rows, 7 columns (text, comma between columns, utf-8)")
    assert lines[2].split() == ["Column", "Taken", "as", "Missing", "Values"]
    kinds = {words[0]: words[1] for words in map(str.split, lines[4:11])}
    assert kinds == {
        "id": "left",
        "area": "number",
        "town": "category",
        "garden": "category",
        "sold": "date",
        "price": "number",
        "kind": "category",
    }
    assert max(map(len, lines[1:])) <= 80


def test_json(line, table: Path) -> None:
    told = json.loads(line("inspect", table, "--json").stdout)
    assert (told["rows"], len(told["columns"])) == (240, 7)
    identifier, area = told["columns"][:2]
    assert (identifier["kind"], identifier["reason"]) == (
        "dropped",
        "is different in every row, like the number of the row",
    )
    assert (area["kind"], area["missing"]) == ("number", 14)


def test_remarks_and_options(line, inside: Path) -> None:
    Path("t.txt").write_text("a;b\n1;2,5\n2;3,5\n")
    assert "2.5 to 3.5" in line("inspect", "t.txt").stdout
    told = " ".join(line("inspect", "t.txt", "--decimal", ".").stdout.split())
    assert "`--decimal ,` reads them as numbers" in told


def test_a_pipe(line, inside: Path) -> None:
    os.mkfifo("pipe")
    writer = threading.Thread(target=Path("pipe").write_text, args=("a,b\n1,2\n2,3\n",))
    writer.start()
    assert line("inspect", "pipe").stdout.startswith("pipe: 2 rows, 2 columns")
    writer.join()


def test_nothing_is_imported_that_only_a_training_needs(table: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "ranvier.cli", "inspect", table]
    imported = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert " pyarrow\n" in imported
    assert not re.search(r" (jax|sklearn|matplotlib)\n", imported)


def test_standard_input() -> None:
    result = CliRunner().invoke(ranvier, ["inspect", "-"], input="a,b\n1,2\n2,3\n")
    assert result.stdout.startswith("standard input: 2 rows, 2 columns")


def test_names_that_would_move_the_cursor(line, inside: Path) -> None:
    Path("t.csv").write_text("\x1b[2Ja,b\n\x1b[31mred,1\nblue,2\n")
    assert "\x1b" not in line("inspect", "t.csv").stdout


def test_very_wide_tables(line, inside: Path) -> None:
    Path("t.csv").write_text(
        ",".join(f"c{n}" for n in range(500)) + "\n" + (",".join(["1"] * 500) + "\n") * 3
    )
    output = line("inspect", "t.csv").stdout
    assert "and 440 more columns" in output
