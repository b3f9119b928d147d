from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier
from ranvier import layers, losses, metrics, ops, optimizers
from ranvier.errors import (
    ConfigurationError,
    FileFormatError,
    FileWriteError,
    NotBuiltError,
    UnsupportedError,
)
from ranvier.layers import Dense, Input, Layer
from ranvier.models import (
    Model,
    Sequential,
    load_model,
    model_from_json,
    read_metadata,
    save_model,
)
from ranvier.optimizers.schedules import CosineDecay
from ranvier.random import set_random_seed
from tests.storage.files import edit_document, fitted_model, join, small_data, small_model, split


class Scale(Layer):
    """A user's layer with an argument."""

    def __init__(self, factor: float = 2.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape: Any) -> None:
        self.w = self.add_weight((input_shape[-1],), "ones", name="w")

    def call(self, inputs: Any) -> Any:
        return inputs * self.w * self.factor

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


class Silent(Layer):
    """A user's layer with an argument that it does not tell."""

    def __init__(self, factor: float = 2.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs: Any) -> Any:
        return inputs * self.factor


class Two(Layer):
    """A user's layer that is called with something beside its inputs."""

    def call(self, inputs: Any, other: Any) -> Any:
        return inputs


class Net(Model):
    """A user's model without arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = Dense(4, activation="tanh")
        self.out = [Dense(2), Dense(1)]

    def call(self, inputs: Any) -> Any:
        hidden = self.hidden(inputs)
        return [layer(hidden) for layer in self.out]


class Sized(Model):
    """A user's model with an argument and `get_config`."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.dense = Dense(units)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


class OwnBuild(Model):
    """A user's model that makes its weights in `build`."""

    def build(self, input_shape: Any) -> None:
        self.w = self.add_weight((input_shape[-1], 2), name="w")
        self.built = True

    def call(self, inputs: Any) -> Any:
        return inputs @ self.w


class Stack(Sequential):
    """A user's stack that makes its own layers."""

    def __init__(self) -> None:
        super().__init__([Dense(3), Dense(1)])


class Named(Model):
    """A user's functional class."""


def squared(y_true: Any, y_pred: Any) -> Any:
    return ops.mean(ops.square(y_pred - ops.cast(y_true, "float32")), axis=-1)


X = np.random.default_rng(0).normal(size=(9, 3)).astype(np.float32)


def functional() -> Model:
    first, second = Input((3,), name="first"), Input((3,), name="second")
    shared = Dense(4, "relu")
    joined = layers.Concatenate()([shared(first), shared(second), ops.tanh(first) * 2.0 - second])
    inner_input = Input((11,))
    inner = Model(inner_input, layers.BatchNormalization()(Dense(5)(inner_input)), name="inner")
    outer = inner(joined)
    stack = Sequential([Input((5,)), Dense(3), layers.LayerNormalization()], name="stack")
    return Model(
        {"first": first, "second": second},
        {"a": Dense(1, name="a")(stack(outer)), "b": shared(ops.sum(outer, axis=-1, keepdims=True) + first)},
    )


def sharing_with_an_inner_model() -> Model:
    shared, inner_input, outer_input = Dense(3), Input((3,)), Input((3,))
    inner = Model(inner_input, shared(inner_input))
    return Model(outer_input, [shared(outer_input), inner(outer_input)])


def within_another() -> Model:
    base_input = Input((3,))
    hidden = Dense(4)(base_input)
    return Model(hidden, Dense(2)(hidden))


