from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from ranvier.errors import ConfigurationError, UnknownNameError
from ranvier.tables.plan import ColumnPlan, DataPlan, Plan, SplitPlan
from ranvier.tables.plan_checks import plan_from
from ranvier.tables.plan_file import plan_text, read_plan

PLAN = Plan(
    data=DataPlan(path='a "b"\n.csv', target="prix €", drop=("x",), missing=()),
    split=SplitPlan(test_fraction=0.5),
    columns=(ColumnPlan("a]\n[b", "number"), ColumnPlan("c", "category")),
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text(plan_text(PLAN, "Settings.\nTwo lines."), encoding="utf-8")
    assert read_plan(file) == PLAN


def test_every_setting_stands_there_with_its_meaning() -> None:
    text = plan_text(Plan(), "Settings.")
    for section in dataclasses.fields(Plan):
        if section.name == "columns":
            continue
        assert f"[{section.name}]" in text
        for each in dataclasses.fields(getattr(Plan(), section.name)):
            assert f"# {each.metadata['about'].help}" in text
            assert f"\n{each.name} = " in text or f"\n# {each.name} = " in text


def test_what_is_not_set_may_be_taken_out_of_its_comment() -> None:
    text = plan_text(Plan(), "Settings.")
    opened = "\n".join(re.sub(r"^# (\w+ = )", r"\1", line) for line in text.splitlines())
    plan = plan_from(tomllib.loads(opened))
    assert (plan.data.task, plan.data.header, plan.output.folder) == ("classification", True, "runs/first")
    assert "=None" not in repr(plan)


def test_notes_stand_beside_their_columns() -> None:
    text = plan_text(PLAN, "Settings.", {"c": "3 values:\na, b"})
    assert 'kind = "category" # 3 values: a, b' in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[data]\na = ", r"are no TOML: .*\(at end of document\)"),
        (b"\xff\xfe", "are no TOML"),
        (b"[data]\ntarget = 3\n", "In '.*run.toml': `data.target` must be text"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "run.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=words):
        read_plan(file)


def test_the_kind_of_error_stays(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text("[data]\ntarge = 'a'\n")
    with pytest.raises(UnknownNameError, match="Did you mean 'target'"):
        read_plan(file)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: no such file"):
        read_plan(tmp_path / "run.toml")
