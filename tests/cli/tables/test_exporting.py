"""``ranvier export`` of runs on tables: the file answers as ``ranvier predict`` does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from tests.cli.conftest import Line
from tests.exports.python_file.test_source import rows_of
from tests.exports.running import numpy_alone

__all__ = ["numpy_alone"]


def exported(line: Line, source: Path, target: Path, *options: object) -> Path:
    result = line("export", source, "-o", target, *options)
    assert result.exit_code == 0, result.output
    assert "operations" in result.output
    return target


def test_whole_numbers_enter_without_a_warning(line: Line, classified: Path, tmp_path: Path) -> None:
    exported(line, classified, tmp_path / "m.py", "--input-dtype", "uint8")


def test_converting_is_exporting(line: Line, classified: Path, tmp_path: Path) -> None:
    told = json.loads(line("convert", classified, tmp_path / "m.onnx", "--json").stdout)
    assert told["target"] == str(tmp_path / "m.onnx")
    assert "exists already" in line.sentence("convert", classified, tmp_path / "m.onnx")
    assert "operations" in line("convert", classified, tmp_path / "m.onnx", "--force").stdout
    sentence = line.sentence("convert", classified / "model.safetensors", tmp_path / "m.keras")
    assert "holds an estimator for tables, which files ending in .onnx or .py can hold" in sentence


@pytest.mark.parametrize("run", ["classified", "regressed"])
def test_a_run_as_python(
    run: str, line: Line, table: Path, tmp_path: Path, request: pytest.FixtureRequest, numpy_alone: Any
) -> None:
    folder = request.getfixturevalue(run)
    file = exported(line, folder, tmp_path / "m.py")
    predicted = line("predict", folder, table).output
    done = numpy_alone(str(file), str(table))
    assert done.stderr == ""
    (_, *wanted), (_, *found) = rows_of(predicted), rows_of(done.stdout)
    assert len(found) == len(wanted) == 240
    if run == "classified":
        assert [row[0] for row in found] == [row[0] for row in wanted]
    first = 1 if run == "classified" else 0
    numbers = [np.array([[float(each) for each in row[first:]] for row in rows]) for rows in (found, wanted)]
    np.testing.assert_allclose(*numbers, rtol=1e-4, atol=1e-5)


def test_values_that_the_run_would_refuse(
    line: Line, classified: Path, table: Path, tmp_path: Path, numpy_alone: Any
) -> None:
    file = exported(line, classified, tmp_path / "m.py", "--title", "Houses")
    assert file.read_text(encoding="utf-8").startswith('"""Houses: ')
    for old, new, sentence in (
        (
            ",yes,",
            ",perhaps,",
            "'garden' must hold yes or no, true or false in every row; received: 'perhaps'",
        ),
        ("01.01.2020", "2020-01-01", "'sold' must hold a date in every row; received: '2020-01-01'"),
        ("town", "city", "it lacks ['town']"),
    ):
        changed = tmp_path / "changed.csv"
        changed.write_text(table.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        done = numpy_alone(str(file), str(changed))
        assert done.returncode == 1
        assert sentence in done.stderr


def test_a_run_as_onnx(line: Line, classified: Path, tmp_path: Path) -> None:
    file = exported(line, classified, tmp_path / "m.onnx", "--input-dtype", "float64")
    session = onnxruntime.InferenceSession(file.read_bytes())
    assert {each.name: each.type for each in session.get_inputs()} == {
        "area": "tensor(double)",
        "town": "tensor(string)",
        "garden": "tensor(string)",
        "sold": "tensor(double)",
    }
    given = {
        "area": np.array([[150.0], [np.nan]]),
        "town": np.array([["Oslo"], ["Atlantis"]], object),
        "garden": np.array([["True"], [""]], object),
        "sold": np.array([[1.58e9], [np.nan]]),
    }
    label, probabilities = session.run(["label", "probabilities"], given)
    assert set(label) <= {"dear", "cheap"}
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-6)


def test_a_file_of_an_estimator(line: Line, classified: Path, tmp_path: Path) -> None:
    exported(line, classified / "model.safetensors", tmp_path / "a.py")
    exported(line, classified / "model.safetensors", tmp_path / "b.py")
    assert (tmp_path / "a.py").read_bytes() == (tmp_path / "b.py").read_bytes()
