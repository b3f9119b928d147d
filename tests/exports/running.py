"""Exported files run by what users run them with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

FORMATS = ("onnx", "py")


def run_file(path: Path, inputs: Mapping[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """Run an exported file and return its outputs by name."""
    if path.suffix == ".onnx":
        session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
        names = [each.name for each in session.get_outputs()]
        return dict(zip(names, session.run(names, dict(inputs)), strict=True))
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(path.read_text(), scope)
    found: dict[str, np.ndarray[Any, Any]] = scope["computed"](*inputs.values())
    return found


@pytest.fixture(scope="session")
def numpy_alone(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run Python where NumPy can be imported and nothing else can."""
    folder = tmp_path_factory.mktemp("alone")
    home = Path(np.__file__).parent
    for package in (home, *home.parent.glob("numpy.libs")):
        (folder / package.name).symlink_to(package)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        start = (
            "import runpy, sys; sys.path.append(sys.argv.pop(1)); sys.argv.pop(0); "
            "runpy.run_path(sys.argv[0], run_name='__main__')"
        )
        return subprocess.run(
            [sys.executable, "-I", "-S", "-c", start, str(folder), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    return run
