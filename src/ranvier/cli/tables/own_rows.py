"""The rows that a run was tested on, found again in the table it was trained on."""

from __future__ import annotations

from typing import Any

import numpy as np

from ranvier.cli.tables.digest import require_same_table
from ranvier.errors import DataError
from ranvier.report.table_files import PLAN
from ranvier.report.table_run import TableRun
from ranvier.tables.plan_file import read_plan
from ranvier.tables.preparing import prepare


def own_test_rows(run: TableRun) -> tuple[np.ndarray[Any, Any], Any]:
    """Return the test rows of a run.

    Args:
        run: The run.

    Returns:
        The values of the target, shape (rows,), and the columns for the model, an Arrow table.

    Raises:
        RanvierError: If the table is gone or another, or the settings are no longer those of the run.
    """
    folder = run.folder
    remedy = (
        f"Give a table that tells the target: `ranvier evaluate {folder.path} new.csv`. The results on the test rows "
        f"of the training are shown by `ranvier summary {folder.path}`."
    )
    path = run.settings.table.path
    require_same_table(folder, path, remedy)
    plan = read_plan(folder.path / PLAN)
    prepared = prepare(plan)
    told = run.settings
    found = (plan.data.path, prepared.target.name, len(prepared.split.training), len(prepared.split.test))
    if found != (path, told.table.target, told.split.training_rows, told.split.test_rows):
        raise DataError(
            f"The settings {str(folder.path / PLAN)!r} are no longer those of the run, so its test rows cannot be "
            f"found. {remedy}"
        )
    return prepared.target.values[prepared.split.test], prepared.frame(prepared.split.test)
