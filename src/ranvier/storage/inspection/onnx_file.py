"""What ONNX files hold: the graph, and the shapes of what it keeps."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import onnx
from google.protobuf.message import DecodeError

from ranvier.errors import FileFormatError
from ranvier.storage.inspection.report import ArrayReport, FileReport, LayerReport
from ranvier.types import PartialShape


def inspect_onnx(path: str, size: int, digest: str) -> FileReport:
    """Tell what an ONNX file holds.

    Args:
        path: The file.
        size: Its length in bytes.
        digest: The SHA-256 of its content.

    Raises:
        FileFormatError: If it is none.
    """
    try:
        # Arrays that lie in other files stay where they are.
        model = onnx.ModelProto.FromString(Path(path).read_bytes())
    except (DecodeError, RuntimeError, ValueError) as error:
        raise FileFormatError(f"The file {path!r} is damaged, or no ONNX file: {error!s:.200}.") from error
    graph = model.graph
    if not graph.node and not graph.initializer:
        raise FileFormatError(f"The file {path!r} holds no network in the form of ONNX; it is damaged.")
    kept = {tensor.name: _array(tensor) for tensor in graph.initializer}
    opsets = ", ".join(f"{each.domain or 'ai.onnx'} {each.version}" for each in model.opset_import)
    return FileReport(
        path=path,
        format=f"ONNX, IR version {model.ir_version}, operators {opsets}",
        holds="program",
        writer=f"{model.producer_name} {model.producer_version}".strip(),
        size=size,
        sha256=digest,
        name=graph.name or None,
        kind="ONNX",
        layers=(*_inputs(graph, kept), *_nodes(graph, kept)),
        arrays=tuple(array for array in kept.values() if array.dtype != "object"),
        metadata={each.key: _value(each.value) for each in model.metadata_props},
    )


def _array(tensor: Any) -> ArrayReport:
    try:
        dtype = str(onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type))
    except (KeyError, ValueError, TypeError):
        dtype = "unknown"
    return ArrayReport(tensor.name, tuple(tensor.dims), dtype)


def _inputs(graph: Any, kept: Iterable[str]) -> Iterable[LayerReport]:
    for each in graph.input:
        if each.name not in kept:
            yield LayerReport(each.name, "Input", shape=_shape(each.type.tensor_type))


def _nodes(graph: Any, kept: dict[str, ArrayReport]) -> Iterable[LayerReport]:
    known: set[str] = set()
    for node in graph.node:
        weights = tuple(
            kept[name] for name in dict.fromkeys(node.input) if name in kept and name not in known
        )
        known.update(weight.name for weight in weights)
        yield LayerReport(node.name or ", ".join(node.output), node.op_type, weights=weights)


def _shape(described: Any) -> PartialShape:
    return tuple(
        int(each.dim_value) if each.WhichOneof("value") == "dim_value" else None
        for each in described.shape.dim
    )


def _value(text: str) -> Any:
    """Read JSON where a text is that, as Ranvier writes lists into the metadata."""
    if text[:1] not in "[{":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
