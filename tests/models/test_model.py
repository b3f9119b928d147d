"""Functional and subclassed models, and what every model answers, against real Keras."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

from ranvier import layers, losses, models, ops
from ranvier.errors import ConfigurationError
from ranvier.layers import Add, BatchNormalization, Concatenate, Dense, Dropout, Input
from ranvier.models import Model, Sequential
from ranvier.naming import reset_names
from ranvier.training.programs import compilations

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # in Keras itself

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(20, 4)).astype("float32")
OTHER = RANDOM.normal(size=(20, 2)).astype("float32")
LABELS = RANDOM.integers(0, 3, 20)
NUMBERS = RANDOM.normal(size=(20, 1)).astype("float32")


def two_by_two(library: Any = layers, kind: Any = Model) -> Any:
    one, other = library.Input((4,), name="one"), library.Input((2,), name="other")
    joined = library.Concatenate(name="joined")(
        [library.Dense(3, activation="tanh", name="hidden")(one), other]
    )
    outputs = [
        library.Dense(3, activation="softmax", name="kind")(joined),
        library.Dense(1, name="size")(joined),
    ]
    return kind([one, other], outputs)


def pair() -> tuple[Any, Any]:
    """Our model and Keras', with equal weights, compiled alike."""
    ours, theirs = two_by_two(), two_by_two(keras.layers, keras.Model)
    ours.set_weights(theirs.get_weights())
    for model in (ours, theirs):
        model.compile(
            "sgd",
            {"kind": "sparse_categorical_crossentropy", "size": "mse"},
            loss_weights={"kind": 1.0, "size": 0.5},
            metrics={"kind": ["accuracy"], "size": ["mae"]},
        )
    return ours, theirs


# -- the functional face ----------------------------------------------------------------------------


def test_several_inputs_and_outputs_as_keras() -> None:
    ours, theirs = pair()
    assert ours.input_names == ["one", "other"]
    assert ours.output_names == theirs.output_names == ["kind", "size"]
    assert [layer.name for layer in ours.layers] == [layer.name for layer in theirs.layers]
    assert ours.input_shape == [(None, 4), (None, 2)]
    assert ours.output_shape == [(None, 3), (None, 1)]
    for mine, other in zip(
        ours.predict([X, OTHER], verbose=0), theirs.predict([X, OTHER], verbose=0), strict=True
    ):
        np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-6)


def test_results_of_evaluate_and_of_single_batches_as_keras() -> None:
    ours, theirs = pair()
    data = ([X, OTHER], [LABELS, NUMBERS])
    received = ours.evaluate(*data, verbose=0)
    np.testing.assert_allclose(received, theirs.evaluate(*data, verbose=0), rtol=1e-5)
    named = ours.evaluate(*data, verbose=0, return_dict=True)
    for name, value in theirs.evaluate(*data, verbose=0, return_dict=True).items():
        assert named[name] == pytest.approx(value, rel=1e-5)
    assert [named[name] for name in ours.metrics_names] == received
    for rows in (slice(0, 8), slice(8, 20)):
        batch = ([X[rows], OTHER[rows]], [LABELS[rows], NUMBERS[rows]])
        np.testing.assert_allclose(ours.train_on_batch(*batch), theirs.train_on_batch(*batch), rtol=1e-4)
    ours.reset_metrics()
    theirs.reset_metrics()
    for rows in (slice(0, 8), slice(8, 20)):
        batch = ([X[rows], OTHER[rows]], [LABELS[rows], NUMBERS[rows]])
        mine, other = (model.test_on_batch(*batch, return_dict=True) for model in (ours, theirs))
        for name, value in other.items():
            assert mine[name] == pytest.approx(value, rel=1e-4)
    assert ours.get_metrics_result() == mine


