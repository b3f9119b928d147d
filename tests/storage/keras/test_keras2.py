"""What Keras 2 writes in another manner than Keras 3; whole files of it are among the golden ones."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from ranvier import layers, ops, optimizers
from ranvier.errors import FileFormatError, UnknownNameError, UnsupportedFileError
from ranvier.layers import Dense, Input, Layer
from ranvier.models import Model, Sequential
from ranvier.networks.description import build_layer
from ranvier.registry import custom_object_scope
from ranvier.storage.keras.compilation import described_compilation, plain_metrics
from ranvier.storage.keras.layout import layout_of
from ranvier.storage.keras.older_optimizers import in_new_order, new_configuration
from ranvier.storage.keras.optimizer_layout import Slot, matching_slots, slots_of
from ranvier.storage.keras.reading import Translation
from ranvier.storage.keras.tensorflow_calls import _FUNCTIONS as FUNCTIONS
from ranvier.storage.keras.weights import _renumbered


def translated(*entries: dict[str, Any], **graph: Any) -> Any:
    config = {"name": "net", "layers": list(entries), **graph}
    return Translation(old=True).layer(
        {"class_name": "Functional" if graph else "Sequential", "config": config}
    )


def entry(name: str, label: str, nodes: list[Any] | None = None, **config: Any) -> dict[str, Any]:
    calls = {} if nodes is None else {"name": label, "inbound_nodes": nodes}
    return {"class_name": name, "config": {"name": label, **config}, **calls}


INPUT = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "name": "x"}}


class Scale(Layer):
    """A layer of a user's own."""

    def call(self, x: Any) -> Any:
        return x * 2.0


def test_classes_of_a_package() -> None:
    described = translated(INPUT, entry("pack>Scale", "scale"))
    with pytest.raises(FileFormatError, match="The class 'Scale' of a layer is neither"):
        build_layer(described)
    for name in ("Scale", "pack>Scale"):
        with custom_object_scope({name: Scale}):
            model: Any = build_layer(translated(INPUT, entry("pack>Scale", "scale")))
            assert isinstance(model.layers[-1], Scale)


def test_a_users_class_with_the_name_of_a_layer_of_ours() -> None:
    with pytest.raises(FileFormatError, match="The class 'Dense' of a layer is neither"):
        build_layer(translated(INPUT, entry("pack>Dense", "dense", units=3)))


def test_a_users_optimizer_with_the_name_of_one_of_ours() -> None:
    with pytest.raises(UnknownNameError, match="received: 'pack>Adam'"):
        optimizers.deserialize({"class_name": "Adam", "config": {}, "registered_name": "pack>Adam"})


def test_optimizers_as_tensorflow_212_names_them() -> None:
    described = described_compilation(
        "m.h5", {"optimizer": {"class_name": "Custom>Adam", "config": {"learning_rate": 0.5}}, "loss": "mse"}
    )
    assert described is not None
    found = optimizers.deserialize(described["optimizer"])
    assert isinstance(found, optimizers.Adam)
    assert float(found.learning_rate) == 0.5


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Adagrad"])
def test_decay_is_a_schedule(name: str) -> None:
    described = new_configuration({"class_name": name, "config": {"lr": 0.1, "decay": 0.5}})
    rate = optimizers.deserialize(described).get_config()["learning_rate"]
    np.testing.assert_allclose(
        float(optimizers.schedules.deserialize(rate)(4)), 0.1 / (1 + 0.5 * 4), rtol=1e-6
    )


def test_the_decay_of_nadam_is_another() -> None:
    with pytest.warns(UserWarning, match="at a pace of its own"):
        described = new_configuration({"class_name": "Nadam", "config": {"lr": 0.1, "decay": 0.004}})
    assert optimizers.deserialize(described).get_config()["learning_rate"] == pytest.approx(0.1)


def test_states_that_keras_23_keeps_slot_by_slot() -> None:
    def names(*slots: str) -> list[str]:
        return [
            "Any/iterations:0",
            *(f"training/Any/{slot}_{index}_1:0" for slot in slots for index in range(2)),
        ]

    def short(found: list[str]) -> list[str]:
        return [name.rpartition("/")[2].removesuffix("_1:0") for name in found[1:]]

    adam = names("m", "v", "vhat")
    assert short(in_new_order("Adam", adam)) == ["m_0", "v_0", "m_1", "v_1"]
    assert short(in_new_order("Adam", adam, amsgrad=True)) == ["m_0", "v_0", "m_1", "v_1", "vhat_0", "vhat_1"]
    assert short(in_new_order("Adamax", names("m", "u"))) == ["m_0", "u_0", "m_1", "u_1"]
    adadelta = names("accumulator", "delta_accumulator")
    assert short(in_new_order("Adadelta", adadelta))[:2] == ["accumulator_0", "delta_accumulator_0"]
    assert in_new_order("Nadam", adam) == adam


