"""The graph of an ONNX file: what people see who open it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from ranvier import Input, Model, Sequential, __version__, layers
from ranvier.errors import UnsupportedError
from ranvier.exports.onnx_file import model as module


def exported(model: Any, path: Path, **options: Any) -> Any:
    model.export(path / "m.onnx", **options)
    return onnx.load(path / "m.onnx")


def test_a_dense_network(tmp_path: Path) -> None:
    stack = [
        Input((4,), name="x"),
        layers.Dense(3, "relu", name="hidden"),
        layers.Dense(2, "softmax", name="last"),
    ]
    file = exported(Sequential(stack, name="small"), tmp_path, class_names=["a", "b"], title="Small things")
    assert [node.op_type for node in file.graph.node] == [
        "Gemm",
        "Relu",
        "Gemm",
        "Softmax",
        "ArgMax",
        "Gather",
    ]
    assert [node.name for node in file.graph.node][:3] == ["hidden/Gemm", "hidden/Relu", "last/Gemm"]
    kept = [each.name for each in file.graph.initializer]
    assert kept == ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias", "class_names"]
    assert [each.name for each in file.graph.input] == ["x"]
    assert [each.name for each in file.graph.output] == ["last", "label"]
    sizes = file.graph.input[0].type.tensor_type.shape.dim
    assert (sizes[0].dim_param, sizes[1].dim_value) == ("batch", 4)
    properties = {each.key: each.value for each in file.metadata_props}
    assert properties["ranvier_version"] == file.producer_version == __version__
    assert (properties["title"], properties["class_names"]) == ("Small things", '["a", "b"]')
    assert file.ir_version == 8
    assert [(each.domain, each.version) for each in file.opset_import] == [("", 17)]


def test_transpositions_between_images_cancel(tmp_path: Path) -> None:
    x = Input((12, 12, 3), name="x")
    y = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
    y = layers.MaxPooling2D()(layers.BatchNormalization()(y))
    z = layers.Conv2D(4, 3, padding="same")(y)
    y = layers.Concatenate()([layers.Add()([y, z]), z * np.arange(1, 5, dtype="float32")])
    y = layers.Softmax()(layers.ZeroPadding2D(((1, 0), (0, 2)))(y))
    file = exported(Model(x, layers.Dense(2)(layers.GlobalAveragePooling2D()(y))), tmp_path)
    kinds = [node.op_type for node in file.graph.node]
    assert kinds.count("Transpose") == 1
    assert kinds[0] == "Transpose"


def test_what_follows_an_image_gets_it_as_the_model_has_it(tmp_path: Path) -> None:
    x = Input((6, 6, 3), name="x")
    y = layers.Flatten()(layers.Conv2D(4, 3)(x))
    file = exported(Model(x, layers.Dense(2)(y)), tmp_path)
    assert [node.op_type for node in file.graph.node] == ["Transpose", "Conv", "Transpose", "Reshape", "Gemm"]


def test_channels_first_needs_no_transposition(tmp_path: Path) -> None:
    x = Input((3, 6, 6), name="x")
    y = layers.MaxPooling2D(data_format="channels_first")(
        layers.Conv2D(4, 3, data_format="channels_first")(x)
    )
    file = exported(Model(x, y), tmp_path)
    assert [node.op_type for node in file.graph.node] == ["Conv", "MaxPool"]


def test_more_than_the_format_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 100)
    with pytest.raises(UnsupportedError, match="with 104 bytes of weights"):
        exported(Sequential([Input((12,)), layers.Dense(2)]), tmp_path)
