"""A program to a file: written, run beside the model, and kept if both agree."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ranvier.errors import ConfigurationError, UnsupportedError, missing_extra
from ranvier.exports.comparison import Run, Trial, compare, run_onnx, run_python, trial_inputs
from ranvier.exports.program import Program
from ranvier.exports.python_file import python_source
from ranvier.storage.atomic import replacing

FORMATS = {"onnx": ".onnx", "python": ".py"}
"""The formats and the endings of their files."""

ELSEWHERE = {
    "litert": "for LiteRT, convert the ONNX file",
    "openvino": "OpenVINO reads ONNX files",
    "tf_saved_model": "for TensorFlow, `model.save('m.keras')` and load it with Keras",
    "torch": "for PyTorch, convert the ONNX file",
}
"""The formats of Keras that are not offered, and what to do instead."""


def chosen_format(filepath: str | os.PathLike[str], format: str | None) -> str:
    """Return the format of a file: the one that is asked for, or else what its name says.

    Raises:
        UnsupportedError: If it is a format of Keras that is not offered.
        ConfigurationError: If it is none at all.
    """
    name = os.fspath(filepath)
    if format in ELSEWHERE:
        raise UnsupportedError(
            f"`export` writes the formats 'onnx' and 'python'; received: {format!r}. Instead: {ELSEWHERE[str(format)]}."
        )
    if format is None:
        found = next((each for each, suffix in FORMATS.items() if name.endswith(suffix)), None)
        if found is None:
            raise ConfigurationError(
                f"`export` writes files whose names end in .onnx or .py; received: {name!r}. Name it so; in "
                "Python `format='onnx'` or 'python' says it for any name."
            )
        return found
    if format not in FORMATS:
        raise ConfigurationError(f"`format` must be 'onnx' or 'python'; received: {format!r}.")
    return format


def write_program(
    filepath: str | os.PathLike[str],
    format: str,
    make: Callable[[], Program],
    expected: Run,
    *,
    tolerance: float,
    verbose: bool = False,
    trial: Trial = trial_inputs,
) -> None:
    """Write a program and keep the file if it computes what the model does.

    Args:
        filepath: The file.
        format: ``"onnx"`` or ``"python"``.
        make: Makes the program; called once the format is known to be possible.
        expected: What the model computes, from inputs by name to outputs by name.
        tolerance: How much both may differ.
        verbose: Whether to print a line about the file.
        trial: Makes the inputs that both are run on.

    Raises:
        MissingExtraError: If the package for the format is missing.
        UnsupportedError: If something has no form in a file.
        FileWriteError: If the file computes something else, or cannot be written.
    """
    name = os.fspath(filepath)
    if Path(name).is_dir():
        raise ConfigurationError(f"`export` writes a file; received the existing folder: {name!r}.")
    if format == "onnx" and importlib.util.find_spec("onnx") is None:
        raise missing_extra("Exporting to ONNX", "onnx", "onnx")
    program = make()
    content, run = _onnx(program) if format == "onnx" else _python(program)
    seen = None if run is None else compare(run, expected, program, name, tolerance=tolerance, trial=trial)
    with replacing(name) as file:
        file.write(content)
    if verbose:
        compared = (
            "not compared, since onnxruntime is not installed" if seen is None else f"differs by {seen:.1g}"
        )
        print(f"{name}: {len(program.steps)} operations, {len(content):,} bytes; {compared}")  # noqa: T201


def _onnx(program: Program) -> tuple[bytes, Run | None]:
    # The package is an extra, and takes a while to import.
    from ranvier.exports.onnx_file import onnx_bytes

    content = onnx_bytes(program)
    return content, run_onnx(content)


def _python(program: Program) -> tuple[bytes, Any]:
    source = python_source(program)
    return source.encode(), run_python(source, program)
