from __future__ import annotations

import tomllib
from pathlib import Path

from ranvier.tables.plan_file import read_plan
from tests.cli.tables.conftest import SMALL


def test_a_plan_is_written_and_followed(line, table: Path, inside: Path) -> None:
    result = line("init-config", table, "--target", "price", "--test-fraction", 0.3)
    assert result.exit_code == 0, result.output
    assert "run.toml written: 6 columns of 240 rows." in result.stdout
    plan = read_plan("run.toml")
    assert (plan.data.path, plan.data.target, plan.split.test_fraction) == (str(table), "price", 0.3)
    kinds = {column.name: column.kind for column in plan.columns}
    assert kinds == {
        "id": "dropped",
        "area": "number",
        "town": "category",
        "garden": "category",
        "sold": "date",
        "kind": "category",
    }
    text = Path("run.toml").read_text(encoding="utf-8")
    assert "# is different in every row, like the number of the row" in text
    Path("run.toml").write_text(text.replace('kind = "date"', 'kind = "dropped"'), encoding="utf-8")
    trained = line("train", "--config", "run.toml", "-o", "run", "--no-plots", *SMALL)
    assert trained.exit_code == 0, trained.output
    told = tomllib.loads(Path("run/settings.toml").read_text(encoding="utf-8"))
    assert told["columns"][4] == {"name": "sold", "kind": "dropped"}


def test_options_override_the_file(line, table: Path, inside: Path) -> None:
    line("init-config", table, "--target", "price")
    result = line(
        "train",
        "--config",
        "run.toml",
        "--target",
        "kind",
        "--drop",
        "price",
        "-o",
        "run",
        "--no-plots",
        *SMALL,
    )
    assert result.exit_code == 0, result.output
    assert "classification of 'kind'" in result.stdout


def test_without_a_target_it_is_asked_for(line, table: Path, inside: Path) -> None:
    assert "Set `target` in it, or train with `ranvier train --config run.toml --target COLUMN`." in (
        line("init-config", table).stdout
    )
    assert "Which column of" in line.sentence("train", "--config", "run.toml")


def test_a_file_that_is_there_is_kept(line, table: Path, inside: Path) -> None:
    Path("run.toml").write_text("mine")
    assert "exists. Give another one with `--output`, or add `--force`" in line.sentence("init-config", table)
    assert Path("run.toml").read_text() == "mine"
    assert line("init-config", table, "--force").exit_code == 0
