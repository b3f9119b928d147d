"""Functions around the network in an exported Python file: the check of inputs, and the command line.

Their text is copied into the file; see :mod:`ranvier.exports.python_file.helpers`.
"""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any

Inputs = tuple[tuple[str, str, tuple[int | None, ...]], ...]


def checked(values: Any, name: str, dtype: str, shape: tuple[int | None, ...]) -> Array:
    """Return inputs as an array of the right dtype, or say what is wrong with them."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold numbers; received: {array.dtype}.")
    fits = array.ndim == len(shape) and all(
        w in (None, s) for s, w in zip(array.shape[1:], shape[1:], strict=True)
    )
    if not fits:
        wanted = ", ".join("rows" if axis == 0 else str(size or "any") for axis, size in enumerate(shape))
        raise ValueError(f"{name} must have shape ({wanted}); received: {array.shape}.")
    if np.dtype(dtype).kind in "iu" and array.size:
        limits = np.iinfo(dtype)
        if not ((array >= limits.min) & (array <= limits.max) & (array == np.floor(array))).all():
            raise ValueError(f"{name} must hold whole numbers from {limits.min} to {limits.max}.")
    return array.astype(dtype)


def read_rows(path: str, inputs: Inputs, features: Any) -> dict[str, Array]:
    """Read the inputs from a file: .npy, or .csv with a row an example; .npz where there are several."""
    if path.endswith(".npz"):
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name, _, _ in inputs}
    if len(inputs) > 1:
        names = ", ".join(name for name, _, _ in inputs)
        raise ValueError(f"Several inputs come in a file .npz with the arrays {names}.")
    name, _, shape = inputs[0]
    if path.endswith(".npy"):
        return {name: np.load(path, allow_pickle=False)}
    with Path(path).open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row]
    if rows and not is_numeric(rows[0]):
        titles, *rows = rows
        if features is not None and set(features) <= set(titles):
            order = [titles.index(each) for each in features]
            rows = [[row[place] for place in order] for row in rows]
    width = math.prod(size or 0 for size in shape[1:])
    for number, row in enumerate(rows, 1):
        if width and len(row) != width:
            raise ValueError(f"Each row must hold {width} numbers; row {number} holds {len(row)}.")
    numbers = np.array(rows, np.float64).reshape(len(rows), -1)
    return {name: numbers.reshape(len(rows), *(-1 if size is None else size for size in shape[1:]))}


def is_numeric(row: list[str]) -> bool:
    """Whether all fields of a row are numbers."""
    try:
        [float(field) for field in row]
    except ValueError:
        return False
    return True


def show(found: Any, titles: Any) -> None:
    """Print predictions as CSV, a row an example."""
    columns: dict[str, Array] = {}
    for name, array in found.items():
        flat = array.reshape(len(array), -1)
        given = titles.get(name, ())
        for place in range(flat.shape[1]):
            number = f"{name}_{place}" if flat.shape[1] > 1 else name
            columns[str(given[place]) if len(given) == flat.shape[1] else number] = flat[:, place]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(map(str, column) for column in columns.values()), strict=True))


def main(arguments: list[str], description: str, read: Any, answer: Any) -> int:
    """Predict the rows of a file and print the predictions."""
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        sys.stdout.write(description)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    try:
        show(*answer(read(arguments[0])))
    except FileNotFoundError:
        sys.stderr.write(f"Error: There is no file {arguments[0]!r}.\n")
        return 1
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    return 0