def test_a_loss_alone_is_one_number() -> None:
    model = Sequential([Input((4,)), Dense(1)])
    model.compile("sgd", "mse")
    assert isinstance(model.evaluate(X, NUMBERS, verbose=0), float)
    assert isinstance(model.train_on_batch(X, NUMBERS), float)
    assert set(model.evaluate(X, NUMBERS, verbose=0, return_dict=True)) == {"loss"}


def test_inputs_and_outputs_by_name() -> None:
    inputs = {"one": Input((4,), name="one"), "other": Input((2,), name="other")}
    joined = Concatenate()([inputs["one"], inputs["other"]])
    model = Model(
        inputs,
        {"sum": Dense(1, name="sum")(joined), "kind": Dense(3, activation="softmax", name="kind")(joined)},
    )
    model.compile("sgd", {"sum": "mse", "kind": "sparse_categorical_crossentropy"})
    given = {"other": OTHER, "one": X}
    predicted = model.predict(given, verbose=0)
    assert {name: value.shape for name, value in predicted.items()} == {"sum": (20, 1), "kind": (20, 3)}
    history = model.fit(given, {"kind": LABELS, "sum": NUMBERS}, verbose=0).history
    assert set(history) == {"loss", "sum_loss", "kind_loss"}


def test_a_shared_layer_has_one_set_of_weights() -> None:
    shared = Dense(3, use_bias=False)
    one, other = Input((4,)), Input((4,))
    model = Model([one, other], Add()([shared(one), shared(other)]))
    assert model.count_params() == 12
    kernel = shared.kernel.numpy()
    np.testing.assert_allclose(
        model.predict([X, X[::-1]], verbose=0), (X + X[::-1]) @ kernel, rtol=1e-5, atol=1e-5
    )


def test_a_model_is_a_layer() -> None:
    inner = Sequential([Input((4,)), Dense(3, activation="relu")], name="inner")
    inputs = Input((4,))
    outer = Model(inputs, Dense(1)(inner(inputs)))
    assert outer.get_layer("inner") is inner
    np.testing.assert_allclose(outer(X), outer.layers[-1](inner(X)), rtol=1e-5)


def test_operations_between_layers() -> None:
    inputs = Input((4,))
    model = Model(inputs, ops.mean(inputs * 2.0 - 1.0, axis=-1, keepdims=True))
    np.testing.assert_allclose(
        model.predict(X, verbose=0), (2 * X - 1).mean(-1, keepdims=True), rtol=1e-5, atol=1e-6
    )


# -- models with a `call` of their own -------------------------------------------------------------


