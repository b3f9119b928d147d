"""Layers as users write them."""

from __future__ import annotations

import json
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import layers
from ranvier.errors import ConfigurationError, DataTypeError, NotBuiltError, ShapeError, UnsupportedError
from ranvier.forward_pass import ForwardPass, forward_pass
from ranvier.layers import Dense, Input, InputSpec, Layer
from ranvier.variable import Variable

X = np.arange(6.0, dtype="float32").reshape(2, 3) / 6.0


class Linear(Layer):
    def __init__(self, units: int = 4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape: Any) -> None:
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="ones", name="w")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", regularizer="l2")
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False, name="calls")

    def call(self, inputs: Any, training: bool = False) -> Any:
        if training:
            self.calls.assign_add(1.0)
        return inputs @ self.w + self.b

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


def test_layer_in_the_manner_of_keras() -> None:
    layer = Linear()
    np.testing.assert_allclose(layer(X), X @ np.ones((3, 4)), rtol=1e-6)
    assert [variable.path for variable in layer.weights] == ["linear/w", "linear/variable_1", "linear/calls"]
    assert layer.trainable_weights == [layer.w, layer.b]
    assert layer.non_trainable_weights == [layer.calls]
    assert layer.count_params() == 17
    assert len(layer.losses) == 1
    layer(X, training=True)
    layer(X, True)
    layer(X, None)
    assert float(layer.calls) == 2.0


def test_configuration_of_a_users_layer() -> None:
    layer = Linear(5, name="mine", trainable=False)
    config = layer.get_config()
    assert config == {"name": "mine", "trainable": False, "dtype": "float32", "units": 5}
    description = layers.serialize(layer)
    again = layers.deserialize(description, custom_objects={"Linear": Linear})
    assert isinstance(again, Linear)
    assert again.get_config() == config


def test_structure_of_a_users_layer_is_itself() -> None:
    one, other = Linear(), Linear()
    assert one.structure() != other.structure()
    assert one.structure() == one.structure()
    assert not one.rowwise
    assert Dense(2, activation="relu").rowwise
    assert not Dense(2, activation=lambda x: x - x.mean(axis=0)).rowwise
    assert one.compute_dtype == one.variable_dtype == "float32"


def test_freezing_after_build() -> None:
    layer = Linear()
    layer(X)
    layer.trainable = False
    assert layer.trainable_variables == []
    assert layer.non_trainable_variables == layer.variables
    layer.trainable = True
    assert layer.trainable_variables == [layer.w, layer.b]


def test_symbolic_call_builds_and_assigns_nothing() -> None:
    layer = Linear()
    tensor = layer(Input((3,)), training=True)
    assert tensor.shape == (None, 4)
    assert float(layer.calls) == 0.0
    assert layer.output is tensor
    assert layer.input.shape == (None, 3)


class Nested(Layer):
    def __init__(self) -> None:
        super().__init__()
        self.first = Dense(4)
        self.rest = [Linear(3), {"last": Dense(2)}]

    def call(self, inputs: Any, training: Any = None) -> Any:
        hidden = self.rest[0](self.first(inputs), training=training)
        return self.rest[1]["last"](hidden)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape[:-1], 2)


@pytest.mark.parametrize("symbolic", [True, False])
def test_sublayers_are_found_and_built_lazily(symbolic: bool) -> None:
    layer = Nested()
    outputs = layer(Input((3,)) if symbolic else X)
    assert outputs.shape[1:] == (2,)
    assert layer.sublayers() == [layer.first, layer.rest[0], layer.rest[1]["last"]]
    assert len(layer.weights) == 7
    assert all(isinstance(variable.value, np.ndarray) for variable in layer.weights)
    layer(X, training=True)
    assert float(layer.rest[0].calls) == 1.0
    layer.trainable = False
    assert not layer.rest[1]["last"].trainable


class BuiltWhileTraced(Layer):
    def call(self, inputs: Any) -> Any:
        if not hasattr(self, "inner"):
            self.inner = Linear(2)
        return self.inner(inputs, training=True)


def test_layer_made_inside_a_traced_call_keeps_its_first_values() -> None:
    layer = BuiltWhileTraced()
    layer(Input((3,)))
    assert float(layer.inner.calls) == 0.0
    np.testing.assert_array_equal(layer.inner.w.numpy(), np.ones((3, 2)))


class Doubled(Dense):
    def call(self, inputs: Any) -> Any:
        return 2.0 * super().call(inputs)