def image() -> Model:
    return Sequential(
        [
            Input((6, 6, 1)),
            layers.Rescaling(1 / 255.0),
            layers.Conv2D(2, 3, activation="relu", kernel_regularizer="l2"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            Dense(2, kernel_constraint="max_norm", kernel_initializer="he_normal"),
            layers.Activation("softmax"),
        ]
    )


def normalized() -> Model:
    normalization = layers.Normalization()
    normalization.adapt(X * 3 + 1)
    return Sequential([Input((3,)), normalization, layers.PReLU(), Dense(1)])


MODELS: dict[str, tuple[Any, Any]] = {
    "functional": (functional, {"first": X, "second": X * 2}),
    "image": (image, np.random.default_rng(1).integers(0, 255, (4, 6, 6, 1)).astype(np.uint8)),
    "inner": (sharing_with_an_inner_model, X),
    "named": (lambda: _named(), X),
    "normalized": (normalized, X),
    "own build": (OwnBuild, X),
    "scale": (lambda: Sequential([Input((3,)), Scale(3.0), Dense(1)]), X),
    "sized": (lambda: Sized(4), X),
    "stack": (Stack, X),
    "subclass": (Net, X),
    "within": (within_another, np.ones((2, 4), np.float32)),
}


def _named() -> Model:
    inputs = Input((3,))
    return Named(inputs, Dense(2)(inputs), name="mine")


def leaves(outputs: Any) -> list[np.ndarray]:
    if isinstance(outputs, dict):
        return list(outputs.values())
    return outputs if isinstance(outputs, list) else [outputs]


@pytest.mark.parametrize("name", MODELS)
def test_predictions_are_the_same_bits(tmp_path, name: str) -> None:
    build, x = MODELS[name]
    model = build()
    expected = leaves(model.predict(x, verbose=0))
    path = tmp_path / "m.safetensors"
    model.save(path)
    custom = {
        "Scale": Scale,
        "Net": Net,
        "Sized": Sized,
        "Stack": Stack,
        "Named": Named,
        "OwnBuild": OwnBuild,
    }
    loaded = load_model(path, custom_objects=custom)
    assert type(loaded) is type(model)
    assert loaded.name == model.name
    if model.graph is not None and name not in ("stack", "within"):
        assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]
    for one, other in zip(expected, leaves(loaded.predict(x, verbose=0)), strict=True):
        np.testing.assert_array_equal(one, other)
    assert [v.shape for v in loaded.weights] == [v.shape for v in model.weights]
    again = build()
    again.predict(x, verbose=0)
    again.load_weights(path)
    for one, other in zip(expected, leaves(again.predict(x, verbose=0)), strict=True):
        np.testing.assert_array_equal(one, other)
    if name != "normalized":  # what was adapted is no part of the architecture
        fresh = model_from_json(model.to_json(indent=1), custom)
        assert [v.shape for v in fresh.weights] == [v.shape for v in model.weights]
    assert not loaded.compiled


def test_layers_shared_with_an_inner_model_stay_shared(tmp_path) -> None:
    model = sharing_with_an_inner_model()
    model.save(tmp_path / "m.keras")
    assert len(load_model(tmp_path / "m.keras").weights) == 2