class Own(Model):
    def __init__(self, units: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hidden = [Dense(5, activation="relu"), Dense(4)]
        self.drop = Dropout(0.5)
        self.final = Dense(units, activation="softmax")

    def call(self, inputs: Any, training: bool = False) -> Any:
        for layer in self.hidden:
            inputs = layer(inputs)
        if training:
            inputs = self.drop(inputs, training=training)
        return self.final(inputs)


def test_a_subclass_trains() -> None:
    model = Own()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(X, LABELS, epochs=2, validation_data=(X, LABELS), verbose=0).history
    assert set(history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert model.count_params() == 4 * 5 + 5 + 5 * 4 + 4 + 4 * 3 + 3
    assert [layer.name for layer in model.layers] == ["dense", "dense_1", "dropout", "dense_2"]
    np.testing.assert_allclose(model.predict(X, verbose=0), model(X), rtol=1e-5, atol=1e-6)


def test_the_training_flag_reaches_a_subclass() -> None:
    model = Own()
    calm = np.asarray(model(X))
    np.testing.assert_array_equal(calm, model(X))
    assert (np.asarray(model(X, training=True)) != calm).any()


class Several(Model):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = Dense(3), Dense(1)

    def call(self, inputs: Any) -> Any:
        return {"kind": self.first(inputs["one"]), "size": self.second(inputs["other"])}


def test_a_subclass_with_dicts() -> None:
    model = Several()
    given = {"one": X, "other": OTHER}
    predicted = model.predict(given, verbose=0)
    assert {name: value.shape for name, value in predicted.items()} == {"kind": (20, 3), "size": (20, 1)}
    model.compile("sgd", {"size": "mse", "kind": "mse"})
    model.fit(given, {"size": NUMBERS, "kind": np.zeros((20, 3))}, verbose=0)


def test_a_subclass_has_no_symbolic_tensors() -> None:
    with pytest.raises(ConfigurationError, match="takes both `inputs` and `outputs`"):
        Model(Input((4,)))


# -- weights ---------------------------------------------------------------------------------------


def test_weights_and_names() -> None:
    model = Sequential([Input((4,)), Dense(3, name="first"), BatchNormalization(name="norm")])
    assert [weight.path for weight in model.weights] == [
        "first/kernel",
        "first/bias",
        "norm/gamma",
        "norm/beta",
        "norm/moving_mean",
        "norm/moving_variance",
    ]
    assert model.count_params() == 4 * 3 + 3 + 4 * 3
    copies = model.get_weights()
    copies[0][:] = 7
    assert (model.layers[0].kernel.numpy() != 7).all()
    model.set_weights(copies)
    assert (model.layers[0].kernel.numpy() == 7).all()
    assert model.get_layer("norm") is model.get_layer(index=1) is model.get_layer(index=-1)
    with pytest.raises(ConfigurationError, match="takes a name or an index"):
        model.get_layer()


def test_the_compiled_state_is_visible() -> None:
    model = Sequential([Input((4,)), Dense(1)])
    assert not model.compiled
    assert model.optimizer is None
    assert model.loss is None
    assert model.metrics == []
    assert model.metrics_names == []
    model.run_eagerly = True
    assert model.run_eagerly
    model.compile("sgd", "mse", metrics=["mae"], run_eagerly=True)
    assert model.compiled
    assert model.loss == "mse"
    assert model.metrics_names == ["loss"]
    assert model.run_eagerly
    model.run_eagerly = False
    model.evaluate(X, NUMBERS, verbose=0)
    assert model.metrics_names == ["loss", "mae"]
    assert [metric.name for metric in model.metrics] == ["loss", "mae"]
    model.optimizer = "adam"
    assert model.optimizer.name == "adam"
    assert repr(model) == "<Sequential name=sequential, built=True>"


# -- data -------------------------------------------------------------------------------------------


class Batches(__import__("ranvier.utils", fromlist=["PyDataset"]).PyDataset):
    def __len__(self) -> int:
        return 3

    def __getitem__(self, number: int) -> Any:
        rows = slice(8 * number, 8 * number + 8)
        return X[rows], NUMBERS[rows]


@pytest.mark.parametrize(
    "data",
    [
        X,
        X.astype("float64"),
        X.tolist(),
        pd.DataFrame(X, columns=list("abcd")),
        pl.DataFrame(X, schema=list("abcd")),
        ops.convert_to_tensor(X),
        [X],
    ],
    ids=["float32", "float64", "lists", "pandas", "polars", "engine", "list of one"],
)
def test_predictions_from_every_form_of_data(data: Any) -> None:
    model = Sequential([Input((4,)), Dense(2, use_bias=False)])
    expected = X @ model.layers[0].kernel.numpy()
    np.testing.assert_allclose(model.predict(data, verbose=0), expected, rtol=1e-5, atol=1e-6)


def test_predictions_from_batches() -> None:
    model = Sequential([Input((4,)), Dense(2, use_bias=False)])
    expected = X @ model.layers[0].kernel.numpy()
    generated = model.predict((X[start : start + 8] for start in range(0, 20, 8)), verbose=0)
    np.testing.assert_allclose(generated, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.predict(Batches(), verbose=0), expected, rtol=1e-5, atol=1e-6)
    endless = (X[:5] for _ in iter(int, 1))
    assert model.predict(endless, steps=3, verbose=0).shape == (15, 2)
    np.testing.assert_allclose(model.predict_on_batch(X), expected, rtol=1e-5, atol=1e-6)


def test_batch_sizes_change_no_prediction() -> None:
    model = Sequential([Input((4,)), Dense(8, activation="relu"), BatchNormalization(), Dense(2)])
    whole = model.predict(X, verbose=0)
    compiled = compilations()
    for size in (1, 3, 7, 20, 64):
        np.testing.assert_allclose(model.predict(X, batch_size=size, verbose=0), whole, rtol=1e-5, atol=1e-6)
    assert compilations() == compiled


# -- the table --------------------------------------------------------------------------------------


def text_of(model: Any, **arguments: Any) -> list[str]:
    lines: list[str] = []
    model.summary(print_fn=lambda line, line_break=True: lines.append(line), **arguments)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(lines))
    return [line.rstrip() for line in plain.strip().splitlines()]


def chain(library: Any, kind: Any) -> Any:
    return kind(
        [
            library.Input((28, 28)),
            library.Flatten(),
            library.Dense(128, activation="relu"),
            library.Dropout(0.2),
            library.BatchNormalization(),
            library.Dense(10, activation="softmax"),
        ]
    )


@pytest.mark.parametrize("arguments", [{}, {"show_trainable": True}, {"line_length": 64}], ids=str)
def test_summary_of_a_chain_as_keras(arguments: dict[str, Any]) -> None:
    reset_names()
    keras.utils.clear_session()
    ours, theirs = chain(layers, models.Sequential), chain(keras.layers, keras.Sequential)
    assert text_of(ours, **arguments) == text_of(theirs, **arguments)
    for model in (ours, theirs):
        model.compile("adam", "sparse_categorical_crossentropy")
        model.train_on_batch(np.zeros((2, 28, 28), "float32"), np.zeros(2, "int32"))
    assert text_of(ours, **arguments) == text_of(theirs, **arguments)


def test_summary_of_a_stack_without_a_shape() -> None:
    reset_names()
    keras.utils.clear_session()
    ours = models.Sequential([layers.Dense(3), layers.Dense(2)])
    theirs = keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(2)])
    assert text_of(ours) == text_of(theirs)


