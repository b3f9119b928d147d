"""What ``model.export`` is given and refuses."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from ranvier import Input, Model, Sequential, layers
from ranvier.errors import (
    ConfigurationError,
    FileWriteError,
    MissingExtraError,
    NotBuiltError,
    ShapeError,
    UnsupportedError,
)
from ranvier.exports import exporting
from ranvier.exports.onnx_file import operators
from ranvier.exports.python_file import expressions
from tests.exports.running import FORMATS, run_file


@pytest.fixture
def classifier() -> Any:
    stack = [
        Input((4, 3), name="pixels"),
        layers.Rescaling(1 / 255),
        layers.Flatten(),
        layers.Dense(3, "softmax"),
    ]
    return Sequential(stack, name="digits")


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "int64", np.dtype("int16"), np.uint8])
def test_dtype_of_the_inputs(dtype: Any, suffix: str, classifier: Any, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 4, 3)).astype(np.dtype(dtype))
    classifier.export(tmp_path / f"m.{suffix}", input_dtype=dtype)
    found = run_file(tmp_path / f"m.{suffix}", {"pixels": pixels})
    np.testing.assert_allclose(next(iter(found.values())), classifier.predict(pixels, verbose=0), rtol=1e-5)


@pytest.mark.parametrize("suffix", FORMATS)
def test_labels(suffix: str, classifier: Any, tmp_path: Path) -> None:
    names = ['zero "0"', "one\\", "twö"]
    classifier.export(tmp_path / f"m.{suffix}", class_names=names)
    pixels = np.random.default_rng(0).normal(0, 300, (9, 4, 3)).astype("float32")
    found = run_file(tmp_path / f"m.{suffix}", {"pixels": pixels})
    chosen = classifier.predict(pixels, verbose=0).argmax(axis=1)
    assert found["label"].tolist() == [names[each] for each in chosen]
    assert len(set(chosen)) > 1


@pytest.mark.parametrize("suffix", FORMATS)
def test_labels_of_a_sigmoid(suffix: str, tmp_path: Path) -> None:
    model = Sequential([Input((2,), name="x"), layers.Dense(1, "sigmoid")])
    model.set_weights([np.array([[1.0], [-1.0]]), np.array([0.0])])
    model.export(tmp_path / f"m.{suffix}", class_names=["no", "yes"])
    found = run_file(tmp_path / f"m.{suffix}", {"x": np.array([[2, 1], [1, 2]], "float32")})
    assert found["label"].tolist() == ["yes", "no"]


@pytest.mark.parametrize("names", [["a", "b"], ["a", "a", "b"], "abc", []])
def test_wrong_labels(names: Any, classifier: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="class_names"):
        classifier.export(tmp_path / "m.py", class_names=names)


def test_two_labels_need_a_sigmoid(tmp_path: Path) -> None:
    model = Sequential([Input((2,)), layers.Dense(1)])
    with pytest.raises(ConfigurationError, match="or two for a single sigmoid"):
        model.export(tmp_path / "m.py", class_names=["no", "yes"])


def test_a_signature_for_a_model_without_shape(tmp_path: Path) -> None:
    class Own(Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x: Any) -> Any:
            return self.dense(x)

    model = Own()
    with pytest.raises(NotBuiltError, match="input_signature"):
        model.export(tmp_path / "m.py")
    model(np.zeros((1, 3), "float32"))
    model.export(tmp_path / "m.py", input_signature=[layers.InputSpec(shape=(None, 3), dtype="float32")])
    x = np.ones((2, 3), "float32")
    found = run_file(tmp_path / "m.py", {"x": x})
    np.testing.assert_allclose(found["output"], model.predict(x, verbose=0), rtol=1e-5)


def test_a_signature_fixes_sizes(tmp_path: Path) -> None:
    x = Input((None, 3), name="x")
    model = Model(x, layers.Dense(2)(x))
    model.export(tmp_path / "m.py", input_signature=[layers.InputSpec(shape=(None, 4, 3), dtype="float32")])
    with pytest.raises(ValueError, match=r"x must have shape \(rows, 4, 3\); received: \(2, 5, 3\)"):
        run_file(tmp_path / "m.py", {"x": np.zeros((2, 5, 3), "float32")})


@pytest.mark.parametrize(
    "signature", [[], ["float32"], [layers.InputSpec(ndim=3)], [layers.InputSpec(shape=(None, 3))] * 2]
)
def test_wrong_signatures(signature: Any, classifier: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="input_signature"):
        classifier.export(tmp_path / "m.py", input_signature=signature)


def test_a_signature_that_does_not_fit(classifier: Any, tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match="'pixels' must have shape"):
        classifier.export(
            tmp_path / "m.py", input_signature=[layers.InputSpec(shape=(None, 3, 4), dtype="float32")]
        )


def test_a_fixed_number_of_rows(classifier: Any, tmp_path: Path) -> None:
    signature = [layers.InputSpec(shape=(2, 4, 3), dtype="float32")]
    classifier.export(tmp_path / "m.onnx", input_signature=signature)
    sizes = onnx.load(tmp_path / "m.onnx").graph.input[0].type.tensor_type.shape.dim
    assert [size.dim_value for size in sizes] == [2, 4, 3]


@pytest.mark.parametrize(
    ("dtype", "sentence"), [("text", "dtype of numbers"), ({"other": "uint8"}, "received: 'other'")]
)
def test_wrong_dtypes(dtype: Any, sentence: str, classifier: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        classifier.export(tmp_path / "m.py", input_dtype=dtype)


@pytest.mark.parametrize(
    ("name", "format", "error", "sentence"),
    [
        ("m.pb", None, ConfigurationError, "end in .onnx or .py; received: 'm.pb'"),
        ("folder", "tf_saved_model", UnsupportedError, "'onnx' and 'python'; received: 'tf_saved_model'"),
        ("m", "litert", UnsupportedError, "LiteRT"),
        ("m", "tflite", ConfigurationError, "received: 'tflite'"),
        ("", "onnx", ConfigurationError, "existing folder"),
    ],
)
def test_wrong_formats(
    name: str,
    format: str | None,
    error: type[Exception],
    sentence: str,
    classifier: Any,
    tmp_path: Path,
    monkeypatch: Any,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=sentence):
        classifier.export(name or tmp_path, format)
    assert list(tmp_path.iterdir()) == []


def test_format_by_argument(classifier: Any, tmp_path: Path) -> None:
    classifier.export(tmp_path / "model", "python")
    compile((tmp_path / "model").read_text(), "model", "exec")


def test_without_the_package(classifier: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        exporting.importlib.util, "find_spec", lambda name: None if name == "onnx" else find(name)
    )
    with pytest.raises(MissingExtraError, match=r"pip install 'ranvier\[onnx\]'"):
        classifier.export(tmp_path / "m.onnx")


def test_a_file_that_differs_is_not_kept(
    classifier: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "m.onnx").write_text("what stood there")
    wrong = {**operators.OPERATORS, "softmax": operators.OPERATORS["sigmoid"]}
    monkeypatch.setattr("ranvier.exports.onnx_file.model.OPERATORS", wrong)
    with pytest.raises(FileWriteError, match=r"not kept: its output 'dense' differs .* by 0\.\d+"):
        classifier.export(tmp_path / "m.onnx")
    assert [each.read_text() for each in tmp_path.iterdir()] == ["what stood there"]


def test_files_that_do_not_run_are_faults(
    classifier: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(nodes: Any, _: Any, names: Any) -> str:
        return str(nodes.node("Softmax", [*names, *names]))

    monkeypatch.setattr(
        "ranvier.exports.onnx_file.model.OPERATORS", {**operators.OPERATORS, "softmax": wrong}
    )
    monkeypatch.setitem(expressions.TEMPLATES, "softmax", "nothing({0})")  # type: ignore[arg-type]
    with pytest.raises(UnsupportedError, match="no valid ONNX"):
        classifier.export(tmp_path / "m.onnx")
    with pytest.raises(UnsupportedError, match="does not run: name 'nothing' is not defined"):
        classifier.export(tmp_path / "m.py")
    assert list(tmp_path.iterdir()) == []


def test_a_line_about_the_file(classifier: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    classifier.export(tmp_path / "m.onnx", verbose=True)
    assert "m.onnx: 4 operations" in capsys.readouterr().out
    classifier.export(tmp_path / "m.onnx")
    assert capsys.readouterr().out == ""


def test_without_a_runtime_there_is_nothing_to_compare(
    classifier: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "onnxruntime" else find(name)
    )
    classifier.export(tmp_path / "m.onnx", verbose=True)
    assert "not compared" in capsys.readouterr().out
    assert (tmp_path / "m.onnx").stat().st_size > 100


def test_the_same_model_has_the_same_bytes(classifier: Any, tmp_path: Path) -> None:
    for suffix in FORMATS:
        for name in "ab":
            classifier.export(tmp_path / f"{name}.{suffix}", class_names=["a", "b", "c"])
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()