def slots(optimizer: Any, shapes: list[tuple[int, ...]]) -> list[Slot] | None:
    parameters = [np.zeros((4, 5), np.float32), np.zeros(5, np.float32)]
    expected = slots_of(optimizer, optimizer.init(parameters), parameters)
    return matching_slots(optimizer, expected, parameters, dict(enumerate(shapes)))


def test_states_that_keras_3_keeps_otherwise() -> None:
    found = slots(optimizers.SGD(), [(), (4, 5), (5,)])
    assert found is not None
    assert [slot.padding for slot in found] == [False, True, True]
    found = slots(optimizers.Adafactor(), [(), (4,), (5,), (4, 5), (5,)])
    assert found is not None
    assert [(slot.name, slot.index) for slot in found] == [
        ("iteration", 0),
        ("row", 0),
        ("column", 0),
        ("velocity", 0),
        ("velocity", 1),
    ]
    assert slots(optimizers.Nadam(), [(), (4, 5), (4, 5), (5,), (5,)]) is not None
    assert slots(optimizers.Adam(), [(), (4, 5), (5,)]) is None


def test_another_hard_sigmoid() -> None:
    described = (INPUT, entry("Dense", "dense", units=3, activation="hard_sigmoid"))
    with pytest.raises(UnsupportedFileError, match=r"'hard_sigmoid' of Keras 2, clip\(0.2"):
        translated(*described)
    with custom_object_scope({"hard_sigmoid": layers.ReLU(1.0)}):
        translated(*described)


def test_another_interpolation() -> None:
    described = entry(
        "UpSampling2D", "up", size=[2, 2], interpolation="bilinear", data_format="channels_last"
    )
    network = {"class_name": "Sequential", "config": {"name": "n", "layers": [described]}}
    with pytest.raises(
        UnsupportedFileError, match="'up' is interpolated between pixels as before TensorFlow 2"
    ):
        Translation(old=True, version="2.3.1").layer(network)
    for version in ("2.3.0-tf", "2.12.0", ""):
        Translation(old=True, version=version).layer(network)


def test_cosine_proximity() -> None:
    metric = {
        "class_name": "MeanMetricWrapper",
        "config": {"name": "cosine_proximity", "fn": "cosine_proximity"},
    }
    described = described_compilation(
        "m.h5", {"optimizer": "sgd", "loss": "cosine_proximity", "metrics": [metric]}
    )
    assert described is not None
    assert described["loss"] == "cosine_similarity"
    assert described["metrics"][0]["config"] == {"name": "cosine_proximity", "fn": "cosine_similarity"}


def test_spatial_dropout_and_slashes() -> None:
    inputs = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4, 3], "name": "a/x"}}
    model: Any = build_layer(
        translated(
            {**inputs, "name": "a/x", "inbound_nodes": []},
            entry("SpatialDropout1D", "a/drop", [[["a/x", 0, 0, {}]]], rate=0.1, noise_shape=None, seed=None),
            input_layers=[["a/x", 0, 0]],
            output_layers=[["a/drop", 0, 0]],
        )
    )
    assert [layer.name for layer in model.layers] == ["a_x", "a_drop"]
    described = described_compilation(
        "m.h5", {"optimizer": "sgd", "loss": {"a/drop": "mse"}, "loss_weights": {"a/drop": 2.0}}
    )
    assert described is not None
    assert (described["loss"], described["loss_weights"]) == ({"a_drop": "mse"}, {"a_drop": 2.0})


def test_calls_of_a_model_are_counted_from_one_even_if_a_result_alone_refers_to_the_last() -> None:
    dense = entry("Dense", "dense", [[["y", 0, 0, {}]]], units=4)
    inner = {
        "class_name": "Functional",
        "name": "inner",
        "config": {
            "name": "inner",
            "layers": [
                {
                    "class_name": "InputLayer",
                    "name": "y",
                    "inbound_nodes": [],
                    "config": {"batch_input_shape": [None, 4], "name": "y"},
                },
                dense,
            ],
            "input_layers": [["y", 0, 0]],
            "output_layers": [["dense", 0, 0]],
        },
        "inbound_nodes": [[["x", 0, 0, {}]], [["inner", 1, 0, {}]]],
    }
    model: Any = build_layer(
        translated(
            {**INPUT, "name": "x", "inbound_nodes": []},
            inner,
            input_layers=[["x", 0, 0]],
            output_layers=[["inner", 2, 0]],
        )
    )
    x = np.ones((1, 4), np.float32)
    kernel = model.weights[0].numpy()
    np.testing.assert_allclose(model(x), x @ kernel @ kernel, rtol=1e-5)


def test_names_of_metrics_hold_no_names_of_outputs() -> None:
    def metric(name: str) -> dict[str, Any]:
        return {"class_name": "MeanAbsoluteError", "config": {"name": name}}

    assert plain_metrics([[metric("a_mae")], [metric("b_k"), "mse"]], ["a", "b"]) == [
        [metric("mae")],
        [metric("k"), "mse"],
    ]
    assert plain_metrics({"b": [metric("b_mae")]}, ["a", "b"]) == {"b": [metric("mae")]}
    assert plain_metrics([metric("a_mae")], ["a"]) == [metric("a_mae")]