OPTIMIZERS = {
    "adam": lambda: optimizers.Adam(3e-3, clipnorm=1.0),
    "adamw": lambda: optimizers.AdamW(CosineDecay(1e-2, 50), weight_decay=0.1, use_ema=True),
    "adafactor": lambda: optimizers.Adafactor(0.01),
    "muon": lambda: optimizers.Muon(0.01),
    "sgd": lambda: optimizers.SGD(0.05, momentum=0.9, nesterov=True),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_continues_as_if_nothing_had_happened(tmp_path, name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    model = fitted_model(2, optimizer=optimizer)
    model.save(tmp_path / "m.h5")
    loaded = load_model(tmp_path / "m.h5")
    histories = []
    for each in (model, loaded):
        set_random_seed(11)
        each.fit(*small_data(), epochs=2, batch_size=8, verbose=0)
        histories.append(each.history.history)
    assert histories[0] == histories[1]
    assert set(histories[0]) == {"loss", "accuracy"}
    assert int(loaded.optimizer.iterations) == int(model.optimizer.iterations) == 12
    states = [[v.numpy() for v in (*each.weights, *each.optimizer.variables)] for each in (model, loaded)]
    for one, other in zip(*states, strict=True):
        np.testing.assert_array_equal(one, other)


def test_loading_draws_no_seed(tmp_path) -> None:
    small_model().save_weights(tmp_path / "w.safetensors")
    model = Sequential([Input((3,)), Dense(4)])
    model.save(tmp_path / "m.safetensors")
    set_random_seed(1)
    expected = ranvier.random.next_seed()
    set_random_seed(1)
    loaded = load_model(tmp_path / "m.safetensors")
    assert ranvier.random.next_seed() == expected
    assert type(loaded.layers[0].kernel_initializer).__name__ == "GlorotUniform"


def test_everything_compile_takes_comes_back(tmp_path) -> None:
    inputs = Input((3,))
    model = Model(inputs, [Dense(1, name="p")(inputs), Dense(2, name="q")(inputs)])
    model.compile(
        optimizer="rmsprop",
        loss={"p": losses.Huber(delta=2.0), "q": "mse"},
        loss_weights=[0.5, 2.0],
        metrics={"p": ["mae", metrics.MeanSquaredError(name="m")], "q": [metrics.mean_squared_error]},
        weighted_metrics=[[squared], []],
        steps_per_execution=3,
    )
    targets = [X[:, :1], X[:, :2]]
    model.fit(X, targets, verbose=0)
    save_model(model, tmp_path / "m.safetensors", metadata={"classes": ["a", "b"]})
    loaded = load_model(tmp_path / "m.safetensors", {"squared": squared})
    assert loaded.evaluate(X, targets, verbose=0, return_dict=True) == model.evaluate(
        X, targets, verbose=0, return_dict=True
    )
    assert loaded._setup.steps_per_execution == 3
    assert read_metadata(tmp_path / "m.safetensors") == {"classes": ["a", "b"]}
    with pytest.raises(FileFormatError, match=r"Unknown metric; received: 'squared'.*custom_objects"):
        load_model(tmp_path / "m.safetensors")
    assert not load_model(tmp_path / "m.safetensors", compile=False).compiled
    model.save(tmp_path / "n.safetensors", include_optimizer=False)
    assert not load_model(tmp_path / "n.safetensors").compiled


def test_compiled_but_never_trained(tmp_path) -> None:
    small_model(optimizer=optimizers.SGD(0.25)).save(tmp_path / "m.safetensors")
    loaded = load_model(tmp_path / "m.safetensors")
    assert float(loaded.optimizer.learning_rate) == 0.25
    assert not loaded.optimizer.built
    loaded.fit(*small_data(), verbose=0)


def test_a_stack_of_unknown_input_can_be_saved(tmp_path) -> None:
    Sequential([Dense(3), Dense(2)], name="open").save(tmp_path / "m.safetensors")
    loaded = load_model(tmp_path / "m.safetensors")
    assert [layer.units for layer in loaded.layers] == [3, 2]
    assert not loaded.built
    with pytest.raises(NotBuiltError, match="no weights to save yet"):
        loaded.save_weights(tmp_path / "w.safetensors")
    with pytest.raises(NotBuiltError, match="no weights to load yet"):
        loaded.load_weights(tmp_path / "m.safetensors")


def test_a_model_built_by_a_call_is_built_again(tmp_path) -> None:
    model = OwnBuild()
    expected = np.asarray(model(X))
    model.save(tmp_path / "m.safetensors")
    loaded = load_model(tmp_path / "m.safetensors", {"OwnBuild": OwnBuild})
    np.testing.assert_array_equal(np.asarray(loaded(X)), expected)


def test_frozen_layers_stay_frozen(tmp_path) -> None:
    model = Sequential([Input((3,)), Dense(2, trainable=False), Dense(1)])
    model.compile("adam", "mse")
    model.fit(X, X[:, :1], verbose=0)
    model.layers[1].trainable = False
    model.save(tmp_path / "m.safetensors")
    loaded = load_model(tmp_path / "m.safetensors")
    assert [layer.trainable for layer in loaded.layers] == [False, False]
    assert len(loaded.optimizer.model_variables) == 2


def test_configurations_round_trip() -> None:
    model = functional()
    again = Model.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    stack = Sequential([Input((3,)), Scale(3.0)])
    assert Sequential.from_config(stack.get_config(), {"Scale": Scale}).layers[0].factor == 3.0


def test_slices_and_constants_round_trip() -> None:
    inputs = Input((4, 5))
    outputs = (inputs[:, 1:, ..., None] + np.arange(5, dtype=np.float32)[None, None, :, None])[:, 0, ::2]
    model = Model(inputs, ops.cast(outputs, "float16"))
    again = Model.from_config(model.get_config())
    x = np.arange(40, dtype=np.float32).reshape(2, 4, 5)
    np.testing.assert_array_equal(np.asarray(again(x)), np.asarray(model(x)))


# -- a user's own classes -------------------------------------------------------------------------


def test_a_registered_class_needs_nothing_more(tmp_path) -> None:
    @ranvier.saving.register_keras_serializable(package="tests", name="Doubled")
    class Doubled(Scale):
        pass

    model = Sequential([Input((3,)), Doubled(5.0)])
    model.save(tmp_path / "m.safetensors")
    assert isinstance(load_model(tmp_path / "m.safetensors").layers[0], Doubled)


def test_a_class_in_scope_is_found(tmp_path) -> None:
    Sequential([Input((3,)), Scale()]).save(tmp_path / "m.safetensors")
    with ranvier.saving.custom_object_scope({"Scale": Scale}):
        assert isinstance(load_model(tmp_path / "m.safetensors").layers[0], Scale)
    with pytest.raises(
        FileFormatError, match=r"'Scale'.*neither.*Rescaling.*custom_objects=\{'Scale': Scale\}"
    ):
        load_model(tmp_path / "m.safetensors")


def test_what_a_file_cannot_hold_is_named(tmp_path) -> None:
    path = tmp_path / "m.safetensors"
    with pytest.raises(UnsupportedError, match=r"Silent.*no `get_config`.*\['factor'\]"):
        Sequential([Input((3,)), Silent(np.ones(3, "float32"))]).save(path)
    with pytest.raises(UnsupportedError, match="Lambda"):
        Sequential([Input((3,)), layers.Lambda(lambda x: x)]).save(path)
    with pytest.raises(UnsupportedError, match=r"no name.*include_optimizer=False"):
        small_model(loss=lambda y, p: ops.mean(p, axis=-1)).save(path)
    model = small_model()
    with pytest.raises(UnsupportedError, match="something else"):
        save_model(model, path, metadata={"a": object()})
    other = Dense(1)
    other.build((None, 2))
    model.optimizer.build([*model.trainable_variables, *other.weights])
    with pytest.raises(UnsupportedError, match="is no weight of this model"):
        model.save(path)
    assert list(tmp_path.iterdir()) == []
    Sequential([Input((3,)), Silent(), layers.Lambda(lambda x: x), Dense(1)]).save_weights(path)


def test_an_intermediate_tensor_beside_its_layer(tmp_path) -> None:
    inputs, shared = Input((3,)), Dense(3, name="shared")
    hidden = shared(inputs)
    model = Model(hidden, shared(hidden))
    model.save(tmp_path / "m.safetensors")
    loaded = load_model(tmp_path / "m.safetensors")
    assert loaded.input_names == ["shared_input"]
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))


