"""The exported Python file where nothing but NumPy is there."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier import Input, Model, Sequential, layers
from tests.exports.running import numpy_alone, run_file

__all__ = ["numpy_alone"]


@pytest.fixture
def file(tmp_path: Path) -> tuple[Any, Path]:
    """A model of all sorts of layers, and its file."""
    stack = [
        Input((8, 8, 1), name="pixels"),
        layers.Rescaling(1 / 16),
        layers.Conv2D(4, 3, padding="same", activation="gelu"),
        layers.BatchNormalization(),
        layers.AveragePooling2D(padding="same", pool_size=3),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(3, "softmax", name="probabilities"),
    ]
    model = Sequential(stack, name="digits")
    model.export(tmp_path / "m.py", input_dtype="uint8", class_names=["a", "b", "c"], title='Dig"its\\')
    return model, tmp_path / "m.py"


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("suffix", ["csv", "npy"])
def test_command_line(file: tuple[Any, Path], suffix: str, numpy_alone: Any) -> None:
    model, path = file
    pixels = np.random.default_rng(0).integers(0, 17, (5, 8, 8, 1))
    data = path.with_name(f"rows.{suffix}")
    if suffix == "npy":
        np.save(data, pixels)
    else:
        np.savetxt(
            data, pixels.reshape(5, -1), "%d", ",", header=",".join(f"p{i}" for i in range(64)), comments=""
        )
    done = numpy_alone(str(path), str(data))
    assert done.stderr == ""
    title, *found = rows_of(done.stdout)
    assert title == ["a", "b", "c", "label"]
    expected = model.predict(pixels, verbose=0)
    np.testing.assert_allclose(
        [[float(each) for each in row[:3]] for row in found], expected, rtol=1e-4, atol=1e-6
    )
    assert [row[3] for row in found] == ["abc"[each] for each in expected.argmax(axis=1)]


@pytest.mark.parametrize(
    ("name", "content", "code", "sentence"),
    [
        ("", "", 2, "Dig'its/: predicts with NumPy alone."),
        ("--help", "", 0, "pixels: uint8 of shape (rows, 8, 8, 1)"),
        ("missing.csv", None, 1, "There is no file"),
        ("short.csv", "1,2,3\n", 1, "numbers; row 1 holds 3."),
        ("words.csv", "a\n" + ",".join("x" * 64) + "\n", 1, "could not convert string to float"),
    ],
)
def test_mistakes(
    file: tuple[Any, Path], name: str, content: str | None, code: int, sentence: str, numpy_alone: Any
) -> None:
    path = file[1]
    if content is not None and name.endswith("csv"):
        path.with_name(name).write_text(content)
    arguments = [name if name.startswith("-") else str(path.with_name(name))] if name else []
    done = numpy_alone(str(path), *arguments)
    assert done.returncode == code
    assert sentence in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def scope_of(path: Path) -> dict[str, Any]:
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(path.read_text(), scope)
    return scope


@pytest.mark.parametrize(
    ("pixels", "sentence"),
    [
        (np.zeros((2, 8, 8)), r"pixels must have shape \(rows, 8, 8, 1\); received: \(2, 8, 8\)"),
        (np.full((2, 8, 8, 1), 256), "whole numbers from 0 to 255"),
        (np.full((2, 8, 8, 1), 0.5), "whole numbers from 0 to 255"),
        (np.full((2, 8, 8, 1), np.nan), "whole numbers from 0 to 255"),
        (np.full((2, 8, 8, 1), "a"), "must hold numbers; received: <U1"),
    ],
)
def test_wrong_inputs(file: tuple[Any, Path], pixels: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        scope_of(file[1])["predict"](pixels)


def test_functions(file: tuple[Any, Path]) -> None:
    model, path = file
    scope = scope_of(path)
    pixels = np.random.default_rng(0).integers(0, 17, (5, 8, 8, 1))
    expected = model.predict(pixels, verbose=0)
    np.testing.assert_allclose(scope["predict"](pixels.tolist()), expected, rtol=1e-4, atol=1e-6)
    assert scope["classify"](pixels).tolist() == ["abc"[each] for each in expected.argmax(axis=1)]
    assert scope["CLASSES"] == ("a", "b", "c")
    assert scope["predict"](np.zeros((0, 8, 8, 1))).shape == (0, 3)


def test_several_inputs(tmp_path: Path, numpy_alone: Any) -> None:
    left, right = Input((2,), name="class"), Input((3,), name="2nd input")
    model = Model([left, right], layers.Dense(1, name="y")(layers.Concatenate()([left, right])))
    model.export(tmp_path / "m.py")
    arrays = {"class": np.ones((4, 2), "float32"), "2nd input": np.ones((4, 3), "float32")}
    np.savez(tmp_path / "rows.npz", **arrays)
    done = numpy_alone(str(tmp_path / "m.py"), str(tmp_path / "rows.npz"))
    assert [float(row[0]) for row in rows_of(done.stdout)[1:]] == pytest.approx(
        run_file(tmp_path / "m.py", arrays)["y"][:, 0].tolist(), rel=1e-6
    )
    np.save(tmp_path / "rows.npy", arrays["class"])
    done = numpy_alone(str(tmp_path / "m.py"), str(tmp_path / "rows.npy"))
    assert done.stderr == "Error: Several inputs come in a file .npz with the arrays class, 2nd input.\n"


def test_the_text_reads_like_the_network(file: tuple[Any, Path]) -> None:
    text = file[1].read_text()
    assert "# conv2d (Conv2D)" in text
    assert "probabilities = softmax(probabilities, axis=1)" in text
    assert "PReLU" not in text
    assert "def enlarged" not in text  # only what is needed
    assert max(map(len, text.splitlines())) < 200