def test_subclass_of_a_built_in_layer() -> None:
    layer = Doubled(3, use_bias=False)
    np.testing.assert_allclose(layer(X), 2.0 * X @ layer.kernel.numpy(), rtol=1e-5)
    assert layer(Input((3,))).shape == (None, 3)
    assert layer.get_config()["units"] == 3


class TwoInputs(Layer):
    def build(self, left_shape: Any, right_shape: Any) -> None:
        self.w = self.add_weight(shape=(left_shape[-1], right_shape[-1]), initializer="ones")

    def call(self, left: Any, right: Any) -> Any:
        return left @ self.w * right


def test_several_inputs_and_their_shapes() -> None:
    layer = TwoInputs()
    assert layer(X, X[:, :2]).shape == (2, 2)
    assert layer.w.shape == (3, 2)
    assert TwoInputs()(Input((3,)), right=Input((2,))).shape == (None, 2)


class Keras2(Layer):
    def build(self, input_shape: Any) -> None:
        self.w = self.add_weight("w", (input_shape[-1], 2), trainable=True)
        super().build(input_shape)

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        return inputs @ self.w * (2.0 if kwargs["training"] else 1.0)


def test_manner_of_keras_2() -> None:
    layer = Keras2(input_shape=(3,))
    assert layer.declared_shape == (3,)
    np.testing.assert_allclose(layer(X, training=True), 2.0 * layer(X), rtol=1e-6)
    assert layer.w.name == "w"
    assert Keras2(input_dim=5).declared_shape == (5,)
    assert Keras2(batch_input_shape=(None, 6)).declared_shape == (6,)


class Untrained(Layer):
    def call(self, inputs: Any) -> Any:
        return inputs + 1.0


def test_mode_reaches_only_calls_that_ask() -> None:
    np.testing.assert_allclose(Untrained()(X, training=True), X + 1.0, rtol=1e-6)


def test_two_weights_of_one_name() -> None:
    layer = Untrained()
    first, second = layer.add_weight((2,), name="w"), layer.add_weight((2,), name="w")
    assert layer.weights == [first, second]
    assert layer.add_weight(shape=3, dtype="int32", name="count").numpy().tolist() == [0, 0, 0]


def test_variables_kept_as_attributes_are_weights() -> None:
    layer = Untrained()
    layer.scale = Variable(np.ones(2, "float32"))
    layer.held = Variable(np.ones(2, "float32"), trainable=False)
    layer.add_weight((1,), name="w")
    assert [variable.shape for variable in layer.weights] == [(1,), (2,), (2,)]
    assert layer.trainable_variables == [layer.weights[0], layer.scale]


class Penalised(Layer):
    def call(self, inputs: Any) -> Any:
        self.add_loss(jnp.sum(inputs))
        self.add_loss([1.0, inputs])
        return inputs


def test_losses_added_in_a_call_belong_to_the_pass() -> None:
    run = ForwardPass(training=True)
    with forward_pass(run):
        Penalised()(X)
    np.testing.assert_allclose(run.losses, [X.sum(), 1.0, X.sum()], rtol=1e-6)
    Penalised().add_loss(1.0)