def test_a_class_that_builds_something_else(tmp_path) -> None:
    class Changed(Scale):
        @classmethod
        def from_config(cls, config: Any) -> Any:
            return 7

    Sequential([Input((3,)), Scale()]).save(tmp_path / "m.safetensors")
    refused(tmp_path / "m.safetensors", "must return a layer; received: 7", custom_objects={"Scale": Changed})


def test_arguments_without_a_form_in_json(tmp_path) -> None:
    inputs = Input((3,))
    strange = Model(inputs, Two()(inputs, object()))
    with pytest.raises(UnsupportedError, match=r"call of 'two' cannot be written.*received: <object"):
        strange.save(tmp_path / "m.safetensors")


def test_get_config_that_fails_or_returns_something_else(tmp_path) -> None:
    class Unwilling(Scale):
        def get_config(self) -> Any:
            raise NotImplementedError

    class Odd(Scale):
        def get_config(self) -> Any:
            return ["factor"]

    with pytest.raises(UnsupportedError, match="not implemented"):
        Sequential([Unwilling()]).save(tmp_path / "m.safetensors")
    with pytest.raises(UnsupportedError, match="must return a dict"):
        Sequential([Odd()]).save(tmp_path / "m.safetensors")


# -- names of files -------------------------------------------------------------------------------