def test_summary_of_a_branching_network_as_keras() -> None:
    reset_names()
    keras.utils.clear_session()
    ours, theirs = two_by_two(), two_by_two(keras.layers, keras.Model)
    assert text_of(ours) == text_of(theirs)


def test_summary_of_nested_models_as_keras() -> None:
    def nested(library: Any, stack: Any, kind: Any) -> Any:
        inner = stack([library.Input((4,)), library.Dense(3)], name="inner")
        inputs = library.Input((4,))
        return kind(inputs, library.Dense(1)(inner(inputs)), name="outer")

    reset_names()
    keras.utils.clear_session()
    ours = nested(layers, models.Sequential, models.Model)
    theirs = nested(keras.layers, keras.Sequential, keras.Model)
    assert text_of(ours) == text_of(theirs)
    assert text_of(ours, expand_nested=True) == text_of(theirs, expand_nested=True)


def test_summary_of_some_layers() -> None:
    model = chain(layers, models.Sequential)
    shown = text_of(model, layer_range=("flatten", "dropout"))
    assert sum("(Dense)" in line for line in shown) == 1
    with pytest.raises(ConfigurationError, match="must match layers"):
        model.summary(layer_range=("nothing", "dropout"))
    with pytest.raises(ConfigurationError, match="takes two patterns"):
        model.summary(layer_range=("dense",))
    with pytest.raises(ConfigurationError, match="growing fractions"):
        model.summary(positions=[0.9, 0.5, 0.2])
    assert len(text_of(model, positions=[0.4, 0.7, 1.0])[1]) == len(
        text_of(model, positions=[0.4, 0.7, 1.0])[3]
    )


