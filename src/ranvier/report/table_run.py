"""A run on a table, opened: its fitted estimator, its schema, its settings, and tables read as it needs them.

::

    from ranvier.report.table_run import open_table_run
    run = open_table_run("runs/2026-01-31-houses")
    run.settings.table.target, run.schema, run.estimator.predict(frame)
"""

from __future__ import annotations

import dataclasses
import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ranvier.errors import DataError, RunFolderError
from ranvier.estimators import load_estimator
from ranvier.report.run_folder import RunFolder, open_run
from ranvier.report.table_settings import TableRunSettings
from ranvier.tables.arrow import pa
from ranvier.tables.columns import Column
from ranvier.tables.conversion import converted_blocks
from ranvier.tables.plan import DataPlan
from ranvier.tables.reading import ReadingOptions, reading_options
from ranvier.tables.sources import Source

_SHOWN = 8


@dataclass(frozen=True)
class TableRun:
    """A run on a table.

    Attributes:
        folder: Its folder.
        settings: What its training was told, and how its table was read.
        estimator: The fitted estimator.
    """

    folder: RunFolder
    settings: TableRunSettings
    estimator: Any

    @property
    def schema(self) -> Any:
        """What the estimator takes each column for."""
        return self.estimator.schema_

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that the model is given, as their values are read."""
        return tuple(Column(each.name, each.type, each.form) for each in self.settings.table.columns)

    @property
    def target(self) -> Column:
        """The column that is predicted."""
        table = self.settings.table
        return Column(table.target, table.target_type)

    def reading(self, changes: Mapping[str, Any] | None = None) -> ReadingOptions:
        """Return how other tables are read: with the marks of the run's, not with its delimiter and encoding.

        Args:
            changes: What is laid down about the other table, where it is neither None nor empty.
        """
        table = self.settings.table
        data = DataPlan(
            header=False if table.header is False else None,
            decimal=table.decimal,  # type: ignore[arg-type]
            thousands=table.thousands,
            missing=table.missing,
        )
        chosen = {name: value for name, value in (changes or {}).items() if value is not None and value != ()}
        return reading_options(dataclasses.replace(data, **chosen))

    def blocks(
        self, source: Source, options: ReadingOptions, others: Sequence[Column] = ()
    ) -> Iterator[tuple[Any, Any]]:
        """Read a table block by block, as the model needs it.

        Args:
            source: The table; columns that the model does not need are left alone.
            options: How its values are written.
            others: Further columns that are wanted.

        Yields:
            The columns for the model, an Arrow table; and the others, likewise.

        Raises:
            DataError: If columns are missing, naming them, or a value is not what its column holds.
        """
        self.check(source)
        mine = [column.name for column in self.columns]
        more = [column for column in others if column.name not in mine]
        kept = [column.name for column in others]
        text = [column.name for column in others if column.type == "boolean"]
        for block in converted_blocks(source, [*self.columns, *more], options, text):
            table = pa.Table.from_batches([block])
            yield table.select(mine), table.select(kept)

    def check(self, source: Source) -> None:
        """Refuse a table that lacks columns of the model.

        Raises:
            DataError: Naming them.
        """
        missing = [column.name for column in self.columns if column.name not in source.names]
        if not missing:
            return
        named = [_with_closest(name, source.names) for name in missing[:_SHOWN]]
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        raise DataError(
            f"The table {source.origin.name!r} lacks {len(missing)} of the {len(self.columns)} columns that the model "
            f"was trained on: {', '.join(named)}{more}."
        )

    def predict(self, frame: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
        """Predict rows.

        Args:
            frame: The columns for the model, an Arrow table.

        Returns:
            Classes and their probabilities, shape (rows, classes); or numbers and None.
        """
        if self.settings.task == "regression":
            return np.asarray(self.estimator.predict(frame)), None
        probabilities = np.asarray(self.estimator.predict_proba(frame))
        return self.estimator.classes_[probabilities.argmax(axis=1)], probabilities


def open_table_run(path: str | os.PathLike[str]) -> TableRun:
    """Open a run on a table.

    Args:
        path: Its folder.

    Returns:
        The run, ready to predict.

    Raises:
        RunFolderError: If it is no run, a run on images, made by a newer version, or damaged.
        FileFormatError: If the file of the model is damaged.
    """
    folder = open_run(path)
    settings = folder.table
    estimator = load_estimator(folder.model_path)
    known = [column.name for column in settings.table.columns]
    found = list(getattr(estimator, "feature_names_in_", known))
    if found != known:
        raise RunFolderError(
            f"The model of the run {str(folder.path)!r} does not fit its settings: the columns {known[:_SHOWN]} were "
            f"expected; received: {found[:_SHOWN]}. Restore the files, or train again."
        )
    return TableRun(folder, settings, estimator)


def _with_closest(name: str, names: Sequence[str]) -> str:
    lowered = {each.lower(): each for each in names}
    close = difflib.get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.75)
    return f"{name!r} (is {lowered[close[0]]!r} meant?)" if close else repr(name)