def test_names_of_files(tmp_path) -> None:
    model = small_model()
    with pytest.raises(ConfigurationError, match=r"\.safetensors.*received: '.*/m'"):
        model.save(tmp_path / "m")
    (tmp_path / "folder.keras").mkdir()
    with pytest.raises(ConfigurationError, match="existing folder"):
        model.save(tmp_path / "folder.keras")
    model.save(tmp_path / "m.keras")
    with pytest.raises(ConfigurationError, match="exists already"):
        model.save(tmp_path / "m.keras", overwrite=False)
    with pytest.raises(ConfigurationError, match="writes a model"):
        save_model(Dense(1), tmp_path / "d.keras")  # type: ignore[arg-type]
    with pytest.raises(FileWriteError, match="stays usable"):
        model.save(tmp_path / "missing" / "m.keras")
    model.predict(small_data()[0], verbose=0)


# -- bad files ------------------------------------------------------------------------------------


def saved(path: Path) -> Path:
    fitted_model().save(path)
    return path


def refused(path: Path, sentence: str | None, **options: Any) -> None:
    with pytest.raises(FileFormatError, match=sentence):
        load_model(path, **options)


def test_files_that_are_none(tmp_path) -> None:
    path = tmp_path / "m.keras"
    for kind in (FileNotFoundError, ValueError):  # Python's and Keras'
        with pytest.raises(kind, match=r"there is none of the name .*m\.keras"):
            load_model(path)
        with pytest.raises(kind, match="there is none of the name"):
            small_model().load_weights(path)
    path.write_bytes(b"PK\x03\x04 no archive for all that")
    refused(path, "list of members cannot be read")
    join(path, {"__metadata__": {"format": "pt"}}, b"")
    refused(path, "was not written by Ranvier")
    small_model().save_weights(tmp_path / "w.safetensors")
    path.write_bytes((tmp_path / "w.safetensors").read_bytes())
    refused(path, "holds weights without the model")
    for suffix in (".weights.h5", ".h5"):
        small_model().save_weights(tmp_path / f"w{suffix}")
        refused(tmp_path / f"w{suffix}", "holds weights without the model")


