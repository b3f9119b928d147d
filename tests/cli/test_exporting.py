from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ranvier.datasets import digits
from ranvier.models import load_model, save_model
from tests.cli.conftest import Line
from tests.exports.running import run_file
from tests.storage.files import fitted_model


@pytest.mark.parametrize("suffix", ["onnx", "py"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_a_run(line: Line, tmp_path: Path, trained: Path, suffix: str, dtype: str) -> None:
    path = tmp_path / f"m.{suffix}"
    shown = line("export", trained, "-o", path, "--input-dtype", dtype)
    assert shown.exit_code == 0, shown.output
    assert "operations" in shown.output
    model = load_model(trained / "model.safetensors")
    images = digits.load_data()[1][0][:50].astype(dtype)
    found = run_file(path, {model.input_names[0]: images})
    expected = model.predict(images, verbose=0)
    np.testing.assert_allclose(found[model.output_names[0]], expected, rtol=1e-4, atol=1e-6)
    assert found["label"].tolist() == [str(each) for each in expected.argmax(axis=1)]


def test_a_file(line: Line, tmp_path: Path) -> None:
    model = fitted_model()
    save_model(model, tmp_path / "a.safetensors")
    assert (
        line("export", tmp_path / "a.safetensors", "-o", tmp_path / "m.py", "--title", "Things").exit_code
        == 0
    )
    assert (tmp_path / "m.py").read_text().startswith('"""Things: ')


def test_mistakes(line: Line, tmp_path: Path) -> None:
    save_model(fitted_model(), tmp_path / "a.safetensors")
    assert "end in .onnx or .py" in line.sentence(
        "export", tmp_path / "a.safetensors", "-o", tmp_path / "m.pb"
    )
    (tmp_path / "m.py").write_text("mine")
    assert "--force" in line.sentence("export", tmp_path / "a.safetensors", "-o", tmp_path / "m.py")
    assert (tmp_path / "m.py").read_text() == "mine"
    assert line("export", tmp_path / "a.safetensors", "-o", tmp_path / "m.py", "--force").exit_code == 0
    assert "input_dtype" in line.sentence(
        "export", tmp_path / "a.safetensors", "-o", tmp_path / "n.py", "--input-dtype", "text"
    )
    assert "There is no file" in line.sentence("export", tmp_path / "missing", "-o", tmp_path / "n.py")
    assert "output" in line.sentence("export", tmp_path / "a.safetensors", code=2)
