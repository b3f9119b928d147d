"""What stands around the network in an exported Python file: its description, tables, and what a user calls."""

from __future__ import annotations

from collections.abc import Sequence

from ranvier import __version__
from ranvier.exports.program import TEXT, Program, Tensor


def docstring(program: Program) -> str:
    """Return the text that says what the file is."""
    meaning = program.meaning
    lines = [
        f'"""{_safe(meaning.title)}: predicts with NumPy alone.',
        "",
        f"Written by Ranvier {__version__}; needs Python 3.11 or newer.",
        "",
    ]
    lines += ["Inputs:", *(_described(tensor.name, tensor) for tensor in program.inputs)]
    lines += ["Outputs:", *(_described(name, tensor) for name, tensor in program.outputs.items())]
    for title, given in (("Classes", meaning.class_names), ("Features", meaning.feature_names)):
        if given:
            shown = ", ".join(given[:20]) + (", ..." if len(given) > 20 else "")
            lines += [f"{title}: {_safe(shown)}"]
    lines += [
        "",
        "In Python: ``from this_file import predict``. On the command line, predictions printed as CSV:",
        "",
    ]
    files = "rows.npz" if len(program.inputs) > 1 and program.columns is None else "rows.csv"
    lines += [f"    python this_file.py {files}", '"""']
    return "\n".join(lines)


def _described(name: str, tensor: Tensor) -> str:
    sizes = [
        "rows" if axis == 0 and size is None else str(size or "any") for axis, size in enumerate(tensor.shape)
    ]
    dtype = "text" if tensor.dtype == TEXT else tensor.dtype
    return f"    {_safe(name)}: {dtype} of shape ({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def _safe(text: str) -> str:
    """Return a text that cannot end the docstring it stands in."""
    return "".join(each if each.isprintable() else " " for each in text).replace("\\", "/").replace('"', "'")


def tables(program: Program) -> str:
    """Return the constants that say what goes in and what the classes are."""
    rows = [
        f"{tensor.name!r}, {tensor.dtype!r}, {tensor.shape}"
        if program.columns is None
        else f"{tensor.name!r}, {program.columns[tensor.name]!r}"
        for tensor in program.inputs
    ]
    inputs = "".join(f"    ({row}),\n" for row in rows)
    text = f"INPUTS = (\n{inputs})\nCLASSES = {program.meaning.class_names!r}\n"
    if program.columns is None:
        return f"{text}FEATURES = {program.meaning.feature_names!r}\n"
    reading = "".join(f"    {name!r}: {value!r},\n" for name, value in program.reading.items())
    return f"{text}READING = {{\n{reading}}}\n"


def faces(program: Program, arguments: Sequence[str]) -> str:
    """Return the functions that a user calls."""
    given = ", ".join(arguments)
    names = list(program.outputs)
    kind = program.meaning.kind
    parts: list[str] = []
    if kind == "classifier":
        label, probabilities = names
        parts += [_face("predict", given, "the label of each row", f"computed({given})[{label!r}]")]
        parts += [
            _face(
                "predict_proba",
                given,
                "the probability of each class, in the order of CLASSES",
                f"computed({given})[{probabilities!r}]",
            )
        ]
    elif kind == "regressor":
        parts += [_PREDICT.format(arguments=given, name=names[0])]
    else:
        labelled = program.label is not None
        chosen = [name for name in names if name != program.label] if labelled else names
        if len(chosen) == 1:
            parts += [_face("predict", given, "the predictions", f"computed({given})[{chosen[0]!r}]")]
        else:
            parts += [_face("predict", given, "all outputs by name", f"computed({given})")]
        if labelled:
            parts += [
                _face(
                    "classify",
                    given,
                    "the name of the class of each row",
                    f"computed({given})[{program.label!r}]",
                )
            ]
    taken = ", ".join(f"rows[{tensor.name!r}]" for tensor in program.inputs)
    taken = taken if program.columns is None else "rows"
    titled = [name for name in names if name != program.label] if program.meaning.class_names else []
    titles = "{" + ", ".join(f"{name!r}: CLASSES" for name in titled) + "}"
    parts += [_ANSWER.format(arguments=taken, titles=titles)]
    return "\n\n".join(parts)


def _face(name: str, arguments: str, what: str, text: str) -> str:
    return f'def {name}({arguments}):\n    """Return {what}."""\n    return {text}\n'


_PREDICT = '''def predict({arguments}):
    """Return the predicted numbers."""
    found = computed({arguments})[{name!r}]
    return found[:, 0] if found.shape[1] == 1 else found
'''

_ANSWER = '''def answer(rows):
    """Return all outputs for the inputs by name, and the titles of their columns."""
    return computed({arguments}), {titles}
'''

_IMPORTS = """from __future__ import annotations

import base64
import csv
import functools
import math
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np

Inputs = tuple
"""


def imports(program: Program) -> str:
    """Return the lines that import what the file needs."""
    if program.columns is None:
        return _IMPORTS
    return _IMPORTS.replace("import csv\n", "import csv\nimport datetime\n").replace(
        "import sys", "import re\nimport sys"
    )


ENTRY = """
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], __doc__ + "\\n", lambda path: {read}, answer))
"""