class Blocks(Model):
    """A model whose layers only its code knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.first = Dense(3)
        self.blocks = [Dense(3), Dense(2)]

    def call(self, x: Any) -> Any:
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return x


def test_layers_of_a_class_are_listed_as_layers() -> None:
    model = Blocks()
    model(np.zeros((1, 4), np.float32))
    found = layout_of(model, old=True).variables
    assert {path: variable.shape for path, variable in found.items()} == {
        "layers/dense/vars/0": (4, 3),
        "layers/dense/vars/1": (3,),
        "layers/dense_1/vars/0": (3, 3),
        "layers/dense_1/vars/1": (3,),
        "layers/dense_2/vars/0": (3, 2),
        "layers/dense_2/vars/1": (2,),
    }


def test_a_layer_of_two_models_is_counted_once() -> None:
    shared, inputs = Dense(4), Input((4,))
    inner = Sequential([Input((4,)), shared, Dense(4)])
    model = Model(inputs, Dense(2)(shared(inner(inputs))))
    assert [path.rpartition("/vars")[0] for path in layout_of(model, old=True).variables][::2] == [
        "layers/sequential/layers/dense",
        "layers/sequential/layers/dense_1",
        "layers/dense",
    ]


def test_layers_with_weights_counted_twice() -> None:
    members = ["dense", "dense_2", "dense_10", "dropout", "conv2d", "batch_normalization_2"]
    assert _renumbered(members) == {
        "dense_2": "dense_1",
        "dense_10": "dense_2",
        "batch_normalization_2": "batch_normalization_1",
    }


# -- functions of TensorFlow ----------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_stand_for_operations(function: str) -> None:
    operation, names = FUNCTIONS[function]
    parameters = inspect.signature(ops.REGISTRY[operation]).parameters
    assert set(names.values()) <= set(parameters)


def called(function: str, node: list[Any]) -> Any:
    return build_layer(
        translated(
            {**INPUT, "name": "x", "inbound_nodes": []},
            entry("TFOpLambda", "call", [node], function=function),
            input_layers=[["x", 0, 0]],
            output_layers=[["call", 0, 0]],
        )
    )


def test_calls_of_functions() -> None:
    x = np.array([[1.0, 2.0, 3.0, 4.0]], np.float32)
    for function, node, expected in (
        ("math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["x", 0, 0], "name": None}], 1.0 - x),
        ("math.multiply", ["x", 0, 0, {"y": 2.0, "name": "twice"}], 2.0 * x),
        ("compat.v1.transpose", ["x", 0, 0, {"perm": [1, 0], "conjugate": False}], x.T),
        ("concat", ["x", 0, 0, {"axis": -1}], x),
        ("stack", [["x", 0, 0, {"axis": 1}], ["x", 0, 0, {"axis": 1}]], np.stack([x, x], 1)),
        (
            "__operators__.getitem",
            ["x", 0, 0, {"slice_spec": [{"class_name": "__ellipsis__"}, 1]}],
            x[..., 1],
        ),
    ):
        np.testing.assert_allclose(called(function, node)(x), expected)


@pytest.mark.parametrize(
    "node",
    [
        ["x", 0, 0, 5],
        ["x", 0, 0, "ab"],
        ["x", 0],
        5,
        [["x", 0, 0, {}], 5],
        [5, 0, 0, {}],
        ["_CONSTANT_VALUE", 0],
    ],
)
def test_calls_that_make_no_sense(node: Any) -> None:
    with pytest.raises(FileFormatError, match=r"makes? no sense"):
        called("math.exp", node)


def test_an_operation_without_a_class() -> None:
    damaged = {
        "module": "keras.src.ops.numpy",
        "config": {"name": "call"},
        "name": "call",
        "inbound_nodes": [],
    }
    with pytest.raises(FileFormatError, match="Expected the description of a layer with `class_name`"):
        translated(
            {**INPUT, "name": "x", "inbound_nodes": []},
            damaged,
            input_layers=[["x", 0, 0]],
            output_layers=[["call", 0, 0]],
        )


def test_functions_that_are_not_offered() -> None:
    for function, node, sentence in (
        ("image.resize", ["x", 0, 0, {}], "function 'image.resize', for which Ranvier has no operation"),
        ("os.system", ["x", 0, 0, {"command": "ls"}], "function 'os.system', for which"),
        ("linalg.matmul", ["x", 0, 0, {"b": 1, "transpose_b": True}], "with transpose_b=True, which"),
        (None, ["x", 0, 0, {}], "function 'None'"),
    ):
        with pytest.raises(UnsupportedFileError, match=sentence):
            called(function, node)  # type: ignore[arg-type]
