"""What a network returns as what a client reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import jax
import numpy as np

from ranvier import activations
from ranvier.errors import ConfigurationError
from ranvier.networks.graph import Graph
from ranvier.serving.fields import Field, HostArray
from ranvier.serving.refusals import Refusal


class Answers(Protocol):
    """How outputs become the predictions of rows."""

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of a prediction."""

    def of(self, outputs: Any) -> list[Any]:
        """Return the prediction for each row.

        Args:
            outputs: Finite arrays in the structure that the network returns, rows first.
        """


def answers_for(graph: Graph, class_names: Sequence[str]) -> Answers:
    """Choose how a network answers.

    Args:
        graph: The network.
        class_names: A name for each class, in the order of the outputs, or nothing.

    Raises:
        ConfigurationError: If the names do not fit the outputs.
    """
    if not class_names:
        return Plain(graph)
    outputs, units = graph.output_tensors, graph.output_tensors[0].shape[1:]
    activation = getattr(getattr(outputs[0].node, "operation", None), "activation", None)
    if len(outputs) == 1 and units == (len(class_names),):
        if activation is activations.sigmoid:
            return SeveralClasses(class_names)
        return OneClass(class_names, probable=activation is activations.softmax)
    if len(outputs) == 1 and units == (1,) and len(class_names) == 2 and activation is activations.sigmoid:
        return OneClass(class_names, probable=True, expanded=_both)
    raise ConfigurationError(
        f"The names of the classes do not fit the outputs of the model: its outputs have the shapes "
        f"{[tensor.shape for tensor in outputs]}; received {len(class_names)} names: "
        f"{', '.join(map(repr, class_names[:10]))}."
    )


def check_finite(outputs: Any) -> None:
    """Refuse to answer with NaN or infinity, for which JSON has no words."""
    for leaf in jax.tree.leaves(outputs):
        if leaf.dtype.kind == "f" and not np.isfinite(leaf).all():
            row = int(np.argwhere(~np.isfinite(leaf))[0][0]) + 1
            raise Refusal(
                500,
                "not_finite",
                f"The model answers row {row} with NaN or infinity: its weights are damaged, or that row has numbers "
                "far larger than any that it was trained on.",
            )


class Plain:
    """The outputs as they are: lists of numbers, in an object or a list where there are several.

    Args:
        graph: The network.
    """

    def __init__(self, graph: Graph) -> None:
        fields = [Field("", tensor.shape[1:], tensor.dtype) for tensor in graph.output_tensors]
        self._structure = jax.tree.structure(jax.tree.map(lambda _: 0, graph.outputs))
        self._schema = _schema_of(jax.tree.unflatten(self._structure, fields))

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of a prediction."""
        return self._schema

    def of(self, outputs: Any) -> list[Any]:
        """Return the outputs of each row."""
        leaves: list[list[Any]] = [leaf.tolist() for leaf in jax.tree.leaves(outputs)]
        if isinstance(outputs, np.ndarray):
            return leaves[0]
        return [jax.tree.unflatten(self._structure, row) for row in zip(*leaves, strict=True)]


class Number:
    """A number."""

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of a prediction."""
        return _object({"value": {"type": "number"}})

    def of(self, outputs: Any) -> list[Any]:
        """Return the number of each row."""
        return [{"value": value} for value in outputs.tolist()]


class OneClass:
    """The most probable class, and how probable each one is.

    Args:
        labels: The classes; their texts name the probabilities.
        probable: Whether the outputs are probabilities; otherwise they are scores.
        expanded: Makes one output for each class of what the network returns.
    """

    def __init__(
        self,
        labels: Sequence[Any],
        *,
        probable: bool,
        expanded: Callable[[HostArray], HostArray] = lambda outputs: outputs,
    ) -> None:
        self._labels = tuple(labels)
        self._names = tuple(map(str, labels))
        self._single, self._all = ("probability", "probabilities") if probable else ("score", "scores")
        self._expanded = expanded

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of a prediction."""
        return _object(
            {
                "label": {"enum": list(self._labels)},
                self._single: {"type": "number"},
                self._all: _object({name: {"type": "number"} for name in self._names}),
            }
        )

    def of(self, outputs: Any) -> list[Any]:
        """Return the class of each row."""
        values = self._expanded(outputs)
        best = values.argmax(axis=1).tolist()
        return [
            {
                "label": self._labels[index],
                self._single: row[index],
                self._all: dict(zip(self._names, row, strict=True)),
            }
            for index, row in zip(best, values.tolist(), strict=True)
        ]


class SeveralClasses:
    """The classes that are more probable than not, and how probable each one is.

    Args:
        names: The classes.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of a prediction."""
        return _object(
            {
                "labels": {"type": "array", "items": {"type": "string", "enum": list(self._names)}},
                "probabilities": _object({name: {"type": "number"} for name in self._names}),
            }
        )

    def of(self, outputs: Any) -> list[Any]:
        """Return the classes of each row."""
        rows = [dict(zip(self._names, row, strict=True)) for row in outputs.tolist()]
        return [
            {"labels": [name for name, value in row.items() if value >= 0.5], "probabilities": row}
            for row in rows
        ]


def _both(outputs: HostArray) -> HostArray:
    """Return the probabilities of no and yes, of the probability of yes."""
    return np.concatenate([1.0 - outputs, outputs], axis=1)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _schema_of(structure: Any) -> dict[str, Any]:
    if isinstance(structure, Field):
        return structure.schema()
    if isinstance(structure, dict):
        return _object({name: _schema_of(part) for name, part in structure.items()})
    return {
        "type": "array",
        "prefixItems": [_schema_of(part) for part in structure],
        "minItems": len(structure),
        "maxItems": len(structure),
    }
