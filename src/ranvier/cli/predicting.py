"""``ranvier predict``: the rows of a table, or digits in pictures, as the run was trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ranvier.errors import ConfigurationError
from ranvier.report.run_folder import open_run


def show_predictions(
    path: Path,
    inputs: Sequence[str],
    output: str | None,
    include: Sequence[str],
    reading: Mapping[str, Any],
    *,
    as_json: bool,
) -> None:
    """Write predictions.

    Args:
        path: The folder of the run.
        inputs: A table, or pictures.
        output: Where predictions for a table go; None for standard output.
        include: Columns of the table to write in front of them.
        reading: What is laid down about the table, by the name of its option; None or empty where it is not.
        as_json: Whether to print JSON, for pictures.

    Raises:
        RanvierError: If the folder holds no run, or an option is for the other sort of run.
        click.exceptions.Exit: With the exit code 1, if a picture could not be read.
    """
    run = open_run(path)
    for_tables = {"output": output, "include": include, **reading}
    if run.told.kind == "table":
        # Neither sort of run waits for the imports of the other.
        from ranvier.cli.tables.prediction import predict_table

        if len(inputs) != 1:
            raise ConfigurationError(
                f"The run {str(path)!r} predicts one table at a time; received: {len(inputs)}."
            )
        if as_json:
            raise ConfigurationError(
                "Predictions for a table are written as CSV or Parquet; leave `--json` out."
            )
        predict_table(path, inputs[0], output or "-", include, reading)
        return
    from ranvier.cli.prediction import show_digits

    given = [name for name, value in for_tables.items() if value is not None and value != ()]
    if given:
        raise ConfigurationError(
            f"`--{given[0]}` is for runs on tables; {str(path)!r} was trained on {run.told.data_set}."
        )
    show_digits(path, [Path(each) for each in inputs], as_json=as_json)
