"""Estimators for tables as files: awkward columns in, what the estimator predicts out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from ranvier import TabularClassifier, TabularRegressor
from tests.exports.python_file.test_source import rows_of
from tests.exports.running import FORMATS, numpy_alone, run_file

__all__ = ["numpy_alone"]

SHORT: dict[str, Any] = {"n_members": 2, "epochs": 2, "hidden_layer_sizes": (8,), "random_state": 0}


def people(rows: int = 80, seed: int = 0) -> pd.DataFrame:
    """A table of all kinds of columns, values missing in most of them."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": random.normal(40, 10, rows),
            "income": np.float32(random.lognormal(10, 1, rows)),
            "city": random.choice(["Rome", "Oslo", "Ulm", "Paris, Texas", ""], rows),
            "member": random.choice(np.array([True, False], object), rows),
            "day": pd.date_range("2023-12-30 13:00", periods=rows, freq="71h"),
            "zip": random.choice(["01", "02", "10"], rows),
            "kids": random.integers(0, 4, rows),
            "label": random.choice(list("abcdefghijklmnop"), rows),
            "constant": 1.0,
        }
    )
    for step, name in ((5, "age"), (7, "city"), (9, "member"), (11, "day")):
        frame.loc[::step, name] = None
    return frame


def awkward() -> pd.DataFrame:
    """Rows with values that the training did not have."""
    frame = people(40, seed=1)
    frame["city"] = frame["city"].replace("Oslo", "Atlantis")
    frame["zip"] = frame["zip"].replace("10", "1")
    frame.loc[::6, "income"] = [np.inf, -np.inf, 1e30, -1.0, 0.0, np.nan, 1e-30]
    frame["day"] = pd.to_datetime(
        ["1969-07-20 20:17", "2000-02-29", "1900-12-31 23:59:59", "2400-12-31", "0001-01-01"] * 8,
        format="ISO8601",
    ).astype("datetime64[us]")
    frame.loc[3::9, "day"] = None
    return frame[list(reversed(frame.columns))].assign(more="ignored")


def onnx_inputs(estimator: Any, frame: pd.DataFrame) -> dict[str, Any]:
    """Bring a table into the inputs of an ONNX file, as a user would."""
    found = {}
    for name in (column.name for column in estimator.schema_.used):
        column = frame[name]
        if name == "day":
            values = column.astype("datetime64[us]").astype("int64").to_numpy() / 1e6
            found[name] = np.where(column.isna(), np.nan, values)[:, None]
        elif column.dtype == object or str(column.dtype).startswith("str"):
            found[name] = np.array([["(missing)" if pd.isna(each) else str(each)] for each in column], object)
        else:
            found[name] = column.to_numpy("float32")[:, None]
    return found


def check(estimator: Any, folder: Path, frame: pd.DataFrame) -> None:
    """Compare both kinds of file with the estimator."""
    expected: dict[str, Any]
    if hasattr(estimator, "classes_"):
        expected = {"label_2": estimator.predict(frame), "probabilities": estimator.predict_proba(frame)}
    else:
        expected = {"variable": estimator.predict(frame).reshape(len(frame), -1)}
    for suffix in FORMATS:
        path = folder / f"m.{suffix}"
        estimator.export(path)
        given = onnx_inputs(estimator, frame)
        found = run_file(path, given) if suffix == "onnx" else _computed(path, frame)
        assert list(found) == list(expected)
        for name, wanted in expected.items():
            if name == "label_2":
                assert found[name].tolist() == wanted.tolist()
            else:
                np.testing.assert_allclose(found[name], wanted, rtol=1e-4, atol=1e-6)


def _computed(path: Path, rows: Any) -> dict[str, Any]:
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(path.read_text(), scope)
    found: dict[str, Any] = scope["computed"](rows)
    return found


@pytest.fixture(scope="module")
def classifier() -> Any:
    frame = people()
    target = np.where(frame["income"] > 20_000, "rich", "poor")
    return TabularClassifier(calibrate=True, **SHORT).fit(frame, target)


def test_classifier(classifier: Any, tmp_path: Path) -> None:
    assert [column.kind for column in classifier.schema_] == [
        *("number", "number", "category", "category", "date", "category", "number", "category", "dropped"),
    ]
    check(classifier, tmp_path, people(seed=2))
    check(classifier, tmp_path, awkward())


