"""Each kind of step as nodes of ONNX, operator set 17."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from ranvier.exports.onnx_file import images
from ranvier.exports.onnx_file.nodes import MACHINE_LEARNING, TYPES, Nodes
from ranvier.exports.program import Step

OPSET, MACHINE_LEARNING_OPSET, IR_VERSION = 17, 3, 8
"""What onnxruntime reads from 1.12 on, and other readers of 2022."""

Operator: TypeAlias = Callable[[Nodes, Step, Sequence[str]], str]
"""Adds the nodes of a step, given the names of its inputs, and returns the name of its output."""

_SAME = {
    "absolute": "Abs",
    "add": "Add",
    "and": "And",
    "arccos": "Acos",
    "arccosh": "Acosh",
    "arcsin": "Asin",
    "arcsinh": "Asinh",
    "arctan": "Atan",
    "arctanh": "Atanh",
    "ceil": "Ceil",
    "cosh": "Cosh",
    "divide": "Div",
    "equal": "Equal",
    "erf": "Erf",
    "exp": "Exp",
    "floor": "Floor",
    "greater": "Greater",
    "greater_equal": "GreaterOrEqual",
    "identity": "Identity",
    "integer_divide": "Div",
    "is_infinite": "IsInf",
    "is_nan": "IsNaN",
    "less": "Less",
    "less_equal": "LessOrEqual",
    "log": "Log",
    "matmul": "MatMul",
    "maximum": "Max",
    "minimum": "Min",
    "multiply": "Mul",
    "negative": "Neg",
    "not": "Not",
    "or": "Or",
    "power": "Pow",
    "relu": "Relu",
    "round": "Round",
    "sigmoid": "Sigmoid",
    "sign": "Sign",
    "sin": "Sin",
    "sinh": "Sinh",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "sqrt": "Sqrt",
    "subtract": "Sub",
    "tan": "Tan",
    "tanh": "Tanh",
    "where": "Where",
    "xor": "Xor",
}
_REDUCTIONS = {"max": "ReduceMax", "mean": "ReduceMean", "min": "ReduceMin", "prod": "ReduceProd"}


def _plain(kind: str, **fixed: Any) -> Operator:
    def operator(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
        del step
        return nodes.node(kind, names, **fixed)

    return operator


def _with(kind: str, **renamed: str) -> Operator:
    """An operator whose attributes are those of the step under other names."""
    return lambda nodes, step, names: nodes.node(
        kind, names, **{theirs: step.attributes[ours] for theirs, ours in renamed.items()}
    )


def _reduction(kind: str) -> Operator:
    return lambda nodes, step, names: nodes.node(
        kind, names, axes=list(step.attributes["axes"]), keepdims=int(step.attributes["keep"])
    )


def _sum(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    axes = nodes.integers(step.attributes["axes"])
    return nodes.node("ReduceSum", [*names, axes], keepdims=int(step.attributes["keep"]))


def _truth(kind: str) -> Operator:
    def operator(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
        numbers = nodes.node("Cast", names, to=TYPES["int32"])
        return nodes.node("Cast", [_reduction(kind)(nodes, step, [numbers])], to=TYPES["bool"])

    return operator


def _place(kind: str) -> Operator:
    def operator(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
        found = nodes.node(kind, names, axis=step.attributes["axis"], keepdims=0)
        return _cast_to(nodes, found, "int64", step.output.dtype)

    return operator


def _cast_to(nodes: Nodes, name: str, received: str, dtype: str) -> str:
    return name if received == dtype else nodes.node("Cast", [name], to=TYPES[dtype])


def _batch_normalization(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    x, mean, variance, scale, offset = names
    return nodes.node(
        "BatchNormalization", [x, scale, offset, mean, variance], epsilon=step.attributes["epsilon"]
    )


def _linear(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    if step.inputs[0].ndim == 2 and step.inputs[0].dtype == "float32":
        return nodes.node("Gemm", names)
    product = nodes.node("MatMul", names[:2])
    return nodes.node("Add", [product, names[2]]) if len(names) > 2 else product


def _expm1(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    # exp(x) - 1 = tanh(x / 2) (exp(x) + 1), which loses no digits near 0.
    dtype = step.output.dtype
    half = nodes.node("Tanh", [nodes.node("Mul", [names[0], nodes.scalar(0.5, dtype)])])
    return nodes.node("Mul", [half, nodes.node("Add", [nodes.node("Exp", names), nodes.scalar(1.0, dtype)])])


def _log1p(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    return nodes.node("Log", [nodes.node("Add", [names[0], nodes.scalar(1.0, step.output.dtype)])])


def _cos(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    if step.output.dtype == "float32":
        return nodes.node("Cos", names)
    # Runtimes of 2024 have the sine in double precision and not the cosine.
    return nodes.node("Sin", [nodes.node("Add", [names[0], nodes.scalar(math.pi / 2, step.output.dtype)])])


def _square(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    del step
    return nodes.node("Mul", [names[0], names[0]])


def _not_equal(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    del step
    return nodes.node("Not", [nodes.node("Equal", names)])


def _cast(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    return nodes.node("Cast", names, to=TYPES[step.attributes["dtype"]])


def _expand(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    sizes = step.attributes["sizes"]
    if None not in sizes:
        return nodes.node("Expand", [names[0], nodes.integers(sizes)])
    rows = nodes.node("Slice", [nodes.node("Shape", [names[1]]), nodes.integers([0]), nodes.integers([1])])
    parts = [rows if size is None else nodes.integers([size]) for size in sizes]
    return nodes.node("Expand", [names[0], nodes.node("Concat", parts, axis=0)])


def _rows(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    axis = nodes.array(np.asarray(step.attributes["axis"], np.int64))
    size = nodes.node("Gather", [nodes.node("Shape", names), axis], axis=0)
    return _cast_to(nodes, size, "int64", step.output.dtype)


def _reshape(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    return nodes.node("Reshape", [names[0], nodes.integers(step.attributes["sizes"])])


def _reshape_like(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    del step
    return nodes.node("Reshape", [names[0], nodes.node("Shape", [names[1]])])


def _slice(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    start, stop, stride = (step.attributes[name] for name in ("start", "stop", "stride"))
    end = stop if stop >= 0 else np.iinfo(np.int64).min + 1
    parts = [nodes.integers([each]) for each in (start, end, step.attributes["axis"], stride)]
    return nodes.node("Slice", [names[0], *parts])


def _pad(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    widths = step.attributes["widths"]
    pads = nodes.integers([*(before for before, _ in widths), *(after for _, after in widths)])
    return nodes.node("Pad", [names[0], pads, nodes.scalar(step.attributes["value"], step.output.dtype)])


def _sort(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    axis = step.attributes["axis"]
    count = nodes.integers([step.output.shape[axis] or 0])
    return nodes.node("TopK", [names[0], count], outputs=2, axis=axis, largest=0, sorted=1)


def _text_codes(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    levels, codes = step.inputs[1].value, step.inputs[2].value
    assert levels is not None
    assert codes is not None
    return nodes.node(
        "LabelEncoder",
        names[:1],
        domain=MACHINE_LEARNING,
        keys_strings=levels.tolist(),
        values_int64s=codes.tolist(),
        default_int64=0,
    )


def _largest(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    count = nodes.integers([step.attributes["count"]])
    return nodes.node("TopK", [names[0], count], outputs=2, axis=step.attributes["axis"])


def _largest_places(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    _largest(nodes, step, names)
    return _cast_to(nodes, nodes.nodes[-1].output[1], "int64", step.output.dtype)


def _cumulative_sum(nodes: Nodes, step: Step, names: Sequence[str]) -> str:
    return nodes.node("CumSum", [names[0], nodes.array(np.asarray(step.attributes["axis"], np.int64))])


def _with_axes(kind: str) -> Operator:
    return lambda nodes, step, names: nodes.node(kind, [names[0], nodes.integers(step.attributes["axes"])])


OPERATORS: Mapping[str, Operator] = {
    **{ours: _plain(theirs) for ours, theirs in _SAME.items()},
    **{f"reduce_{ours}": _reduction(theirs) for ours, theirs in _REDUCTIONS.items()},
    "arg_max": _place("ArgMax"),
    "arg_min": _place("ArgMin"),
    "average_pooling": images.pooling("AveragePool", count_include_pad=0),
    "batch_normalization": _batch_normalization,
    "cast": _cast,
    "concatenate": _with("Concat", axis="axis"),
    "convolution": images.convolution,
    "cos": _cos,
    "cumulative_sum": _cumulative_sum,
    "einsum": _with("Einsum", equation="equation"),
    "elu": _with("Elu", alpha="alpha"),
    "enlarge": images.enlarge,
    "expand": _expand,
    "expm1": _expm1,
    "largest": _largest,
    "largest_places": _largest_places,
    "layer_normalization": _with("LayerNormalization", axis="first_axis", epsilon="epsilon"),
    "leaky_relu": _with("LeakyRelu", alpha="slope"),
    "linear": _linear,
    "log1p": _log1p,
    "log_softmax": _with("LogSoftmax", axis="axis"),
    "max_pooling": images.pooling("MaxPool"),
    "not_equal": _not_equal,
    "pad": _pad,
    "reduce_and": _truth("ReduceMin"),
    "reduce_or": _truth("ReduceMax"),
    "reduce_sum": _sum,
    "remainder": _plain("Mod", fmod=1),
    "reshape": _reshape,
    "reshape_like": _reshape_like,
    "rows": _rows,
    "slice": _slice,
    "softmax": _with("Softmax", axis="axis"),
    "sort": _sort,
    "square": _square,
    "squeeze": _with_axes("Squeeze"),
    "take": _with("Gather", axis="axis"),
    "take_along": _with("GatherElements", axis="axis"),
    "text_codes": _text_codes,
    "transpose": lambda nodes, step, names: nodes.node(
        "Transpose", names, perm=list(step.attributes["order"])
    ),
    "unsqueeze": _with_axes("Unsqueeze"),
}
