from __future__ import annotations

import json
from typing import Any

import pytest

from ranvier.errors import ConfigurationError, UnknownNameError
from ranvier.estimators import ColumnSchema, Schema
from ranvier.estimators.tables.schema import resolved_schema

SCHEMA = Schema(
    [
        ColumnSchema("age", "number", "integer", missing=2, distinct=40),
        ColumnSchema("town", "category", "text", distinct=2, levels=["A", "B"]),
        ColumnSchema("id", "dropped", "integer", reason="counts the rows"),
    ]
)


def test_a_schema_survives_json() -> None:
    assert Schema.from_dict(json.loads(json.dumps(SCHEMA.as_dict()))) == SCHEMA
    assert [column.name for column in SCHEMA.used] == ["age", "town"]
    assert len(SCHEMA) == 3


def test_a_copy_is_changed_by_itself() -> None:
    changed = SCHEMA.copy()
    changed["age"].kind = "category"
    assert SCHEMA["age"].kind == "number"
    assert resolved_schema(changed)["age"].kind == "category"  # type: ignore[index]
    assert resolved_schema(SCHEMA.as_dict()) == SCHEMA
    assert resolved_schema(None) is None


def test_it_is_shown_as_a_table() -> None:
    lines = str(SCHEMA).splitlines()
    assert lines[0].split() == ["column", "kind", "values", "missing", "note"]
    assert lines[1].split() == ["age", "number", "40", "2"]
    assert lines[3].endswith("counts the rows")


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (3, "`schema` must be a Schema"),
        ({"columns": 1}, "list `columns`"),
        ({"columns": [{"kind": "number"}]}, "`name` and `kind`"),
        ({"columns": [{"name": "a", "kind": "numbr"}]}, "Did you mean 'number'"),
        ({"columns": [{"name": "a", "kind": "number", "lvls": []}]}, "Did you mean 'levels'"),
        ({"columns": [{"name": 1, "kind": "number"}]}, "must be a text"),
        ({"columns": [{"name": "a", "kind": "category", "levels": ["x", "x"]}]}, "different texts"),
        ({"columns": [{"name": "a", "kind": "number", "missing": "many"}]}, "of the type int"),
        ({"columns": [{"name": "a", "kind": "number"}] * 2}, "'a' twice"),
    ],
)
def test_what_has_no_meaning_is_refused(described: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        resolved_schema(described)


def test_an_unknown_column_is_answered_with_the_closest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'town'"):
        SCHEMA["twon"]
