"""An estimator of tables: rows are objects with a value for each column."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from ranvier.errors import RanvierError
from ranvier.serving.answers import Number, OneClass, check_finite
from ranvier.serving.cells import cell_of
from ranvier.serving.refusals import Refusal, shown, unfit
from ranvier.serving.served import Description, Rows
from ranvier.tables.arrow import pa

if TYPE_CHECKING:
    from ranvier.estimators import ColumnSchema

_LISTED = 8


class TableModel:
    """A fitted classifier or regressor of tables.

    Args:
        estimator: What :func:`ranvier.estimators.load_estimator` returns.
        title: One line for people.
        target: The column that it predicts, where that is known.
        left_out: Columns that rows may have and that it does not look at, the target among them.
        forms: The forms that dates had in the table, by column.
    """

    def __init__(
        self,
        estimator: Any,
        title: str,
        target: str | None = None,
        left_out: Collection[str] = (),
        forms: Mapping[str, str | None] | None = None,
    ) -> None:
        self._estimator = estimator
        schema = estimator.schema_
        self._cells = {column.name: cell_of(column, (forms or {}).get(column.name)) for column in schema.used}
        self._names = list(schema.names)
        # An estimator that was fitted with an array knows its columns by their places only.
        self._named = hasattr(estimator, "feature_names_in_")
        self._passed_over = {*left_out, *self._names}
        classes = getattr(estimator, "classes_", None)
        self._answers: Number | OneClass = (
            Number() if classes is None else OneClass(classes.tolist(), probable=True)
        )
        self._description = Description(
            title=title,
            task="table",
            row={
                "type": "object",
                "properties": {name: cell.schema for name, cell in self._cells.items()},
                "required": list(self._cells),
            },
            answer=self._answers.schema(),
            example={name: cell.example for name, cell in self._cells.items()},
            details={
                "target": target,
                "columns": [_described(column) for column in schema.used],
                **({} if classes is None else {"class_names": [str(label) for label in classes.tolist()]}),
            },
        )

    @property
    def description(self) -> Description:
        """What it takes and answers."""
        return self._description

    @property
    def quick_rows(self) -> int:
        """None: even one row takes longer than a change of threads."""
        return 0

    def warm_up(self, most: int) -> None:
        """Predict a row, so that what is imported late is there."""
        del most
        with suppress(Refusal, RanvierError):  # the example is no row of the table
            self.predict([self.read_rows([self._description.example])])

    def read_rows(self, rows: Any) -> Rows:
        """Check rows of values by column.

        Raises:
            Refusal: If columns are missing or unknown, or a value is not what its column holds.
        """
        if not isinstance(rows, list) or not rows:
            received = "an empty list" if isinstance(rows, list) else shown(rows)
            raise unfit(
                f"Expected a list of at least one row, each an object with the columns "
                f"{_listed(self._cells)}; received: {received}."
            )
        for number, row in enumerate(rows, 1):
            self._check_names(number, row)
        columns = {
            name: [cell(row[name], number) for number, row in enumerate(rows, 1)]
            for name, cell in self._cells.items()
        }
        return Rows(columns, len(rows), "table")

    def read_pictures(self, pictures: Sequence[bytes]) -> Rows:
        """Refuse pictures."""
        del pictures
        raise unfit("This model takes rows of a table, not pictures.")

    def predict(self, batch: Sequence[Rows]) -> list[Any]:
        """Return the predictions for all rows of some requests, in order."""
        count = sum(rows.count for rows in batch)
        columns = {
            name: pa.array([value for rows in batch for value in rows.values[name]], cell.type)
            for name, cell in self._cells.items()
        }
        for name in self._names:  # what was dropped has to be there, whatever it holds
            columns.setdefault(name, pa.nulls(count, pa.float64()))
        table = pa.table({name: columns[name] for name in self._names})
        given = table if self._named else _array_of(table)
        predict = (
            self._estimator.predict if isinstance(self._answers, Number) else self._estimator.predict_proba
        )
        outputs = np.asarray(predict(given))
        check_finite(outputs)
        return self._answers.of(outputs)

    def _check_names(self, number: int, row: Any) -> None:
        if not isinstance(row, dict):
            raise unfit(
                f"Row {number}: expected an object with the columns {_listed(self._cells)}; received: {shown(row)}."
            )
        if row.keys() == self._cells.keys():
            return
        missing = [name for name in self._cells if name not in row]
        unknown = [name for name in row if name not in self._passed_over]
        if not missing and not unknown:
            return
        faults = [f"without {_listed(missing)}"] if missing else []
        faults += [f"with {_meant(name, missing or self._names)}" for name in unknown[:_LISTED]]
        raise unfit(
            f"Row {number}: expected the columns {_listed(self._cells)}; received: {_listed(row)} "
            f"({'; '.join(faults)}). A value that is missing is null."
        )


def _array_of(table: Any) -> np.ndarray[Any, Any]:
    """Return the columns of a table as those of an array of Python's objects."""
    array = np.empty((table.num_rows, table.num_columns), dtype=object)
    for place, column in enumerate(table.columns):
        array[:, place] = column.to_pylist()
    return array


def _described(column: ColumnSchema) -> dict[str, Any]:
    kept = ("name", "kind", "source", "levels")
    return {name: value for name, value in column.as_dict().items() if name in kept}


def _meant(name: str, candidates: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(candidates), n=1)
    return f"{name!r} (is {close[0]!r} meant?)" if close else repr(name)


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return (", ".join(map(repr, listed[:_LISTED])) or "none") + more
