"""A network as a list of steps: what both kinds of exported file are written from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ranvier.types import PartialShape

LABEL = "label"
"""The name of the output that holds the labels, where no input is called so."""

TEXT = "str"
"""The dtype of tensors that hold texts."""


READING: Mapping[str, Any] = {
    "encoding": "utf-8-sig",
    "delimiter": None,
    "missing": ("",),
    "decimal": ".",
    "thousands": None,
    "types": {},
    "dates": {},
}
"""How values are written in a file of text unless more is known.

An empty field is a missing value, dates are in the form of ISO 8601. ``types`` has the type of a column by name
(``"number"``, ``"boolean"``, ``"date"``, ``"text"``), whose values must then be of that type; ``dates`` the form of
its dates for ``strptime``.
"""


@dataclass(frozen=True, eq=False)
class Tensor:
    """An array of the exported network.

    Attributes:
        name: Its name, unlike that of any other tensor.
        shape: Its shape, ``None`` where a size is not known before the file runs.
        dtype: The name of its dtype, or :data:`TEXT`.
        value: Its value, if it is a constant.
    """

    name: str
    shape: PartialShape
    dtype: str
    value: np.ndarray[Any, Any] | None = None

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def is_float(self) -> bool:
        """Whether it holds fractions."""
        return self.dtype in ("float16", "float32", "float64")


@dataclass(frozen=True, eq=False)
class Step:
    """One operation.

    Attributes:
        kind: Which; both kinds of file have a table of them.
        inputs: What it takes.
        output: What it yields.
        attributes: What else it depends on, by name.
        label: The name of the layer it belongs to.
        detail: The class of that layer.
    """

    kind: str
    inputs: tuple[Tensor, ...]
    output: Tensor
    attributes: Mapping[str, Any]
    label: str
    detail: str


@dataclass(frozen=True)
class Meaning:
    """What the outputs of a file stand for.

    Attributes:
        title: What the file is, in a few words.
        kind: ``"network"``: outputs as they are; ``"classifier"``: the outputs are ``label`` and
            ``probabilities``; ``"regressor"``: numbers.
        class_names: The names of the classes, or None.
        feature_names: The names of the columns of the input, or None.
    """

    title: str
    kind: str = "network"
    class_names: tuple[str, ...] | None = None
    feature_names: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Program:
    """All steps from inputs to outputs.

    Attributes:
        inputs: Where data enter, by the names that a user gives.
        outputs: What comes out, by name.
        steps: The steps in an order in which they can run.
        meaning: What it stands for.
        label: The output that holds labels, or None.
        columns: For a table, what each input is: ``"number"``, ``"text"`` or ``"date"``, by name; else None.
        reading: For a table, how its values are written in a file of text; see :data:`READING`.
    """

    inputs: tuple[Tensor, ...]
    outputs: Mapping[str, Tensor]
    steps: tuple[Step, ...]
    meaning: Meaning
    label: str | None = None
    columns: Mapping[str, str] | None = None
    reading: Mapping[str, Any] = field(default_factory=lambda: READING)

    def constants(self) -> list[Tensor]:
        """The constants that steps and outputs use, each once, in the order of their use."""
        used = [tensor for step in self.steps for tensor in step.inputs]
        found = {id(tensor): tensor for tensor in (*used, *self.outputs.values()) if tensor.value is not None}
        return list(found.values())


def needed_steps(steps: Iterable[Step], outputs: Iterable[Tensor]) -> tuple[Step, ...]:
    """Leave out the steps on which no output depends."""
    wanted = {id(tensor) for tensor in outputs}
    kept = []
    for step in reversed(list(steps)):
        if id(step.output) in wanted:
            wanted.update(id(tensor) for tensor in step.inputs)
            kept.append(step)
    return tuple(reversed(kept))


@dataclass
class Names:
    """Names that are given once."""

    taken: set[str] = field(default_factory=set)

    def free(self, wanted: str) -> str:
        """Return the name, numbered where it is taken, and take it."""
        name, number = wanted, 1
        while name in self.taken:
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(name)
        return name