def test_summary_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    Sequential([Input((4,)), Dense(1)]).summary()
    assert capsys.readouterr().out.startswith('Model: "sequential"')


class Named(Model):
    """A user's class with an argument of its own beside inputs and outputs."""

    def __init__(self, *args: Any, param: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.param = param

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "param": self.param}


def test_arguments_of_a_functional_subclass_come_back() -> None:
    inputs = Input((4,))
    model = Named(inputs, Dense(2)(inputs), param=3)
    again = Named.from_config(model.get_config())
    assert again.param == 3
    assert again.output_shape == (None, 2)


def test_inputs_may_be_dicts_of_dicts() -> None:
    one, two, three = Input((1,)), Input((2,)), Input((3,))
    model = Model({"1": one, "others": {"2": two, "3": three}}, Concatenate()([three, two, one]))
    data = {"others": {"3": np.full((2, 3), 3.0), "2": np.full((2, 2), 2.0)}, "1": np.full((2, 1), 1.0)}
    np.testing.assert_array_equal(model(data), [[3.0, 3.0, 3.0, 2.0, 2.0, 1.0]] * 2)
    np.testing.assert_array_equal(model.predict(data, verbose=0), model(data))


class KeepsNames(layers.Layer):
    """A layer that keeps things of its own under names that Ranvier uses too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init, self.apply, self.settings, self.structure = "zeros", 3, {"a": 1}, [1, 2]
        self.dense = Dense(2)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)


class Shaped(Model):
    def __init__(self, input_shape: Any) -> None:
        super().__init__()
        self.input_shape = input_shape
        self.output_shape = (None, 1)
        self.named, self.last = KeepsNames(), Dense(1)

    def call(self, inputs: Any) -> Any:
        return self.last(self.named(inputs))

    def compile(self, optimizer: Any, loss: Any) -> None:
        super().compile(optimizer)
        self.optimizer, self.loss = optimizer, loss

    def compute_loss(self, x: Any = None, y: Any = None, y_pred: Any = None, **_: Any) -> Any:
        return self.loss(y, y_pred)


def test_names_of_attributes_are_the_users() -> None:
    model = Shaped((4,))
    assert (model.input_shape, model.output_shape) == ((4,), (None, 1))
    given = losses.MeanSquaredError()
    model.compile("sgd", given)
    assert model.loss is given
    history = model.fit(X, NUMBERS, epochs=2, verbose=0).history["loss"]
    assert history[1] < history[0]
    assert model.named.settings == {"a": 1}
    with pytest.raises(ConfigurationError, match="cannot be set"):
        two_by_two().input_shape = (3,)


def test_an_activation_may_be_taken_away(tmp_path: Any) -> None:
    model = Sequential([Input((4,)), Dense(3, activation="relu"), Dense(2, activation="softmax")])
    model.compile("sgd", "mse")
    probabilities = model.predict(X, verbose=0)
    model.fit(X, probabilities, epochs=1, verbose=0)
    probabilities = model.predict(X, verbose=0)
    model.layers[-1].activation = None
    logits = model.predict(X, verbose=0)
    exponentials = np.exp(logits)
    np.testing.assert_allclose(exponentials / exponentials.sum(1, keepdims=True), probabilities, rtol=1e-4)
    np.testing.assert_allclose(model(X), logits, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.predict(X, batch_size=3, verbose=1), logits, rtol=1e-5, atol=1e-6)
    assert model.evaluate(X, logits, verbose=0) == pytest.approx(0.0, abs=1e-9)
    model.export(tmp_path / "m.py", format="python")
    model.save(tmp_path / "m.keras")
    again = models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(again.predict(X, verbose=0), logits, rtol=1e-5, atol=1e-6)


def test_trainable_is_true_or_false() -> None:
    for wrong in ("yes", 1, None):
        with pytest.raises(ConfigurationError, match="`trainable` must be True or False"):
            Dense(2, trainable=wrong)