def test_losses_of_the_last_call_by_hand() -> None:
    class Outer(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Penalised()
            self.dense = Dense(2, kernel_regularizer="l2")

        def call(self, inputs: Any) -> Any:
            return self.dense(self.inner(inputs))

    layer = Outer()
    assert layer.losses == []
    for _ in range(2):
        layer(X)
        np.testing.assert_allclose(layer.losses[:3], [X.sum(), 1.0, X.sum()], rtol=1e-6)
        assert len(layer.losses) == 4
    jax.jit(layer)(2 * X)
    assert float(layer.losses[0]) == pytest.approx(X.sum())
    layer(Input((3,)))
    assert len(layer.losses) == 4


def test_activity_penalty_is_a_mean_over_real_rows() -> None:
    layer = layers.ActivityRegularization(l2=0.5)
    run = ForwardPass(training=True, valid=jnp.asarray([1.0, 0.0]))
    with forward_pass(run):
        layer(X)
    np.testing.assert_allclose(run.losses, [0.5 * np.square(X[0]).sum()], rtol=1e-6)
    unpadded = ForwardPass(training=True)
    with forward_pass(unpadded):
        layer(X[:1])
    np.testing.assert_allclose(unpadded.losses, run.losses, rtol=1e-6)


def test_inputs_of_other_kinds() -> None:
    layer = layers.Rescaling(2.0)
    for inputs in (X.astype("float64"), jnp.asarray(X), X.astype("float16")):
        np.testing.assert_allclose(layer(inputs), 2.0 * X, rtol=1e-3)
    np.testing.assert_allclose(layer([[1, 2], [3, 4]]), [[2.0, 4.0], [6.0, 8.0]])
    np.testing.assert_allclose(layer(np.array([[1, 255]], "uint8")), [[2.0, 510.0]])
    assert layers.Flatten()(np.ones((2, 2, 2), "uint8")).dtype == np.uint8
    assert layers.Dense(2, dtype="bfloat16")(X).dtype == jnp.bfloat16


def test_sizes_of_integers_in_symbolic_calls() -> None:
    assert layers.Flatten()(Input((2, 2), dtype="int32")).dtype == "int32"
    joined = layers.Concatenate()([Input((2,), dtype="int32"), Input((2,))])
    assert joined.dtype == "float32"


class NoInit(Layer):
    def __init__(self) -> None:
        self.units = 2


class Returning(Layer):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value

    def call(self, inputs: Any) -> Any:
        return self.value(inputs)


class Wanting(Layer):
    def __init__(self, spec: Any) -> None:
        super().__init__()
        self.input_spec = spec

    def call(self, inputs: Any) -> Any:
        return inputs


class JaxNumpy(Linear):
    def call(self, inputs: Any, training: bool = False) -> Any:
        return jnp.matmul(inputs, self.w)


def spread(values: Any) -> Any:
    return jnp.ones((values.shape[0],) * values.shape[0] if values.shape[0] < 85 else (2, 2, 2))


MISTAKES = [
    (lambda: NoInit()(X), ConfigurationError, r"NoInit must call `super\(\).__init__\(\)`"),
    (lambda: NoInit().weights, ConfigurationError, "must call"),
    (lambda: NoInit().trainable_weights, ConfigurationError, "must call"),
    (lambda: Returning(lambda _: None)(X), ConfigurationError, "must return arrays.*received: None"),
    (lambda: Returning(lambda _: np.ones(2))(X), ConfigurationError, "must return arrays.*numpy.ndarray"),
    (lambda: Returning(lambda _: None)(Input((3,))), ConfigurationError, "received: None"),
    (
        lambda: Returning(lambda x: jnp.asarray(np.tanh(x)))(Input((3,))),
        ConfigurationError,
        "functions of `ranvier.ops`",
    ),
    (lambda: Returning(lambda x: x if x.sum() > 0 else -x)(Input((3,))), ConfigurationError, "in an `if`"),
    (lambda: Returning(lambda x: x * float(x[0, 0]))(Input((3,))), ConfigurationError, "as a number"),
    (lambda: JaxNumpy()(X), ConfigurationError, "hand over `weight.value`"),
    (lambda: Dense(2)(None), ConfigurationError, "must be called on arrays; received: None"),
    (lambda: Dense(2)(), ConfigurationError, "received: none"),
    (lambda: Returning(lambda x: x.reshape(7))(X), TypeError, "reshape"),
    (lambda: Returning(lambda x: int("a"))(X), ValueError, "invalid literal"),
    (lambda: Layer()(X), NotImplementedError, "must implement `call`"),
    (lambda: Dense(2, activaton="relu"), ConfigurationError, "'activaton'.*It takes: activation"),
    (lambda: Dense(2, name="a/b"), ConfigurationError, "without '/'"),
    (lambda: Dense(2, dtype="int32"), UnsupportedError, "received dtype: 'int32'"),
    (lambda: Dense(2).count_params(), NotBuiltError, "has no weights yet"),
    (lambda: Dense(2).output, NotBuiltError, "not part of a network"),
    (lambda: Dense(2)(np.array([["a"]])), DataTypeError, "arrays of numbers; received dtype: <U1"),
    (lambda: Dense(2)(np.array([[None]])), DataTypeError, "received dtype: object"),
    (lambda: Untrained().add_weight((None, 2)), ShapeError, r"unknown dimensions; received: \(None, 2\)"),
    (lambda: Linear().set_weights([X]), ShapeError, "has 0 weights.*received: 1"),
    (lambda: Wanting(InputSpec(ndim=3))(X), ShapeError, r"3 axes; received shape: \(2, 3\)"),
    (lambda: Wanting(InputSpec(min_ndim=3))(X), ShapeError, "at least 3 axes"),
    (lambda: Wanting(InputSpec(max_ndim=1))(Input((3,))), ShapeError, "at most 1 axes"),
    (lambda: Wanting([InputSpec(axes={-1: 4})])(X), ShapeError, "size 4 along axis -1"),
    (lambda: Wanting(InputSpec(shape=(None, 4)))(X), ShapeError, r"shape \(None, 4\)"),
]


@pytest.mark.parametrize(("mistake", "kind", "sentence"), MISTAKES, ids=range(len(MISTAKES)))
def test_mistakes_are_explained(mistake: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        mistake()


def test_demands_that_are_met() -> None:
    spec = InputSpec(shape=(None, 3, 1), allow_last_axis_squeeze=True)
    assert Wanting(spec)(X).shape == (2, 3)
    assert Wanting(InputSpec(axes={1: None, 0: 2}))(X).shape == (2, 3)


def test_weights_of_wrong_shape_change_nothing() -> None:
    layer = Linear()
    layer(X)
    before = layer.get_weights()
    with pytest.raises(
        ShapeError, match=r"weight 'linear/calls' has shape \(\); received an array of shape \(2,\)"
    ):
        layer.set_weights([np.zeros((3, 4)), np.zeros(4), np.zeros(2)])
    jax.tree.map(np.testing.assert_array_equal, layer.get_weights(), before)


def test_shown() -> None:
    assert repr(Dense(2, name="d")) == "<Dense name=d, built=False>"
    assert repr(NoInit()) == "<NoInit name=None, built=False>"


def test_initializer_written_with_the_engine_while_traced() -> None:
    class Outer(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Dense(2, kernel_initializer=lambda shape, dtype=None: jnp.ones(shape, dtype) * 3.0)

        def call(self, inputs: Any) -> Any:
            return self.inner(inputs)

    layer = Outer()
    layer(Input((3,)))
    np.testing.assert_array_equal(layer.inner.kernel.numpy(), np.full((3, 2), 3.0))


def test_shape_of_outputs_by_tracing() -> None:
    assert Linear(7).compute_output_shape((None, 3)) == (None, 7)
    with pytest.raises(ConfigurationError, match="number of axes of an output must not depend"):
        Returning(spread)(Input((3,)))


class Total(Layer):
    """Adds up what it sees, and returns the weight itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.total = self.add_weight(shape=(2,), initializer="zeros", trainable=False)

    def call(self, inputs: Any) -> Any:
        self.total.assign_add(jnp.sum(inputs, axis=0))
        return self.total


def test_a_call_may_return_a_weight() -> None:
    layer = Total()
    rows = np.ones((3, 2), "float32")
    assert isinstance(layer(rows), jax.Array)
    assert layer(rows).tolist() == [6.0, 6.0]


NUMPY_INTEGERS: list[tuple[str, Any]] = [
    ("Dense", lambda two: layers.Dense(two)),
    ("Conv2D", lambda two: layers.Conv2D(two, (two, two), strides=two, groups=np.int64(1))),
    ("MaxPooling2D", lambda two: layers.MaxPooling2D(two)),
    ("RepeatVector", lambda two: layers.RepeatVector(two)),
    ("Concatenate", lambda two: layers.Concatenate(axis=two)),
    ("Dot", lambda two: layers.Dot(axes=(two, two))),
    ("BatchNormalization", lambda two: layers.BatchNormalization(axis=two)),
    ("LayerNormalization", lambda two: layers.LayerNormalization(axis=two)),
    ("GroupNormalization", lambda two: layers.GroupNormalization(groups=two, axis=two)),
    ("Normalization", lambda two: layers.Normalization(axis=two)),
    ("Softmax", lambda two: layers.Softmax(axis=two)),
    ("PReLU", lambda two: layers.PReLU(shared_axes=two)),
    ("Dropout", lambda two: layers.Dropout(0.5, noise_shape=(two, two), seed=two)),
]


@pytest.mark.parametrize(("name", "make"), NUMPY_INTEGERS)
def test_integers_of_numpy(name: str, make: Any) -> None:
    layer, expected = make(np.int64(2)), make(2)
    layer.name = expected.name = name
    assert layer.structure() == expected.structure()
    assert json.dumps(layer.get_config()) == json.dumps(expected.get_config())
