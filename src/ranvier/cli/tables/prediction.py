"""``ranvier predict RUN TABLE``: predictions for the rows of a table, block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from ranvier.errors import ConfigurationError, unknown_name
from ranvier.report.table_run import TableRun, open_table_run
from ranvier.tables.arrow import pa
from ranvier.tables.columns import Column
from ranvier.tables.origin import STANDARD
from ranvier.tables.sources import Source, open_source
from ranvier.tables.wording import counted
from ranvier.tables.writing import check_output, table_writer

PREDICTION, PROBABILITY = "prediction", "probability_"


def predict_table(
    folder: Path, path: str, output: str, include: Sequence[str], reading: Mapping[str, Any]
) -> None:
    """Write a row of predictions for each row of a table; what is in memory does not grow with the table.

    Args:
        folder: The folder of the run.
        path: The table, or ``-`` for standard input.
        output: Where to, or ``-`` for standard output.
        include: Columns of the table to write in front of the predictions.
        reading: What is laid down about the table, by the name of its option; None or empty where it is not.

    Raises:
        RanvierError: If the table lacks columns, or cannot be read or written.
    """
    check_output(output)
    _refuse_input(path, output)
    run = open_table_run(folder)
    options = run.reading(reading)
    rows = 0
    with open_source(path, options) as source:
        run.check(source)
        copied = _copied(source, include)
        with table_writer(output) as writer:
            for frame, others in run.blocks(source, options, copied):
                writer.write(_answers(run, frame, others))
                rows += frame.num_rows
            if not rows:
                writer.write(_nothing(run, copied))
    if output != STANDARD:
        click.echo(f"{counted(rows, 'row')} predicted and written to {output}")


def _refuse_input(path: str, output: str) -> None:
    written, read = Path(output), Path(path)
    if STANDARD not in (path, output) and written.exists() and read.exists() and written.samefile(read):
        raise ConfigurationError(
            f"The predictions would take the place of the table {path!r} itself. Write them to another file; "
            "`--include` copies columns into it."
        )


def _copied(source: Source, include: Sequence[str]) -> list[Column]:
    for name in include:
        if name not in source.names:
            raise unknown_name(f"column of {source.origin.name!r}", name, source.names)
        if name == PREDICTION or name.startswith(PROBABILITY):
            raise ConfigurationError(
                f"The column {name!r} cannot be included: predictions are called like that."
            )
    return [Column(name, "text") for name in dict.fromkeys(include)]


def _answers(run: TableRun, frame: Any, others: Any) -> Any:
    labels, probabilities = run.predict(frame)
    table = others.append_column(PREDICTION, _array(labels))
    if probabilities is not None:
        for number, name in enumerate(run.estimator.classes_):
            table = table.append_column(f"{PROBABILITY}{name}", pa.array(probabilities[:, number]))
    return table


def _array(labels: np.ndarray[Any, Any]) -> Any:
    return pa.array(labels.tolist(), pa.string()) if labels.dtype.kind in "OUS" else pa.array(labels)


def _nothing(run: TableRun, copied: Sequence[Column]) -> Any:
    """Return a table without rows that has the columns of any other."""
    names = [column.name for column in copied]
    others = pa.table({name: pa.array([], pa.string()) for name in names})
    if run.settings.task == "regression":
        return _with_empty(others, {PREDICTION: pa.float32()})
    label = pa.string() if run.estimator.classes_.dtype.kind in "OUS" else pa.int64()
    kinds = {f"{PROBABILITY}{name}": pa.float32() for name in run.estimator.classes_}
    return _with_empty(others, {PREDICTION: label, **kinds})


def _with_empty(table: Any, kinds: dict[str, Any]) -> Any:
    for name, kind in kinds.items():
        table = table.append_column(name, pa.array([], kind))
    return table
