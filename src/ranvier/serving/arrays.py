"""A model whose rows are arrays of numbers: any model file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.serving.answers import answers_for, check_finite
from ranvier.serving.fields import Field, HostArray, array_of
from ranvier.serving.refusals import Refusal, shown, unfit
from ranvier.serving.served import Description, Rows
from ranvier.training.host_prediction import LARGEST_WORK, host_work, run_on_host
from ranvier.training.prediction import Predictor

_WARM = (1, 8, 32, 128)
"""Numbers of rows that single-row requests of many clients make together."""

_QUICK_WORK = LARGEST_WORK // 4


class ArrayModel:
    """A network that predicts arrays.

    Args:
        model: A model whose input shapes are known.
        title: One line for people.
        class_names: A name for each class, in the order of the outputs, or nothing.

    Raises:
        ConfigurationError: If its input shapes are not known, or the names do not fit the outputs.
    """

    def __init__(self, model: Any, title: str, class_names: Sequence[str] = ()) -> None:
        graph = model.graph
        if graph is None:
            raise ConfigurationError(
                f"The model {model.name!r} cannot be served, because the shape of its inputs is not known. Give it an "
                "`Input`, or call it on data, before it is saved."
            )
        self._predictor = Predictor(model)
        self._single = not isinstance(graph.inputs, dict | list | tuple)
        names = sorted(graph.inputs) if isinstance(graph.inputs, dict) else graph.input_names
        self._fields = tuple(
            Field("" if self._single else name, tensor.shape[1:], tensor.dtype)
            for name, tensor in zip(names, graph.input_tensors, strict=True)
        )
        chain = self._predictor.chain
        self._quick_rows = 0 if chain is None else _QUICK_WORK // max(1, host_work(chain))
        self._answers = answers_for(graph, class_names)
        self._description = Description(
            title=title,
            task="arrays",
            row=self._schema(),
            answer=self._answers.schema(),
            example=self.example(),
            details={
                "inputs": [
                    _spec(name, tensor) for name, tensor in zip(names, graph.input_tensors, strict=True)
                ],
                "outputs": [
                    _spec(name, tensor)
                    for name, tensor in zip(graph.output_names, graph.output_tensors, strict=True)
                ],
                "parameters": model.count_params(),
                **({"class_names": list(class_names)} if class_names else {}),
            },
        )

    @property
    def description(self) -> Description:
        """What it takes and answers."""
        return self._description

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """The shape of a row, empty for a model of several inputs."""
        return self._fields[0].shape if self._single else ()

    @property
    def quick_rows(self) -> int:
        """How many rows NumPy predicts in some ten microseconds."""
        return self._quick_rows

    def warm_up(self, most: int) -> None:
        """Compile what few rows need, so that no client waits for it."""
        if any(None in field.shape for field in self._fields):
            return  # it is not known which lengths suit the network
        for rows in _WARM:
            if rows <= most:
                with np.errstate(all="ignore"):
                    self._outputs(self.read_rows([self.example()] * rows).values)

    def read_rows(self, rows: Any) -> Rows:
        """Check rows of nested lists; objects of them, or an object of columns, for several inputs.

        Raises:
            Refusal: If they do not fit.
        """
        if self._single:
            columns = [self._listed(rows)]
        elif isinstance(rows, dict):
            columns = [self._listed(column) for column in self._named(rows, "An object of columns")]
            if len(set(map(len, columns))) != 1:
                counts = {
                    field.name: len(column) for field, column in zip(self._fields, columns, strict=True)
                }
                raise unfit(f"Every input must have the same number of rows; received: {counts}.")
        else:
            parts = [self._named(row, f"Row {number}") for number, row in enumerate(self._listed(rows), 1)]
            columns = [list(column) for column in zip(*parts, strict=True)]
        arrays = [array_of(column, field) for column, field in zip(columns, self._fields, strict=True)]
        shapes: Any = tuple(array.shape[1:] for array in arrays)
        # A layer of the user's own might mix rows; then each request is predicted by itself.
        return Rows(arrays, len(columns[0]), object() if self._predictor.exact else shapes)

    def read_pictures(self, pictures: Sequence[bytes]) -> Rows:
        """Refuse pictures: a file of a model does not tell how they become numbers."""
        del pictures
        raise unfit("This model takes rows of numbers, not pictures.")

    def predict(self, batch: Sequence[Rows]) -> list[Any]:
        """Return the predictions for all rows of some requests, in order.

        Raises:
            Refusal: If the model answers with NaN or infinity.
        """
        arrays = [_joined(parts) for parts in zip(*(rows.values for rows in batch), strict=True)]
        with np.errstate(all="ignore"):  # looked for in the outputs
            outputs = self._outputs(arrays)
        check_finite(outputs)
        return self._answers.of(outputs)

    def example(self) -> Any:
        """Return a row that the model takes."""
        values = {field.name: field.example() for field in self._fields}
        return values[""] if self._single else values

    def _outputs(self, arrays: list[HostArray]) -> Any:
        chain = self._predictor.chain
        if chain is not None and len(arrays[0]) <= self._quick_rows:
            return run_on_host(chain, arrays[0])
        return self._predictor.predict_all(arrays[0] if self._single else arrays)

    def _schema(self) -> dict[str, Any]:
        schemas = {field.name: field.schema() for field in self._fields}
        if self._single:
            return schemas[""]
        return {"type": "object", "properties": schemas, "required": list(schemas)}

    def _listed(self, rows: Any) -> list[Any]:
        if not isinstance(rows, list) or not rows:
            received = "an empty list" if isinstance(rows, list) else shown(rows)
            raise unfit(f"Expected a list of at least one row, each {self._words()}; received: {received}.")
        return rows

    def _named(self, row: Any, what: str) -> list[Any]:
        names = [field.name for field in self._fields]
        if not isinstance(row, dict):
            raise unfit(f"{what}: expected an object with {', '.join(names)}; received: {shown(row)}.")
        if set(row) != set(names):
            raise _wrong_names(what, names, list(row))
        return [row[name] for name in names]

    def _words(self) -> str:
        if self._single:
            return self._fields[0].words()
        return "an object with " + ", ".join(f"{field.name} ({field.words()})" for field in self._fields)


def _wrong_names(what: str, names: Sequence[str], received: Sequence[str]) -> Refusal:
    missing = [name for name in names if name not in received]
    unknown = [name for name in received if name not in names]
    parts = [
        f"without {', '.join(missing)}" if missing else "",
        f"unknown: {', '.join(unknown)}" if unknown else "",
    ]
    return unfit(
        f"{what}: expected {', '.join(names)}; received: {', '.join(received) or 'nothing'} "
        f"({'; '.join(part for part in parts if part)})."
    )


def _joined(parts: Sequence[HostArray]) -> HostArray:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _spec(name: str, tensor: Any) -> dict[str, Any]:
    return {"name": name, "shape": list(tensor.shape[1:]), "dtype": tensor.dtype}
