"""Rows of tables, as objects with a value for each column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from ranvier.errors import ConfigurationError
from ranvier.estimators import ColumnSchema, Schema, TabularClassifier, TabularRegressor
from ranvier.report.table_run import open_table_run
from ranvier.serving.answers import OneClass
from ranvier.serving.cells import cell_of
from ranvier.serving.opening import Origin, open_served
from ranvier.serving.refusals import Refusal
from ranvier.serving.tables import TableModel
from ranvier.tables.sources import open_source
from tests.cli.tables.conftest import houses
from tests.serving.processes import Server, running

SMALL: dict[str, Any] = {"hidden_layer_sizes": (8,), "n_members": 1, "epochs": 2, "random_state": 0}
ROW = {"age": 40, "city": "Oslo", "member": True, "since": "2021-03-04", "zip": 123}


def people(rows: int = 120) -> pd.DataFrame:
    generator = np.random.default_rng(0)
    days = pd.to_timedelta(generator.integers(0, 1500, rows), "D")
    frame = pd.DataFrame(
        {
            "age": generator.integers(18, 80, rows).astype(float),
            "city": generator.choice(["Rome", "Oslo", "Bern"], rows),
            "member": generator.random(rows) > 0.5,
            "since": pd.Timestamp("2020-01-01") + days,
            "planet": "earth",
            "zip": generator.choice([123, 456], rows),
        }
    )
    frame.loc[3, "age"] = np.nan
    frame.loc[4, "city"] = None
    return frame


def as_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame of people as a client would send them."""
    return [
        {
            "age": None if np.isnan(row.age) else row.age,
            "city": row.city if isinstance(row.city, str) else None,
            "member": bool(row.member),
            "since": row.since.isoformat(),
            "zip": row.zip,
        }
        for row in frame.itertuples()
    ]


@pytest.fixture(scope="module")
def classifier() -> TabularClassifier:
    frame = people()
    labels = np.where((frame.age.fillna(0) > 50) ^ (frame.city == "Oslo"), "yes", "no")
    schema = Schema([ColumnSchema("zip", "category")])
    return TabularClassifier(**SMALL, schema=schema).fit(frame, labels)


@pytest.fixture(scope="module")
def table_server(classifier: TabularClassifier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("tables") / "people.safetensors"
    classifier.save(path)
    with running(path) as server:
        yield server


def test_rows_are_predicted_as_the_estimator_predicts_the_table(
    table_server: Server, classifier: TabularClassifier
) -> None:
    frame = people().head(20)
    response = table_server.client.post("/predict", json={"rows": as_rows(frame)})
    assert response.status_code == 200, response.text
    predictions = response.json()["predictions"]
    found = [[each["probabilities"][name] for name in ("no", "yes")] for each in predictions]
    np.testing.assert_allclose(found, classifier.predict_proba(frame), rtol=1e-6)
    assert [each["label"] for each in predictions] == classifier.predict(frame).tolist()


def test_the_description_is_true(table_server: Server) -> None:
    facts = table_server.client.get("/metadata").json()
    assert (facts["title"], facts["task"]) == ("TabularClassifier people", "table")
    assert facts["row"]["required"] == ["age", "city", "member", "since", "zip"]
    kinds = {column["name"]: (column["kind"], column["source"]) for column in facts["details"]["columns"]}
    assert kinds["zip"] == ("category", "integer")
    assert kinds["member"] == ("category", "boolean")
    row = Draft202012Validator(facts["row"])
    for each in (facts["example"], ROW, {**ROW, "zip": "123", "city": None}):
        row.validate(each)
    assert not row.is_valid({**ROW, "age": "40"})
    answer = table_server.client.post("/predict", json=[facts["example"]]).json()["predictions"][0]
    Draft202012Validator(facts["answer"]).validate(answer)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            7,
            "Row 2: expected an object with the columns 'age', 'city', 'member', 'since', 'zip'; received: 7.",
        ),
        (
            {},
            "received: none (without 'age', 'city', 'member', 'since', 'zip'). A value that is missing is null.",
        ),
        ({**ROW, "aeg": 1}, "with 'aeg' (is 'age' meant?)"),
        ({**ROW, "x": 1}, "(with 'x')."),
        (
            {"Age": 1, "city": "Oslo", "member": True, "since": None, "zip": 1},
            "without 'age'; with 'Age' (is 'age' meant?)",
        ),
        (
            {**ROW, "age": "40"},
            "Row 2, 'age': expected a number, or null where it is missing; received: '40'.",
        ),
        ({**ROW, "age": True}, "expected a number, or null where it is missing; received: true."),
        ({**ROW, "age": 1e39}, "expected a number, or null where it is missing; received: 1e+39."),
        ({**ROW, "city": 3}, "Row 2, 'city': expected a text, or null"),
        ({**ROW, "member": "yes"}, "Row 2, 'member': expected true or false, or null"),
        (
            {**ROW, "since": "31.12.2020"},
            "expected a date such as 2026-01-31 or 2026-01-31T12:30:00, or null",
        ),
        ({**ROW, "since": 5}, "expected a date"),
        (
            {**ROW, "zip": [1]},
            "expected a text or a number, or null where it is missing; received: a list of 1.",
        ),
    ],
)
def test_rows_that_do_not_fit(classifier: TabularClassifier, row: Any, sentence: str) -> None:
    with pytest.raises(Refusal) as caught:
        TableModel(classifier, "people").read_rows([ROW, row])
    assert caught.value.status == 422
    assert sentence in caught.value.sentence


