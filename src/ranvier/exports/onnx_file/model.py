"""The whole ONNX model, checked and as bytes."""

from __future__ import annotations

import json
from typing import Any

import onnx
from onnx import helper

from ranvier import __version__
from ranvier.errors import UnsupportedError
from ranvier.exports.onnx_file.layout import channels_first
from ranvier.exports.onnx_file.nodes import MACHINE_LEARNING, Nodes, value_info
from ranvier.exports.onnx_file.operators import IR_VERSION, MACHINE_LEARNING_OPSET, OPERATORS, OPSET
from ranvier.exports.program import Names, Program

LARGEST = 2**31 - 2**20
"""How many bytes a file may have; the format holds 2 GiB."""


def onnx_bytes(program: Program) -> bytes:
    """Return the content of an ONNX file; equal programs have equal bytes.

    Args:
        program: What the file is to compute.

    Raises:
        UnsupportedError: If it has more weights than the format holds.
    """
    program = channels_first(program)
    size = sum(tensor.value.nbytes for tensor in program.constants() if tensor.value is not None)
    if size > LARGEST:
        raise UnsupportedError(
            f"An ONNX file holds at most 2 GiB; received: a model with {size:,} bytes of weights. Use `model.save`."
        )
    model = helper.make_model(
        _graph(program),
        producer_name="ranvier",
        producer_version=__version__,
        ir_version=IR_VERSION,
        doc_string=program.meaning.title,
    )
    helper.set_model_props(model, _properties(program))
    domains = sorted({node.domain for node in model.graph.node} | {""})
    versions = {"": OPSET, MACHINE_LEARNING: MACHINE_LEARNING_OPSET}
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(domain, versions[domain]) for domain in domains)
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise UnsupportedError(
            "What was exported is no valid ONNX, which is a fault of Ranvier; please report it: "
            f"{str(error).strip()[:300]!r}. The file was not kept; export it as `.py` instead."
        ) from error
    found: bytes = model.SerializeToString(deterministic=True)
    return found


def _graph(program: Program) -> Any:
    inner = [step.output.name for step in program.steps]
    constants = {tensor.name for tensor in program.constants()}
    names = Names({*inner, *constants, *program.outputs, *(tensor.name for tensor in program.inputs)})
    nodes = Nodes(names)
    for step in program.steps:
        nodes.label = step.label
        inputs = [
            nodes.constant(each) if each.value is not None and _shown(step.kind, place) else each.name
            for place, each in enumerate(step.inputs)
        ]
        nodes.finish(step, OPERATORS[step.kind](nodes, step, inputs))
    nodes.label = ""
    for name, tensor in program.outputs.items():
        source = nodes.constant(tensor) if tensor.value is not None else tensor.name
        _name_output(nodes, program, source, name)
    return helper.make_graph(
        nodes.nodes,
        program.meaning.title or "network",
        [value_info(tensor, tensor.name) for tensor in program.inputs],
        [value_info(tensor, name) for name, tensor in program.outputs.items()],
        list(nodes.constants.values()),
    )


def _shown(kind: str, place: int) -> bool:
    """Whether a constant stands in the file as it is: kernels of convolutions are turned, levels are attributes."""
    return (kind, place) not in (("convolution", 1), ("text_codes", 1), ("text_codes", 2))


def _name_output(nodes: Nodes, program: Program, source: str, name: str) -> None:
    """Let the graph yield a tensor under the name of an output."""
    if source == name:
        return
    borders = {*(tensor.name for tensor in program.inputs), *program.outputs, *nodes.constants}
    if source in borders:
        nodes.nodes.append(helper.make_node("Identity", [source], [name], name=f"{name}/Identity"))
        return
    for node in nodes.nodes:
        for names in (node.input, node.output):
            for place, each in enumerate(names):
                if each == source:
                    names[place] = name


def _properties(program: Program) -> dict[str, str]:
    meaning = program.meaning
    found = {"ranvier_version": __version__, "title": meaning.title, "kind": meaning.kind}
    for name in ("class_names", "feature_names"):
        if getattr(meaning, name) is not None:
            found[name] = json.dumps(list(getattr(meaning, name)), ensure_ascii=False)
    if program.columns is not None:
        found["columns"] = json.dumps(dict(program.columns), ensure_ascii=False)
    return found
