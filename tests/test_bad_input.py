"""What a user gets wrong, and the sentence that answers: one row for each case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ranvier import callbacks, losses, metrics, ops, optimizers
from ranvier.errors import (
    ConfigurationError,
    DataError,
    DataTypeError,
    LabelError,
    NotBuiltError,
    NotCompiledError,
    RanvierError,
    ShapeError,
    UnknownNameError,
    UnsupportedError,
)
from ranvier.layers import Add, Conv2D, Dense, Dropout, Flatten, Input, Layer, Reshape, Softmax
from ranvier.models import Model, Sequential

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(24, 4)).astype("float32")
LABELS = RANDOM.integers(0, 3, 24)
BINARY = (LABELS > 0).astype("int32")
ONE_HOT = np.eye(3, dtype="float32")[LABELS]
NUMBERS = RANDOM.normal(size=(24, 1)).astype("float32")
OTHER = RANDOM.normal(size=(24, 2)).astype("float32")
SPARSE = "sparse_categorical_crossentropy"

Case = tuple[str, Callable[[], Any], type[RanvierError], str]


def classifier(
    units: int = 3,
    activation: Any = "softmax",
    loss: Any = SPARSE,
    *,
    x: Any = X,
    y: Any = LABELS,
    **fit: Any,
) -> Any:
    model = Sequential([Input((4,)), Dense(units, activation=activation)])
    model.compile("sgd", loss)
    return model.fit(x, y, verbose=0, **fit)


def compiled(layers: list[Any], loss: Any = SPARSE) -> Sequential:
    model = Sequential(layers)
    model.compile("sgd", loss)
    return model


def double(**arguments: Any) -> Any:
    one, other = Input((4,), name="one"), Input((2,), name="other")
    outputs = [Dense(1, name="size")(one), Dense(1, name="weight")(other)]
    model = Model([one, other], outputs)
    model.compile("sgd", "mse")
    return model.fit(**{"x": [X, OTHER], "y": [NUMBERS, NUMBERS], "verbose": 0, **arguments})


def altered(array: np.ndarray, value: float) -> np.ndarray:
    changed = array.astype("float32")
    changed[3, -1] = value
    return changed


def refuse(cases: list[Case]) -> Any:
    rows = [pytest.param(*case[1:], id=case[0]) for case in cases]
    return pytest.mark.parametrize(("action", "kind", "sentence"), rows)


def check(action: Callable[[], Any], kind: type[RanvierError], sentence: str) -> None:
    with pytest.raises(kind, match=sentence) as caught:
        action()
    message = str(caught.value)
    assert "Tracer" not in message
    assert "jax.errors" not in message
    assert len(message) < 600


ARRAYS: list[Case] = [
    (
        "features",
        lambda: classifier(x=X[:, :3]),
        ShapeError,
        r"must have shape \(any, 4\); received shape: \(24, 3\)",
    ),
    ("single example", lambda: classifier(x=X[0], y=LABELS[:4]), ShapeError, r"add the axis of the batch"),
    (
        "images without Flatten",
        lambda: classifier(x=X.reshape(24, 2, 2)),
        ShapeError,
        r"`x\.reshape\(-1, 4\)`, or a `Flatten` layer",
    ),
    (
        "images into Dense",
        lambda: compiled([Input((2, 2)), Dense(3, activation="softmax")]).fit(X.reshape(24, 2, 2), LABELS),
        ShapeError,
        "put a `Flatten` layer before the last `Dense`",
    ),
    (
        "strings",
        lambda: classifier(x=X.astype(str)),
        DataTypeError,
        "`x` must hold real numbers; received: strings",
    ),
    (
        "string labels",
        lambda: classifier(y=np.array(["cat", "dog", "owl"])[LABELS]),
        DataTypeError,
        "Replace every category by an integer",
    ),
    (
        "object array",
        lambda: classifier(x=X.astype(object)),
        DataTypeError,
        r"Convert with `astype\('float32'\)`",
    ),
    (
        "mixed objects",
        lambda: classifier(x=np.array([[1, "a", None, 2]] * 24, dtype=object)),
        DataTypeError,
        "an object array with strings such as 'a'",
    ),
    (
        "ragged",
        lambda: classifier(x=[[1, 2], [1, 2, 3]], y=[0, 1]),
        ShapeError,
        "2 values in row 0 and 3 values in row 1",
    ),
    ("complex", lambda: classifier(x=X.astype(complex)), DataTypeError, "received: complex numbers"),
    ("dates", lambda: classifier(x=np.zeros((24, 4), "datetime64[s]")), DataTypeError, r"received: dates"),
    ("NaN in x", lambda: classifier(x=altered(X, np.nan)), DataError, "NaN in row 3, column 3"),
    ("infinity in x", lambda: classifier(x=altered(X, np.inf)), DataError, "inf in row 3, column 3"),
    (
        "NaN in y",
        lambda: classifier(1, None, "mse", y=altered(NUMBERS, np.nan)),
        DataError,
        "the first in row 3",
    ),
    (
        "no rows",
        lambda: classifier(x=X[:0], y=LABELS[:0]),
        DataError,
        "at least one row; received: `x` with 0 rows",
    ),
    ("no batches", lambda: classifier(x=iter([]), y=None), DataError, "at least one batch"),
    (
        "unequal lengths",
        lambda: classifier(y=LABELS[:20]),
        DataError,
        "same number of rows; received: `x` 24, `y` 20",
    ),
    ("no data", lambda: classifier(x=None), DataError, "`fit` needs data; received: `x` None"),
    ("a number", lambda: classifier(x=3), ShapeError, "received: a single number"),
    ("a file name", lambda: classifier(x="data.csv"), DataTypeError, "the text 'data.csv'"),
    ("no targets", lambda: classifier(y=None), DataError, "needs targets; received: y=None"),
    (
        "targets beside a generator",
        lambda: classifier(x=((X, LABELS) for _ in range(2))),
        ConfigurationError,
        "`y` must be left out when `x` is a generator",
    ),
    (
        "batches of four parts",
        lambda: classifier(x=iter([(X, LABELS, LABELS, LABELS)]), y=None),
        DataError,
        "received: a tuple of 4",
    ),
    (
        "batches that change",
        lambda: classifier(x=iter([(X, LABELS), (X[:, :2], LABELS)]), y=None),
        ShapeError,
        r"received shape: \(24, 2\)",
    ),
    (
        "bad labels in a later batch",
        lambda: classifier(x=iter([(X, LABELS), (X, LABELS + 2)]), y=None),
        LabelError,
        "labels from 2 to 4",
    ),
    (
        "predict no rows",
        lambda: Sequential([Input((4,)), Dense(3)]).predict(X[:0]),
        DataError,
        "at least one row",
    ),
    (
        "predict strings",
        lambda: Sequential([Input((4,)), Dense(3)]).predict("x.npy"),
        DataTypeError,
        "'x.npy'",
    ),
    (
        "predict NaN",
        lambda: Sequential([Input((4,)), Dense(3)]).predict(altered(X, np.nan)),
        DataError,
        "NaN in row 3",
    ),
    (
        "call on strings",
        lambda: Sequential([Input((4,)), Dense(3)])(X.astype(str)),
        DataTypeError,
        "takes arrays of numbers",
    ),
]

ARGUMENTS: list[Case] = [
    (
        "split of everything",
        lambda: classifier(validation_split=1.0),
        ConfigurationError,
        "a fraction between 0 and 1",
    ),
    ("split in words", lambda: classifier(validation_split="0.2"), ConfigurationError, "received: '0.2'"),
    (
        "split that leaves nothing",
        lambda: classifier(x=X[:1], y=LABELS[:1], validation_split=0.5),
        DataError,
        "leaves none for training",
    ),
    (
        "split of a generator",
        lambda: classifier(x=iter([(X, LABELS)]), y=None, validation_split=0.2),
        ConfigurationError,
        "needs data whose rows are at hand",
    ),
    (
        "validation of nothing",
        lambda: classifier(validation_data=(X[:0], LABELS[:0])),
        DataError,
        "at least one row",
    ),
    ("validation without targets", lambda: classifier(validation_data=X), DataError, "needs targets"),
    ("validation shape", lambda: classifier(validation_data=(X[:, :2], LABELS)), ShapeError, r"\(24, 2\)"),
    (
        "batch of none",
        lambda: classifier(batch_size=0),
        ConfigurationError,
        "`batch_size` must be an integer",
    ),
    ("half batches", lambda: classifier(batch_size=2.5), ConfigurationError, r"received: 2\.5"),
    ("negative epochs", lambda: classifier(epochs=-1), ConfigurationError, "`epochs` must be an integer"),
    ("epochs in words", lambda: classifier(epochs="5"), ConfigurationError, "received: '5'"),
    ("no steps", lambda: classifier(steps_per_epoch=0), ConfigurationError, "`steps_per_epoch` must be"),
    (
        "verbose",
        lambda: Sequential([Input((4,)), Dense(1)]).predict(X, verbose=7),
        ConfigurationError,
        "received: 7",
    ),
    (
        "weights too few",
        lambda: classifier(sample_weight=np.ones(5)),
        DataError,
        "received: `sample_weight` with 5",
    ),
    (
        "class weights in words",
        lambda: classifier(class_weight="balanced"),
        ConfigurationError,
        "must map class numbers",
    ),
    (
        "callback class",
        lambda: classifier(callbacks=[callbacks.EarlyStopping]),
        ConfigurationError,
        r"Create the object: EarlyStopping\(\)",
    ),
    ("activation", lambda: Dense(3, activation="rellu"), UnknownNameError, "Did you mean 'relu'"),
    ("optimizer", lambda: classifier().model.compile("addam"), UnknownNameError, "Did you mean 'Adam'"),
    (
        "loss",
        lambda: classifier(loss="binary_crosentropy"),
        UnknownNameError,
        "Did you mean 'binary_crossentropy'",
    ),
    (
        "metric",
        lambda: Sequential().compile("sgd", "mse", metrics=["acuracy"]),
        UnknownNameError,
        "Unknown metric; received: 'acuracy'. Did you mean",
    ),
    ("initializer", lambda: Dense(3, kernel_initializer="glorot"), UnknownNameError, "Did you mean 'Glorot"),
    ("learning rate in words", lambda: optimizers.Adam("fast"), ConfigurationError, "received: 'fast'"),
    ("negative learning rate", lambda: optimizers.Adam(-1), ConfigurationError, "at least 0"),
    (
        "units in words",
        lambda: Dense("ten"),
        ConfigurationError,
        "`units` must be a positive integer; received: 'ten'",
    ),
    ("negative units", lambda: Dense(-3), ConfigurationError, "received: -3"),
    ("dropout of everything and more", lambda: Dropout(1.5), ConfigurationError, r"received: 1\.5"),
    (
        "steps per execution",
        lambda: Sequential().compile(steps_per_execution=0),
        ConfigurationError,
        "positive integer",
    ),
    ("jit", lambda: Sequential().compile(jit_compile="yes"), ConfigurationError, "received: 'yes'"),
    (
        "no loss",
        lambda: classifier(loss=None),
        ConfigurationError,
        "There is nothing to optimize",
    ),
    (
        "two losses for one output",
        lambda: classifier(loss=["mse", "mae"]),
        ConfigurationError,
        "received: 2 entries",
    ),
    (
        "loss that does not average",
        lambda: classifier(1, None, losses.MeanSquaredError(reduction=None), y=NUMBERS),
        ConfigurationError,
        "Use reduction='sum_over_batch_size'",
    ),
]

TARGETS: list[Case] = [
    ("labels from 1", lambda: classifier(y=LABELS + 1), LabelError, "They seem to start at 1: subtract 1"),
    ("negative labels", lambda: classifier(y=LABELS - 1), LabelError, "Number the classes from 0"),
    (
        "labels beyond the classes",
        lambda: classifier(y=LABELS * 3),
        LabelError,
        "Give the last layer 7 units",
    ),
    ("fractions as labels", lambda: classifier(y=LABELS + 0.5), LabelError, "needs integer labels"),
    (
        "integer labels, categorical",
        lambda: classifier(loss="categorical_crossentropy"),
        LabelError,
        "For integer labels use sparse_categorical_crossentropy, or turn them into one-hot rows",
    ),
    ("one-hot rows, sparse", lambda: classifier(y=ONE_HOT), LabelError, "look like one-hot rows"),
    ("broadcasting targets", lambda: classifier(loss="mse", y=NUMBERS), ShapeError, r"rows of shape \(3,\)"),
    (
        "broadcasting outputs",
        lambda: classifier(1, None, "mse", y=ONE_HOT),
        ShapeError,
        r"received: targets of shape \(24, 3\)",
    ),
    (
        "one label for three sigmoids",
        lambda: classifier(3, "sigmoid", "binary_crossentropy", y=BINARY),
        ShapeError,
        "use sparse_categorical_crossentropy with a softmax",
    ),
    (
        "one-hot, one sigmoid",
        lambda: classifier(1, "sigmoid", "bce", y=ONE_HOT),
        ShapeError,
        "as many units as classes",
    ),
    (
        "signs",
        lambda: classifier(1, "sigmoid", "bce", y=BINARY * 2 - 1),
        LabelError,
        r"with \(y \+ 1\) / 2, or use hinge",
    ),
    ("three labels, binary", lambda: classifier(1, "sigmoid", "bce"), LabelError, "values from 0 to 2"),
    (
        "categorical, one sigmoid",
        lambda: classifier(1, "sigmoid", "categorical_crossentropy", y=BINARY),
        ShapeError,
        "For two classes and one unit use binary_crossentropy",
    ),
    ("sparse, one sigmoid", lambda: classifier(1, "sigmoid", y=BINARY), ShapeError, "at least two"),
    (
        "softmax of one unit",
        lambda: classifier(1, "softmax", "binary_crossentropy", y=BINARY),
        ConfigurationError,
        "A softmax over a single unit is 1 whatever goes in",
    ),
    (
        "softmax layer of one unit",
        lambda: compiled([Input((4,)), Dense(1), Softmax()], "mse").fit(X, NUMBERS),
        ConfigurationError,
        "A softmax over a single unit",
    ),
    (
        "no probabilities, sparse",
        lambda: classifier(activation=None),
        ConfigurationError,
        "the loss from_logits=True",
    ),
    (
        "no probabilities, one-hot",
        lambda: classifier(activation="relu", loss="categorical_crossentropy", y=ONE_HOT),
        ConfigurationError,
        "received: activation='relu'",
    ),
    (
        "no probabilities, binary",
        lambda: classifier(1, "tanh", "bce", y=BINARY),
        ConfigurationError,
        "activation='sigmoid'",
    ),
    (
        "no probabilities in a nested model",
        lambda: compiled([Input((4,)), Sequential([Input((4,)), Dense(3)])]).fit(X, LABELS),
        ConfigurationError,
        "takes probabilities",
    ),
    (
        "metric of other shapes",
        lambda: compiled_with(metrics.Precision(), 3, "softmax").fit(X, LABELS),
        ShapeError,
        "Targets and predictions must have the same shape",
    ),
]


def compiled_with(metric: Any, units: int, activation: Any) -> Sequential:
    model = Sequential([Input((4,)), Dense(units, activation=activation)])
    model.compile("sgd", SPARSE, metrics=[metric])
    return model


SEVERAL: list[Case] = [
    (
        "one input of two",
        lambda: double(x=[X]),
        ConfigurationError,
        r"takes 2 inputs \(one, other\); received: 1",
    ),
    ("three inputs of two", lambda: double(x=[X, OTHER, OTHER]), ConfigurationError, "received: 3"),
    ("two inputs of one", lambda: classifier(x=[X, X]), ConfigurationError, r"takes 1 input \("),
    ("one target of two", lambda: double(y=NUMBERS), DataError, r"has 2 outputs \(size, weight\)"),
    ("unknown input", lambda: double(x={"one": X, "two": OTHER}), ConfigurationError, r"without \['other'\]"),
    (
        "unknown output",
        lambda: double(y={"size": NUMBERS, "mass": NUMBERS}),
        ConfigurationError,
        r"received: \['mass'\]",
    ),
    (
        "missing output",
        lambda: double(y={"size": NUMBERS}),
        DataError,
        "loss of the output 'weight' needs targets",
    ),
    ("inputs of unequal lengths", lambda: double(x=[X, OTHER[:5]]), DataError, r"`x\[0\]` 24, `x\[1\]` 5"),
    ("wrong shape of the second", lambda: double(x=[X, X]), ShapeError, "The input 'other'"),
]


def disconnected() -> Model:
    one, other = Input((4,), name="one"), Input((4,), name="other")
    return Model(one, Dense(1)(Add()([one, other])))


def twice_named() -> Model:
    inputs = Input((4,))
    return Model(inputs, Dense(1, name="same")(Dense(3, name="same")(inputs)))


NETWORKS: list[Case] = [
    (
        "fit before compile",
        lambda: Sequential([Dense(3)]).fit(X, LABELS),
        NotCompiledError,
        "call `model.compile",
    ),
    (
        "evaluate before compile",
        lambda: Sequential([Dense(3)]).evaluate(X, LABELS),
        NotCompiledError,
        "To evaluate",
    ),
    (
        "a step before compile",
        lambda: Sequential([Dense(3)]).train_on_batch(X, LABELS),
        NotCompiledError,
        "To train",
    ),
    (
        "counting before building",
        lambda: Sequential([Dense(3)]).count_params(),
        NotBuiltError,
        "no weights yet",
    ),
    ("output before building", lambda: Dense(3).output, NotBuiltError, "not part of a network"),
    (
        "model output before building",
        lambda: Sequential([Dense(3)]).output,
        NotBuiltError,
        "input shape is not known",
    ),
    ("no layers", lambda: compiled([]).fit(X, LABELS), ConfigurationError, "has no layers; add some first"),
    ("input only", lambda: compiled([Input((4,))]).fit(X, LABELS), ConfigurationError, "has no layers"),
    ("no layers, called", lambda: Sequential()(X), ConfigurationError, "has no layers"),
    (
        "one name twice",
        lambda: Sequential([Dense(3, name="d"), Dense(3, name="d")]),
        ConfigurationError,
        "Names of layers",
    ),
    ("one name twice, functional", twice_named, ConfigurationError, "2 layers named 'same'"),
    ("not connected", disconnected, ConfigurationError, "The network is not connected"),
    (
        "array as output",
        lambda: Model(Input((4,)), X),
        ConfigurationError,
        "`outputs` must be symbolic tensors",
    ),
    ("inputs alone", lambda: Model(Input((4,))), ConfigurationError, "both `inputs` and `outputs`"),
    (
        "a string as layer",
        lambda: Sequential(["dense"]),
        ConfigurationError,
        "takes layers; received: 'dense'",
    ),
    ("a class as layer", lambda: Sequential([Dense]), ConfigurationError, "takes layers"),
    (
        "late input",
        lambda: Sequential([Dense(3), Input((4,))]),
        ConfigurationError,
        "The input must come first",
    ),
    ("nothing to pop", lambda: Sequential().pop(), ConfigurationError, "no layer to take off"),
    ("reshape", lambda: Sequential([Input((4,)), Reshape((3, 3))]), ShapeError, "9 numbers"),
    ("convolution of vectors", lambda: Sequential([Input((4,)), Conv2D(3, 3)]), ShapeError, "needs images"),
    (
        "window larger than the image",
        lambda: Sequential([Input((2, 2, 1)), Conv2D(3, 5)]),
        ShapeError,
        "do not fit",
    ),
    (
        "another shape later",
        lambda: [layer(x) for layer in [Dense(3)] for x in (X, X[:, :2])],
        ShapeError,
        "last dimension is 4",
    ),
    (
        "weights too few",
        lambda: Sequential([Input((4,)), Dense(3)]).set_weights([X]),
        ShapeError,
        "has 2 weights",
    ),
    (
        "unknown layer",
        lambda: Sequential([Input((4,)), Dense(3)]).get_layer("dens"),
        ConfigurationError,
        r"has the layers \['dense'\]",
    ),
    (
        "layer number",
        lambda: Sequential([Input((4,)), Dense(3)]).get_layer(index=4),
        ConfigurationError,
        "largest index is 0",
    ),
    ("own step", lambda: OwnStep().compile("sgd", "mse"), UnsupportedError, "overrides `train_step`"),
    ("model without call", lambda: NoCall()(X), UnsupportedError, "has no `call` method"),
]


class OwnStep(Model):
    def train_step(self, data: Any) -> Any:
        return {}


class NoCall(Model):
    pass


class ReturnsNumPy(Layer):
    def call(self, inputs: Any) -> Any:
        return np.ones((24, 3), "float32")


class UsesNumPy(Layer):
    def call(self, inputs: Any) -> Any:
        return np.tanh(np.asarray(inputs))


class ReturnsNothing(Layer):
    def call(self, inputs: Any) -> Any:
        self.last = ops.shape(inputs)


class Decides(Layer):
    def call(self, inputs: Any) -> Any:
        return inputs if ops.sum(inputs) > 0 else -inputs


class TakesNumber(Layer):
    def call(self, inputs: Any) -> Any:
        return inputs * float(ops.sum(inputs))


class DoesNotFit(Layer):
    def call(self, inputs: Any) -> Any:
        return ops.matmul(inputs, ops.ones((7, 2)))


class ForgetsBase(Layer):
    def __init__(self) -> None:
        self.units = 3


class RaisesItself(Layer):
    def call(self, inputs: Any) -> Any:
        raise ValueError("my own words")


class ModelThatDoesNotFit(Model):
    def call(self, inputs: Any) -> Any:
        return ops.matmul(inputs, inputs)


OWN_CODE: list[Case] = [
    ("NumPy returned", lambda: with_layer(ReturnsNumPy), ConfigurationError, r"received: a numpy\.ndarray"),
    ("NumPy used", lambda: with_layer(UsesNumPy), ConfigurationError, "or in a NumPy function"),
    ("nothing returned", lambda: with_layer(ReturnsNothing), ConfigurationError, "received: None"),
    (
        "if",
        lambda: with_layer(Decides),
        ConfigurationError,
        r"`ops\.where`\), or `compile\(run_eagerly=True\)`",
    ),
    ("float", lambda: with_layer(TakesNumber), ConfigurationError, "its values are not known yet"),
    (
        "shapes",
        lambda: with_layer(DoesNotFit),
        ShapeError,
        r"'does_not_fit' \(DoesNotFit\) uses arrays that do not fit",
    ),
    ("no super", lambda: with_layer(ForgetsBase), ConfigurationError, r"must call `super\(\)\.__init__\(\)`"),
    (
        "no super, first",
        lambda: Sequential([ForgetsBase()]),
        ConfigurationError,
        "at the start of its `__init__`",
    ),
    (
        "model shapes",
        lambda: ModelThatDoesNotFit(name="mine").predict(X),
        ShapeError,
        "The model 'mine' uses arrays",
    ),
    (
        "loss with if",
        lambda: own_loss(lambda y, p: p if ops.sum(y) > 0 else y),
        ConfigurationError,
        "The loss '<lambda>' of the output",
    ),
    (
        "loss without return",
        lambda: own_loss(lambda y, p: None),
        ConfigurationError,
        "It may lack a `return`",
    ),
    ("loss shapes", lambda: own_loss(lambda y, p: ops.matmul(y, p)), ShapeError, "in the engine's words"),
    (
        "metric shapes",
        lambda: own_metric(lambda y, p: ops.matmul(y, p)),
        ShapeError,
        "The metric .* of the output",
    ),
]


def with_layer(kind: type[Layer]) -> Any:
    model = compiled([Input((4,)), kind(), Dense(3, activation="softmax")])
    return model.fit(X, LABELS, verbose=0)


def own_loss(function: Any) -> Any:
    return classifier(1, None, function, y=NUMBERS)


def own_metric(function: Any) -> Any:
    model = Sequential([Input((4,)), Dense(1)])
    model.compile("sgd", "mse", metrics=[function])
    return model.fit(X, NUMBERS, verbose=0)


@refuse(ARRAYS)
def test_arrays(action: Callable[[], Any], kind: type[RanvierError], sentence: str) -> None:
    check(action, kind, sentence)


@refuse(ARGUMENTS)
def test_arguments(action: Callable[[], Any], kind: type[RanvierError], sentence: str) -> None:
    check(action, kind, sentence)


@refuse(TARGETS)
def test_targets(action: Callable[[], Any], kind: type[RanvierError], sentence: str) -> None:
    check(action, kind, sentence)


@refuse(SEVERAL)
def test_several_inputs_and_outputs(
    action: Callable[[], Any], kind: type[RanvierError], sentence: str
) -> None:
    check(action, kind, sentence)


@refuse(NETWORKS)
def test_networks(action: Callable[[], Any], kind: type[RanvierError], sentence: str) -> None:
    check(action, kind, sentence)


@refuse(OWN_CODE)
def test_code_of_the_users_own(action: Callable[[], Any], kind: type[RanvierError], sentence: str) -> None:
    check(action, kind, sentence)


def test_errors_of_the_users_own_pass_through() -> None:
    with pytest.raises(ValueError, match=r"^my own words"):
        with_layer(RaisesItself)

    def broken() -> Any:
        yield X, LABELS
        raise KeyError("a file")

    with pytest.raises(KeyError, match="a file"):
        classifier(x=broken(), y=None)


def test_logits_of_probabilities_are_warned_of() -> None:
    with pytest.warns(UserWarning, match=r"is the softmax already.* Leave out activation='softmax'"):
        classifier(loss=losses.SparseCategoricalCrossentropy(from_logits=True))


def test_python_control_flow_runs_eagerly() -> None:
    model = Sequential([Decides(), Dense(3, activation="softmax")])
    model.compile("sgd", SPARSE, run_eagerly=True)
    history = model.fit(X, LABELS, batch_size=12, verbose=0).history
    assert np.isfinite(history["loss"]).all()


def test_one_class_only() -> None:
    history = classifier(y=LABELS * 0, epochs=2).history
    assert history["loss"][1] < history["loss"][0]
    model = Sequential([Input((4,)), Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=["AUC", "precision", "recall"])
    results = model.evaluate(X, BINARY * 0, verbose=0, return_dict=True)
    assert np.isfinite(list(results.values())).all()


def test_compiling_twice_begins_anew() -> None:
    model = Sequential([Input((4,)), Dense(3, activation="softmax")])
    model.compile("adam", SPARSE, metrics=["accuracy"])
    model.fit(X, LABELS, verbose=0)
    weights = model.get_weights()
    model.compile("sgd", "categorical_crossentropy")
    assert int(model.optimizer.iterations) == 0
    assert model.metrics_names == ["loss"]
    for old, new in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert list(model.fit(X, ONE_HOT, verbose=0).history) == ["loss"]


def test_prediction_builds_what_has_no_shape_yet() -> None:
    model = Sequential([Flatten(), Dense(3)])
    assert model.predict(X, verbose=0).shape == (24, 3)
    assert model.built


def test_a_model_stays_usable_after_an_error() -> None:
    model = Sequential([Input((4,)), Dense(3, activation="softmax")])
    model.compile("sgd", SPARSE)
    with pytest.raises(LabelError):
        model.fit(X, LABELS + 1, verbose=0)
    assert len(model.fit(X, LABELS, verbose=0).history["loss"]) == 1