def test_what_may_be_there_and_what_may_be_written_otherwise(classifier: TabularClassifier) -> None:
    model = TableModel(classifier, "people", "buys", ["buys", "id"])
    plain = model.read_rows([ROW])
    richer = model.read_rows([{**ROW, "planet": "mars", "buys": "yes", "id": 5}])
    written = model.read_rows([{**ROW, "zip": "123", "member": 1, "since": "2021-03-04T02:00:00+02:00"}])
    other = model.read_rows([{**ROW, "city": "Atlantis", "zip": 789}])
    first, second, third, fourth = model.predict([plain, richer, written, other])
    assert first == second == third != fourth
    assert model.description.details["target"] == "buys"
    assert model.quick_rows == 0
    with pytest.raises(Refusal, match="rows of a table, not pictures"):
        model.read_pictures([b""])
    for rows in ([], {"age": [1]}):
        with pytest.raises(
            Refusal, match="Expected a list of at least one row, each an object with the columns 'age'"
        ):
            model.read_rows(rows)


def test_numbers_of_a_regressor_without_names(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    regressor = TabularRegressor(**SMALL).fit(x, x[:, 0])
    regressor.save(tmp_path / "line.safetensors")
    model = open_served(Origin(tmp_path / "line.safetensors"), 8).model
    assert model.description.answer["required"] == ["value"]
    (answer,) = model.predict([model.read_rows([{"x0": 0.5, "x1": -1}])])
    assert answer["value"] == pytest.approx(float(regressor.predict([[0.5, -1]])[0]))
    with pytest.raises(ConfigurationError, match="estimator of tables, which takes no pictures"):
        open_served(Origin(tmp_path / "line.safetensors", 255.0), 8)


def test_a_run_on_a_table(line, tmp_path: Path) -> None:
    table, folder = tmp_path / "houses.csv", tmp_path / "run"
    table.write_text(houses(120), encoding="utf-8")
    options = (
        "--target",
        "price",
        "--drop",
        "kind",
        "-o",
        folder,
        "--members",
        1,
        "--hidden",
        "8",
        "--epochs",
        2,
    )
    result = line("train", table, *options)
    assert result.exit_code == 0, result.output
    model = open_served(Origin(folder), 8).model
    assert model.description.title == "price of houses"
    assert set(model.description.row["required"]) == {"area", "town", "garden", "sold"}
    run = open_table_run(folder)
    with open_source(str(table), run.reading()) as source:
        expected = np.concatenate([run.predict(frame)[0] for frame, _ in run.blocks(source, run.reading())])
    rows: list[dict[str, Any]] = [
        {**row, "area": float(row["area"]) if row["area"] else None, "garden": row["garden"] == "yes"}
        for row in csv.DictReader(io.StringIO(table.read_text(encoding="utf-8")))
    ]
    answers = model.predict([model.read_rows(rows)])
    np.testing.assert_allclose([answer["value"] for answer in answers], expected, rtol=1e-6)
    rows[0]["sold"] = "2020-01-01"  # as well as 01.01.2020
    (alone,) = model.predict([model.read_rows(rows[:1])])
    assert alone["value"] == pytest.approx(answers[0]["value"], rel=1e-12)
    with pytest.raises(Refusal, match=r"or 31\.01\.2026, or null where it is missing; received: '1/2/3'"):
        model.read_rows([{**rows[0], "sold": "1/2/3"}])
    with pytest.raises(ConfigurationError, match="leave `--pixels` out"):
        open_served(Origin(folder, 1.0), 8)


def test_classes_that_are_no_texts() -> None:
    (answer,) = OneClass([False, True], probable=True).of(np.array([[0.25, 0.75]]))
    assert answer == {"label": True, "probability": 0.75, "probabilities": {"False": 0.25, "True": 0.75}}


@pytest.mark.parametrize(
    ("kind", "source", "given", "expected"),
    [
        ("number", "boolean", True, 1.0),
        ("number", "text", "2.5", 2.5),
        ("number", "text", 2, 2.0),
        ("category", "number", 2.0, "2"),
        ("category", "number", 2.5, "2.5"),
        ("category", "boolean", 0, "False"),
        ("category", "text", "x", "x"),
        ("category", "text", None, None),
    ],
)
def test_values_become_what_they_were_in_training(kind: str, source: str, given: Any, expected: Any) -> None:
    found = cell_of(ColumnSchema("c", kind, source))(given, 1)
    assert (found, type(found)) == (expected, type(expected))


def test_text_that_should_be_a_number() -> None:
    with pytest.raises(Refusal, match="expected a number"):
        cell_of(ColumnSchema("c", "number", "text"))("x", 1)
