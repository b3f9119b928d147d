from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from ranvier.errors import FileFormatError, MissingExtraError
from ranvier.storage.inspection import inspect_file


def network(path: Path) -> Path:
    kernel = helper.make_tensor("kernel", TensorProto.FLOAT, [2, 3], np.zeros(6, np.float32))
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "kernel"], ["y"])],
        "other",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", 3])],
        [kernel],
    )
    model = helper.make_model(graph, producer_name="someone", producer_version="2")
    model.metadata_props.add(key="note", value="[not json")
    path.write_bytes(model.SerializeToString())
    return path


def test_onnx_files_of_other_programs(tmp_path) -> None:
    report = inspect_file(network(tmp_path / "m.onnx"))
    assert (report.writer, report.kind, report.parameters) == ("someone 2", "ONNX", 6)
    assert [(each.name, each.kind, each.shape) for each in report.layers] == [
        ("x", "Input", (None, 2)),
        ("y", "MatMul", None),
    ]
    assert [(each.name, each.shape, each.dtype) for each in report.layers[1].weights] == [
        ("kernel", (2, 3), "float32")
    ]
    assert report.metadata == {"note": "[not json"}


def test_arrays_in_other_files_are_not_looked_for(tmp_path) -> None:
    path = network(tmp_path / "m.onnx")
    model = onnx.ModelProto.FromString(path.read_bytes())
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    tensor.data_type = 99
    path.write_bytes(model.SerializeToString())
    assert inspect_file(path).arrays[0].dtype == "unknown"


def test_what_is_no_onnx_file(tmp_path) -> None:
    path = network(tmp_path / "m.onnx")
    content = path.read_bytes()
    for part in (b"", b"\x00", b"no network", content[: len(content) // 2], b"\xff" * 50):
        path.write_bytes(part)
        with pytest.raises(FileFormatError, match="damaged"):
            inspect_file(path)


def test_a_missing_extra(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    monkeypatch.delitem(sys.modules, "ranvier.storage.inspection.onnx_file", raising=False)
    with pytest.raises(MissingExtraError, match=r"ranvier\[onnx\]"):
        inspect_file(network(tmp_path / "m.onnx"))


def test_programs_that_nobody_exported(tmp_path) -> None:
    (tmp_path / "m.py").write_text('"""Mine."""\nprint("run")\n')
    with pytest.raises(FileFormatError, match=r"none that `model\.export` wrote"):
        inspect_file(tmp_path / "m.py")