def test_regressor(tmp_path: Path) -> None:
    frame = people()
    regressor = TabularRegressor(**SHORT).fit(frame, frame["income"])
    check(regressor, tmp_path, awkward())
    check(TabularRegressor(**SHORT).fit(frame, frame[["income", "kids"]]), tmp_path, awkward())


def test_columns_taken_for_something_else(tmp_path: Path) -> None:
    frame = people()
    first = TabularClassifier(**SHORT).fit(frame, frame["kids"])
    schema = first.schema_.copy()
    schema["kids"].kind, schema["kids"].levels = "category", None
    schema["member"].kind, schema["member"].levels = "number", None
    schema["zip"].kind, schema["zip"].levels = "number", None
    estimator = TabularClassifier(schema=schema, **SHORT).fit(frame, frame["kids"])
    estimator.export(tmp_path / "m.py")
    found = _computed(tmp_path / "m.py", frame)
    np.testing.assert_allclose(found["probabilities"], estimator.predict_proba(frame), rtol=1e-4, atol=1e-6)
    assert found["label_2"].dtype.kind == "i"
    estimator.export(tmp_path / "m.onnx")
    file = onnx.load(tmp_path / "m.onnx")
    properties = {each.key: each.value for each in file.metadata_props}
    assert json.loads(properties["columns"]) == {
        "age": "number",
        "income": "number",
        "city": "text",
        "member": "text",
        "day": "date",
        "zip": "number",
        "kids": "number",
        "label": "text",
    }
    assert {each.domain for each in file.opset_import} == {"", "ai.onnx.ml"}


def test_one_class_and_columns_without_names(tmp_path: Path) -> None:
    check(TabularClassifier(**SHORT).fit(people(), np.full(80, "only")), tmp_path, awkward())
    array = np.random.default_rng(0).normal(size=(60, 2))
    regressor = TabularRegressor(**SHORT).fit(array, array[:, 0])
    regressor.export(tmp_path / "m.py", input_dtype="float64")
    found = _computed(tmp_path / "m.py", {"x0": array[:, 0], "x1": array[:, 1].tolist()})
    np.testing.assert_allclose(found["variable"][:, 0], regressor.predict(array), rtol=1e-5, atol=1e-6)


def test_command_line_on_a_csv_file(classifier: Any, tmp_path: Path, numpy_alone: Any) -> None:
    frame = people(seed=3)
    frame["city"] = frame["city"].replace("", "Rome")  # an empty field is a missing value
    frame.to_csv(tmp_path / "rows.csv", index=False, sep=";")
    classifier.export(tmp_path / "m.py")
    done = numpy_alone(str(tmp_path / "m.py"), str(tmp_path / "rows.csv"))
    title, *rows = rows_of(done.stdout)
    assert title == ["label_2", "poor", "rich"]
    assert [row[0] for row in rows] == classifier.predict(frame).tolist()
    found = np.array([[float(each) for each in row[1:]] for row in rows])
    np.testing.assert_allclose(found, classifier.predict_proba(frame), rtol=1e-4, atol=1e-6)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    done = numpy_alone(str(tmp_path / "m.py"), str(tmp_path / "other.csv"))
    assert done.returncode == 1
    assert "it lacks ['age', 'income'," in done.stderr


def test_a_list_of_rows(classifier: Any, tmp_path: Path) -> None:
    frame = people(seed=4)
    classifier.export(tmp_path / "m.py")
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    found = _computed(tmp_path / "m.py", records)
    np.testing.assert_allclose(found["probabilities"], classifier.predict_proba(frame), rtol=1e-4, atol=1e-6)
    with pytest.raises(ValueError, match="it lacks"):
        _computed(tmp_path / "m.py", {"age": [1.0]})
    with pytest.raises(ValueError, match="equally many rows"):
        _computed(tmp_path / "m.py", {**frame.to_dict("list"), "age": [1.0]})


def test_equal_estimators_have_equal_files(classifier: Any, tmp_path: Path) -> None:
    for suffix in FORMATS:
        for name in "ab":
            classifier.export(tmp_path / f"{name}.{suffix}", title="People")
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


def test_before_fit(tmp_path: Path) -> None:
    with pytest.raises(NotFittedError):
        TabularClassifier().export(tmp_path / "m.onnx")
