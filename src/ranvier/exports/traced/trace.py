"""A function of arrays, traced by the engine with an unknown number of rows, as steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr, Literal

from ranvier.errors import RanvierError, UnsupportedError
from ranvier.exports.program import Tensor
from ranvier.exports.traced.rules import RULES
from ranvier.exports.traced.values import Reading
from ranvier.exports.translation import Translation
from ranvier.forward_pass import ForwardPass, forward_pass
from ranvier.layers.base import Layer
from ranvier.variable import Variable, binding

RANDOM = "it draws random numbers when it predicts"
LONGEST_LOOP = 256
"""How many rounds of a loop are written out."""


def traced(
    to: Translation,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    subject: str,
) -> Any:
    """Translate a call by what the engine says it computes.

    Args:
        to: Where the steps go.
        function: A layer, or a function of arrays.
        args: Its arguments, tensors and variables among them.
        kwargs: Its named arguments.
        subject: What it is, for messages: ``"the layer 'mine'"``.

    Returns:
        Tensors in the structure that it returns.

    Raises:
        UnsupportedError: If it does something that no rule knows, such as drawing random numbers.
    """
    inner = _layers_of(function)
    variables = list(dict.fromkeys(variable for layer in inner for variable in layer.variables))
    leaves, structure = jax.tree.flatten(
        (args, dict(kwargs)), is_leaf=lambda leaf: isinstance(leaf, Variable)
    )
    given = [
        to.weight(leaf) if isinstance(leaf, Variable) else leaf if isinstance(leaf, Tensor) else None
        for leaf in leaves
    ]
    tensors = [*(leaf for leaf in given if leaf is not None), *map(to.weight, variables)]
    result: list[Any] = []
    key = jax.random.key(0)

    def call(*values: Any) -> Any:
        fed = iter(values)
        filled = [leaf if tensor is None else next(fed) for leaf, tensor in zip(leaves, given, strict=True)]
        called_args, called_kwargs = jax.tree.unflatten(structure, filled)
        run = ForwardPass(False, key)
        with forward_pass(run), binding(variables, list(fed)):
            outputs = function(*called_args, **called_kwargs)
        flat, tree = jax.tree.flatten(outputs)
        result.append(tree)
        return [jax.numpy.asarray(leaf) for leaf in flat]

    closed = _trace(call, tensors, subject)
    reading = Reading(to.build, [tensor for tensor in tensors if tensor.value is None], subject)
    constants = [_constant(reading, value) for value in closed.consts]
    return jax.tree.unflatten(result[-1], _run(reading, closed.jaxpr, constants, tensors))


def _constant(reading: Reading, value: Any) -> Tensor:
    if jax.numpy.issubdtype(value.dtype, jax.dtypes.prng_key):
        raise reading.unsupported(RANDOM)
    return reading.build.constant(np.asarray(value), str(value.dtype))


def _layers_of(function: Any) -> list[Layer]:
    return [function] if isinstance(function, Layer) else []


def _trace(call: Callable[..., Any], tensors: Sequence[Tensor], subject: str) -> Any:
    from jax import export  # takes as long to import as all of this package, and few networks need it

    scope = export.SymbolicScope()
    rank = max((tensor.ndim for tensor in tensors), default=0)
    # Unknown sizes at equal places are taken as equal; the comparison after the export would show if not.
    names = ["rows", *(f"size{axis}" for axis in range(1, rank))]
    symbols = export.symbolic_shape(", ".join(names), scope=scope) if rank else ()
    specs = [
        jax.ShapeDtypeStruct(
            tuple(symbols[axis] if size is None else size for axis, size in enumerate(tensor.shape)),
            tensor.dtype,
        )
        for tensor in tensors
    ]
    try:
        return jax.make_jaxpr(call)(*specs)
    except RanvierError:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise UnsupportedError(
            f"{subject[0].upper()}{subject[1:]} cannot be exported, because it cannot be traced without knowing the "
            f"number of rows: {reason}. Use shapes that do not depend on it, such as -1 in `reshape`."
        ) from error


def _run(reading: Reading, jaxpr: Any, constants: Sequence[Tensor], inputs: Sequence[Tensor]) -> list[Tensor]:
    """Translate the equations of a trace."""
    known: dict[Any, Tensor] = dict(
        zip([*jaxpr.constvars, *jaxpr.invars], [*constants, *inputs], strict=True)
    )

    def value(atom: Any) -> Tensor:
        if isinstance(atom, Literal):
            described: Any = atom.aval
            return reading.build.constant(atom.val, str(described.dtype))
        return known[atom]

    for equation in _needed(jaxpr):
        operands = [value(atom) for atom in equation.invars]
        found = _equation(reading, equation, operands)
        known.update(zip(equation.outvars, found, strict=True))
    return [reading.full(value(atom), atom.aval) for atom in jaxpr.outvars]


def _needed(jaxpr: Any) -> list[Any]:
    """Return the equations on which an output depends."""
    wanted = {atom for atom in jaxpr.outvars if not isinstance(atom, Literal)}
    kept = []
    for equation in reversed(jaxpr.eqns):
        if wanted.intersection(equation.outvars):
            wanted.update(atom for atom in equation.invars if not isinstance(atom, Literal))
            kept.append(equation)
    return kept[::-1]


def _equation(reading: Reading, equation: Any, operands: list[Tensor]) -> list[Tensor]:
    name, parameters = equation.primitive.name, equation.params
    if name == "scan":
        return _loop(reading, equation, operands)
    inner = next((parameters[key] for key in ("jaxpr", "call_jaxpr", "fun_jaxpr") if key in parameters), None)
    if inner is not None and name not in ("while", "cond"):
        closed = inner if hasattr(inner, "consts") else ClosedJaxpr(inner, ())
        constants = [_constant(reading, each) for each in closed.consts]
        operands = [
            reading.full(each, atom.aval) for each, atom in zip(operands, equation.invars, strict=True)
        ]
        return _run(reading, closed.jaxpr, constants, operands)
    rule = RULES.get(name)
    if rule is None:
        drawing = name.startswith(("random", "threefry", "rng"))
        reason = (
            RANDOM if drawing else f"it uses the engine's operation {name!r}, for which no file has a form"
        )
        raise reading.unsupported(reason)
    found = rule(reading, equation, operands)
    return found if isinstance(found, list) else [found]


def _loop(reading: Reading, equation: Any, operands: list[Tensor]) -> list[Tensor]:
    """Write the rounds of a loop of known length one after the other."""
    parameters, build = equation.params, reading.build
    rounds, fixed, carried = parameters["length"], parameters["num_consts"], parameters["num_carry"]
    if not isinstance(rounds, int) or rounds > LONGEST_LOOP:
        raise reading.unsupported(f"it has a loop of more than {LONGEST_LOOP} rounds")
    operands = [reading.full(each, atom.aval) for each, atom in zip(operands, equation.invars, strict=True)]
    closed = parameters["jaxpr"]
    constants = [_constant(reading, each) for each in closed.consts]
    carry = operands[fixed : fixed + carried]
    collected: list[list[Tensor]] = []
    order = range(rounds - 1, -1, -1) if parameters["reverse"] else range(rounds)
    for index in order:
        parts = [
            build.squeeze(build.slice(each, 0, index, index + 1), [0]) for each in operands[fixed + carried :]
        ]
        outputs = _run(reading, closed.jaxpr, constants, [*operands[:fixed], *carry, *parts])
        carry = outputs[:carried]
        collected.append([build.expand_axes(each, [0]) for each in outputs[carried:]])
    if parameters["reverse"]:
        collected.reverse()
    return [*carry, *(build.concatenate(list(column), 0) for column in zip(*collected, strict=True))]