def test_every_truncation_is_refused(tmp_path) -> None:
    content = saved(tmp_path / "m.safetensors").read_bytes()
    for part in range(100):
        (tmp_path / "n.safetensors").write_bytes(content[: len(content) * part // 100])
        refused(tmp_path / "n.safetensors", "damaged")


def test_flipped_bytes_are_noticed(tmp_path) -> None:
    content = bytearray(saved(tmp_path / "m.safetensors").read_bytes())
    for position in [*range(0, len(content), 97), len(content) - 1]:
        damaged = bytearray(content)
        damaged[position] ^= 0x04
        (tmp_path / "n.safetensors").write_bytes(damaged)
        refused(tmp_path / "n.safetensors", None)


def layer_of(document: dict[str, Any], index: int) -> dict[str, Any]:
    return document["model"]["config"]["layers"][index]


CHANGES: dict[str, tuple[Any, str]] = {
    "newer": (lambda d: d.update(format=9, ranvier_version="7.0"), r"Ranvier 7\.0.*Install a newer"),
    "no format": (lambda d: d.pop("format"), "version of the format"),
    "kind": (lambda d: d.update(kind="other"), "lacks a part"),
    "model": (lambda d: d.update(model=[1]), "lacks a part"),
    "no class": (lambda d: d["model"].pop("class_name"), "Expected the description"),
    "no config": (lambda d: layer_of(d, 1).pop("config"), "no configuration"),
    "unknown class": (lambda d: layer_of(d, 1).update(class_name="Denes"), "Did you mean 'Dense'"),
    "import path": (lambda d: layer_of(d, 1).update(class_name="os.system"), "neither Ranvier's own"),
    "lambda": (lambda d: layer_of(d, 1).update(class_name="Lambda"), "never run"),
    "argument": (lambda d: layer_of(d, 1)["config"].update(units="many"), "`units` must be"),
    "unknown argument": (
        lambda d: layer_of(d, 1)["config"].update(unit=3),
        "does not know the argument 'unit'",
    ),
    "activation": (lambda d: layer_of(d, 1)["config"].update(activation="eval"), "Unknown activation"),
    "shapes": (
        lambda d: layer_of(d, 1)["config"].update(units=5),
        r"'kernel' of the layer 'dense' has shape \(3, 5\) in the model and \(3, 4\) in the file",
    ),
    "huge": (
        lambda d: layer_of(d, 1)["config"].update(units=10**12),
        r"would have shape \(3, 1000000000000\)",
    ),
    "missing layer": (lambda d: d["model"]["config"]["layers"].pop(), "for which the model has no layer"),
    "more layers": (
        lambda d: d["model"]["config"]["layers"].append({**layer_of(d, 3), "name": "more"}),
        "the file holds nothing under",
    ),
    "dtype": (lambda d: layer_of(d, 0)["config"].update(dtype="object"), "cannot be built"),
    "shared": (
        lambda d: d["model"]["config"]["layers"].append({"class_name": "Dense", "shared": 5}),
        "does not hold",
    ),
    "deep": (lambda d: deepen(d), "cannot be built|nested too deeply|nothing under"),
    "no layers": (lambda d: d["model"]["config"].update(layers=7), "cannot be built"),
    "loss": (lambda d: d["compile"].update(loss="no_loss"), "Unknown loss"),
    "loss class": (lambda d: d["compile"].update(loss={"class_name": "Gone", "config": {}}), "Unknown loss"),
    "optimizer": (lambda d: d["compile"]["optimizer"].update(class_name="Best"), "Unknown optimizer"),
    "no loss": (lambda d: d["compile"].pop("loss"), "cannot be built again"),
    "steps": (lambda d: d["compile"].update(steps_per_execution=0), "cannot be used again"),
    "iterations": (lambda d: d["optimizer"].update(iterations=-1), "no number of steps"),
    "variables": (lambda d: d["optimizer"].update(variables=["dense/w"]), "does not belong to"),
    "slots": (lambda d: d["optimizer"]["slots"].popitem(), "other shapes"),
    "slot names": (lambda d: d["optimizer"]["slots"].update(momentum=["weights/no"]), "other shapes|lacks"),
    "undecayed": (lambda d: d["optimizer"].update(undecayed=3), "does not belong to"),
    "checksums": (lambda d: d.update(checksums={}), "checksum"),
}


def deepen(document: dict[str, Any]) -> None:
    for _ in range(120):
        document["model"] = {
            "class_name": "Sequential",
            "name": "s",
            "config": {"layers": [document["model"]]},
        }


@pytest.mark.parametrize("name", CHANGES)
def test_damaged_configurations(tmp_path, name: str) -> None:
    change, sentence = CHANGES[name]
    edit_document(saved(tmp_path / "m.safetensors"), change)
    refused(tmp_path / "m.safetensors", sentence)


GRAPH_CHANGES: dict[str, tuple[Any, str]] = {
    "operation": (lambda c: c["calls"][1].update(of="system"), "not known here"),
    "layer": (lambda c: c["calls"][0].update(of=99), "no layer 99"),
    "later call": (lambda c: c["calls"][0]["arguments"][0].append({"__tensor__": [5, 0]}), "damaged"),
    "negative": (lambda c: c["calls"][0].update(arguments=[[{"__tensor__": [-2, 0]}], {}]), "damaged"),
    "mark": (lambda c: c["calls"][0].update(arguments=[[{"__object__": 1}], {}]), "damaged"),
    "marks": (lambda c: c.update(outputs={"__tuple__": [], "x": 1}), "makes no sense"),
    "arguments": (lambda c: c["calls"][0].pop("arguments"), "damaged"),
    "no outputs": (lambda c: c.update(outputs=None), "takes both `inputs` and `outputs`"),
    "constant": (lambda c: c["calls"][0].update(arguments=[["x"], {}]), "does not work"),
    "array": (lambda c: c.update(inputs={"__array__": [[1], "object"]}), "no dtype of numbers"),
    "spec": (lambda c: c.update(inputs={"__spec__": [["a"], "float32"]}), "no shape"),
}


@pytest.mark.parametrize("name", GRAPH_CHANGES)
def test_damaged_graphs(tmp_path, name: str) -> None:
    inputs = Input((3,))
    Model(inputs, ops.tanh(Dense(3)(inputs))).save(tmp_path / "m.safetensors")
    change, sentence = GRAPH_CHANGES[name]
    edit_document(tmp_path / "m.safetensors", lambda document: change(document["model"]["config"]))
    refused(tmp_path / "m.safetensors", sentence)


def test_a_name_makes_a_file_call_no_other_function(tmp_path) -> None:
    called = []

    def dangerous(**kwargs: Any) -> None:
        called.append(kwargs)

    custom = {"dangerous": dangerous}
    for change in (
        lambda d: layer_of(d, 1).update(class_name="dangerous"),
        lambda d: layer_of(d, 1).update(registered_name="dangerous"),
        lambda d: d["compile"].update(loss={"class_name": "dangerous", "config": {"command": "rm"}}),
        lambda d: d["compile"]["optimizer"].update(registered_name="dangerous"),
    ):
        edit_document(saved(tmp_path / "m.safetensors"), change)
        refused(tmp_path / "m.safetensors", "which is: <function", custom_objects=custom)
    assert called == []


def test_text_that_describes_no_model() -> None:
    with pytest.raises(FileFormatError, match="Expected the text"):
        model_from_json("{")
    with pytest.raises(FileFormatError, match="description of a layer: Dense"):
        model_from_json('{"class_name": "Dense", "name": "d", "config": {"units": 2}}')


# -- weights --------------------------------------------------------------------------------------


def test_weights_of_another_architecture(tmp_path) -> None:
    path = tmp_path / "w.safetensors"
    fitted_model().save_weights(path)
    model = small_model(units=5)
    before = model.get_weights()
    with pytest.raises(FileFormatError, match=r"another architecture.*'dense_\d'.*\(3, 5\).*\(3, 4\)"):
        model.load_weights(path)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.warns(UserWarning, match="Left out"):
        model.load_weights(path, skip_mismatch=True)
    assert not np.array_equal(model.get_weights()[3], before[3])
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    integers = Sequential([Input((3,)), layers.Normalization()])
    integers.save_weights(path)
    header, data = split(path)
    header["weights/normalization/count"]["dtype"] = "F32"
    join(path, header, data)
    with pytest.raises(FileFormatError, match="dtype int32 in the model and float32 in the file"):
        integers.load_weights(path)


def test_weights_that_are_not_finite_are_accepted_with_a_warning(tmp_path) -> None:
    model = small_model()
    model.layers[0].kernel.assign(np.full((3, 4), np.nan, np.float32))
    model.save(tmp_path / "m.safetensors")
    with pytest.warns(UserWarning, match="NaN or infinite, first in 'dense/kernel'"):
        load_model(tmp_path / "m.safetensors")


def test_half_precision_round_trips(tmp_path) -> None:
    model = Sequential([Input((3,)), Dense(2, dtype="bfloat16")])
    model.save(tmp_path / "m.safetensors")
    loaded = load_model(tmp_path / "m.safetensors")
    assert loaded.weights[0].dtype == "bfloat16"
    np.testing.assert_array_equal(loaded.weights[0].numpy(), model.weights[0].numpy())


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_writer_leaves_a_model(tmp_path) -> None:
    path = tmp_path / "m.safetensors"
    program = f"""
import numpy as np
from ranvier.layers import Dense, Input
from ranvier.models import Sequential
model = Sequential([Input((300,)), Dense(300)])
print("ready", flush=True)
while True:
    for value in (1.0, 2.0):
        model.layers[0].kernel.assign(np.full((300, 300), value, np.float32))
        model.save({str(path)!r})
"""
    for number in range(3):
        writer = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        while not path.exists():
            os.sched_yield()
        time.sleep(0.004 * number)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        kernel = load_model(path).weights[0].numpy()
        assert kernel.min() == kernel.max()
        assert kernel.max() in (1.0, 2.0)


def test_the_form_of_keras_2_must_be_that_of_the_name(tmp_path) -> None:
    model = small_model()
    model.save(tmp_path / "m.h5", save_format="h5")
    model.save(tmp_path / "m.keras", True, True, "keras")
    model.save_weights(tmp_path / "w.weights.h5", save_format="h5")
    save_model(model, tmp_path / "m.safetensors", save_format=None)
    with pytest.raises(UnsupportedError, match="SavedModel"):
        model.save(tmp_path / "m", save_format="tf")
    for name, form in (("m.keras", "h5"), ("m.h5", "other"), ("m", "h5")):
        with pytest.raises(ConfigurationError, match="`save_format` must agree"):
            model.save(tmp_path / name, save_format=form)
