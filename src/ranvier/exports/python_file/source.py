"""The whole text of an exported Python file."""

from __future__ import annotations

import builtins
import inspect
import keyword
import re
from collections.abc import Iterable
from typing import Any

from ranvier.exports.program import TEXT, Names, Program, Step, Tensor
from ranvier.exports.python_file import frame
from ranvier.exports.python_file.expressions import HELPERS, expression
from ranvier.exports.python_file.helpers import NEEDS
from ranvier.exports.python_file.surroundings import ENTRY, docstring, faces, imports, tables
from ranvier.exports.python_file.weights import UNPACKING, WIDTH, is_written_out, packed, scalar, written_out

_FRAME = (frame.checked, frame.read_rows, frame.is_numeric)
_ALWAYS = (frame.show, frame.main)
_SCALARS = frozenset(
    {
        *(
            "add",
            "and",
            "divide",
            "equal",
            "greater",
            "greater_equal",
            "integer_divide",
            "less",
            "less_equal",
        ),
        *("maximum", "minimum", "multiply", "not_equal", "or", "power", "remainder", "subtract", "where"),
    }
)
"""Kinds in whose text a single number may stand for an array of one."""

_RESERVED = {*dir(builtins), "CLASSES", "INPUTS", "columns", "computed", "math", "np", "rows", "w", "weights"}


def python_source(program: Program) -> str:
    """Return the text of a Python file; equal programs have equal texts.

    Args:
        program: What the file is to compute.
    """
    writer = _Writer(program)
    body = writer.body()
    constants = writer.constants
    small = [tensor for tensor in constants if is_written_out(tensor)]
    large = [tensor for tensor in constants if not is_written_out(tensor)]
    entry = ENTRY.format(read="read_rows(path, INPUTS, FEATURES)")
    frames: tuple[Any, ...] = _FRAME
    if program.columns is not None:
        entry, frames = ENTRY.format(read="read_columns(path, INPUTS, READING)"), ()
    helpers = _closure(name for name in HELPERS if re.search(rf"\b{name}\(", body + entry))
    functions: list[Any] = [*(HELPERS[name] for name in HELPERS if name in helpers), *frames, *_ALWAYS]
    sections = [
        docstring(program) + "\n\n" + imports(program),
        tables(program),
        faces(program, writer.arguments),
        body,
        "\n\n".join(inspect.getsource(function) for function in functions).replace("Array", "np.ndarray"),
        UNPACKING.strip() + "\n",
        written_out(small) + "\n" + packed(large),
        entry,
    ]
    return "\n\n".join(section.strip("\n") + "\n" for section in sections)


class _Writer:
    """Writes the steps one by one."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.constants: list[Tensor] = []
        self._names = Names({*_RESERVED, *HELPERS, "checked"})
        self._known: dict[int, str] = {}
        self._holders: dict[str, Tensor] = {}
        self._last_use = {
            id(tensor): place for place, step in enumerate(program.steps) for tensor in step.inputs
        }
        self._last_use.update((id(tensor), len(program.steps)) for tensor in program.outputs.values())
        named = [self._named(tensor) for tensor in program.inputs]
        self.arguments = named if program.columns is None else ["rows"]

    def body(self) -> str:
        """Return the function that computes all outputs."""
        lines = [
            '@np.errstate(all="ignore")  # an overflow shows in the result',
            f"def computed({', '.join(self.arguments)}):",
            '    """Compute all outputs, by name."""',
            "    w = weights()",
        ]
        if self.program.columns is not None:
            lines.append("    columns = columns_of(rows, INPUTS)")
        for tensor in self.program.inputs:
            name, columns = self._named(tensor), self.program.columns
            if columns is None:
                text = f"checked({name}, {tensor.name!r}, {tensor.dtype!r}, {tensor.shape})"
            else:
                text = f"{columns[tensor.name]}_column(columns[{tensor.name!r}])"
            lines.append(f"    {name} = {text}")
        label = ""
        for place, step in enumerate(self.program.steps):
            if step.label != label:
                label = step.label
                lines.append(f"    # {label} ({step.detail})")
            inputs = [self._operand(step, each) for each in range(len(step.inputs))]
            text = expression(step.kind, inputs, step.attributes)
            lines += _wrapped(f"    {self._result(step, place)} = {text}")
        lines.append("    return {")
        for name, tensor in self.program.outputs.items():
            lines.append(f"        {name!r}: {self._value(tensor)},")
        return "\n".join([*lines, "    }"]) + "\n"

    def _operand(self, step: Step, place: int) -> str:
        tensor = step.inputs[place]
        one = tensor.value is not None and tensor.value.size == 1 and tensor.dtype != TEXT
        others = [each for each in step.inputs if each is not tensor]
        if one and step.kind in _SCALARS and any(each.ndim >= tensor.ndim for each in others):
            assert tensor.value is not None
            found = scalar(tensor.value.reshape(()))
            if step.kind == "where":  # which would take Python's numbers for those of double precision
                return f"np.{tensor.dtype}({found})"
            return f"({found})" if found.startswith("-") else found
        return self._value(tensor)

    def _result(self, step: Step, place: int) -> str:
        """Return the variable of a result: that of its layer, if what it held is not needed any more."""
        wanted = _identifier(step.label or step.kind)
        holder = self._holders.get(wanted)
        if holder is not None and self._last_use.get(id(holder), -1) <= place:
            name = wanted
        else:
            name = self._names.free(wanted if holder is None else _identifier(f"{wanted}_{step.kind}"))
        self._holders[name] = step.output
        self._known[id(step.output)] = name
        return name

    def _value(self, tensor: Tensor) -> str:
        if tensor.value is None:
            return self._named(tensor)
        if all(each is not tensor for each in self.constants):
            self.constants.append(tensor)
        return f"w[{tensor.name!r}]"

    def _named(self, tensor: Tensor) -> str:
        if id(tensor) not in self._known:
            self._known[id(tensor)] = self._names.free(_identifier(tensor.name))
        return self._known[id(tensor)]


def _identifier(text: str) -> str:
    name = re.sub(r"\W", "_", text)
    return f"x_{name}" if not name or name[0].isdigit() or keyword.iskeyword(name) else name


def _wrapped(line: str) -> list[str]:
    """Break a long call after the commas between its arguments."""
    if len(line) <= WIDTH or not line.endswith(")"):
        return [line]
    head, _, rest = line.partition("(")
    parts, depth, start = [], 0, 0
    # What stands in quotes is of one length and counts as letters.
    bare = re.sub(r"'[^']*'", lambda found: "x" * len(found[0]), rest)
    for place, each in enumerate(bare):
        depth += each in "([{"
        depth -= each in ")]}"
        if (each == "," and depth == 0) or depth < 0:
            parts.append(rest[start:place].strip())
            start = place + 1
        if depth < 0 and place < len(rest) - 1:
            return [line]  # not one call
    return [f"{head}(", *(f"        {part}," for part in parts if part), "    )"]


def _closure(names: Iterable[str]) -> set[str]:
    """Return helpers with those that they call."""
    found: set[str] = set()
    remaining = list(names)
    while remaining:
        name = remaining.pop()
        if name not in found:
            found.add(name)
            remaining.extend(NEEDS.get(name, ()))
    return found
