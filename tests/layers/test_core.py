"""Functions as layers, names in files, and the small layers that only rearrange."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import layers
from ranvier.errors import ConfigurationError, FileFormatError, ShapeError, UnknownNameError, UnsupportedError
from ranvier.forward_pass import ForwardPass, forward_pass
from ranvier.layers import Input, Lambda, configuration

X = np.array([[1.0, -2.0], [0.5, 3.0]], "float32")


def shifted(inputs: Any, by: float = 1.0, training: bool = False, mask: Any = None) -> Any:
    del mask
    return inputs + (0.0 if training else by)


def test_function_as_a_layer() -> None:
    layer = Lambda(shifted, arguments={"by": 2.0})
    np.testing.assert_allclose(layer(X), X + 2.0)
    np.testing.assert_allclose(layer(X, training=True), X)
    assert layer(Input((2,))).shape == (None, 2)
    assert Lambda(lambda x: x[:, 0])(Input((2,))).shape == (None,)
    assert Lambda(jnp.argmax)(X).dtype == jnp.int32


def test_function_and_its_arguments_are_the_structure() -> None:
    assert Lambda(shifted).structure() == Lambda(shifted).structure()
    assert Lambda(shifted).structure() != Lambda(shifted, arguments={"by": 2.0}).structure()
    assert not Lambda(shifted).rowwise


def test_declared_output_shape_is_checked() -> None:
    assert Lambda(shifted, output_shape=(2,))(X).shape == (2, 2)
    with pytest.raises(
        ConfigurationError, match=r"output_shape=\(3,\), but its function returns.*received: \(2,\)"
    ):
        Lambda(shifted, output_shape=(3,))(Input((2,)))


def test_functions_do_not_go_into_files() -> None:
    layer = Lambda(shifted, name="shift")
    with pytest.raises(UnsupportedError, match="holds no code; received: 'shift'"):
        layers.serialize(layer)
    with pytest.raises(UnknownNameError, match="Unknown layer; received: 'Lambda'"):
        layers.deserialize({"class_name": "Lambda", "config": {}})
    with pytest.raises(UnknownNameError, match="Did you mean 'Dense'"):
        layers.deserialize({"class_name": "Dens", "config": {}})
    with pytest.raises(FileFormatError):
        layers.deserialize({"config": {}})


def test_classes_of_higher_floors_enter_themselves() -> None:
    class Stack(layers.Layer):
        pass

    try:
        assert layers.include(Stack) is Stack
        assert isinstance(layers.deserialize({"class_name": "Stack", "config": {"name": "s"}}), Stack)
    finally:
        del layers.REGISTRY.entries["Stack"]


def test_public_names_exist() -> None:
    assert len(layers.__all__) == len(set(layers.__all__))
    assert all(hasattr(layers, name) for name in layers.__all__)


def test_penalties_are_data() -> None:
    one, other = layers.ActivityRegularization(l1=0.1, l2=0.2), layers.ActivityRegularization(l1=0.3, l2=0.4)
    assert one.structure() == other.structure()
    run = ForwardPass(training=True)
    with forward_pass(run):
        one(X)
    assert float(run.losses[0]) == pytest.approx(
        (0.1 * np.abs(X).sum() + 0.2 * np.square(X).sum()) / 2, rel=1e-5
    )


def test_single_numbers_of_rescaling_are_data() -> None:
    assert layers.Rescaling(2.0).structure() == layers.Rescaling(3.0, 1.0).structure()
    assert layers.Rescaling(2.0).settings() == {"scale": 2.0, "offset": 0.0}
    assert layers.Rescaling([2.0]).structure() != layers.Rescaling([3.0]).structure()


def test_softmax_of_masked_positions_is_zero() -> None:
    outputs = layers.Softmax()(X, mask=np.array([[True, False], [True, True]]))
    np.testing.assert_allclose(outputs[0], [1.0, 0.0])
    np.testing.assert_allclose(np.asarray(outputs).sum(axis=-1), 1.0, rtol=1e-6)
    both = layers.Softmax(axis=(1, 2))(np.ones((1, 2, 2)))
    np.testing.assert_allclose(both, np.full((1, 2, 2), 0.25))


def test_outputs_of_activations_remember_their_logits() -> None:
    run = ForwardPass()
    with forward_pass(run):
        softmax, sigmoid = layers.Softmax()(X), layers.Activation("sigmoid")(X)
        plain = layers.ReLU()(X)
    np.testing.assert_array_equal(run.logits_of(softmax, "softmax"), X)
    np.testing.assert_array_equal(run.logits_of(sigmoid, "sigmoid"), X)
    assert run.logits_of(softmax, "sigmoid") is None
    assert run.logits_of(plain, "softmax") is None


def test_unknown_sizes_of_rearrangements() -> None:
    assert layers.Flatten()(Input((None, 2))).shape == (None, None)
    assert layers.Reshape((-1, 2))(Input((None,))).shape == (None, None, 2)
    assert layers.LeakyReLU(alpha=0.5).negative_slope == 0.5


def test_inputs_are_described() -> None:
    tensor = Input((3,), batch_size=4, dtype="int32", name="given")
    assert (tensor.shape, tensor.dtype) == ((4, 3), "int32")
    layer = tensor.node.operation
    again = layers.deserialize(layers.serialize(layer))
    assert again.structure() == layer.structure()
    assert again.output.shape == (4, 3)
    assert layer.input is tensor
    np.testing.assert_array_equal(layer(X), X)
    assert Input(5).shape == (None, 5)
    assert layers.InputLayer(input_shape=(2,)).batch_shape == (None, 2)
    assert Input((5,), sparse=False, ragged=False, optional=False).shape == (None, 5)
    for kind in ("sparse", "ragged", "optional"):
        with pytest.raises(UnsupportedError, match=f"does not offer {kind}=True"):
            Input((5,), **{kind: True})


def test_arguments_of_many_kinds_as_json_and_as_keys() -> None:
    values = {"a": np.float32(1.5), "b": np.arange(2), "c": (1, None), "d": {"e": True}}
    assert configuration.serialized(values) == {"a": 1.5, "b": [0, 1], "c": [1, None], "d": {"e": True}}
    assert configuration.structural_value(values["d"]) == (("e", True),)
    assert hash(configuration.structural_value(values["b"])) is not None
    with pytest.raises(UnsupportedError, match="received: 1j"):
        configuration.serialized(1j)


def test_missing_initializer_is_glorot_as_in_keras() -> None:
    assert type(layers.Dense(2, kernel_initializer=None).kernel_initializer).__name__ == "GlorotUniform"


MISTAKES = [
    (lambda: Lambda(5), ConfigurationError, "must be callable"),
    (lambda: layers.Dense(0), ConfigurationError, "`units` must be a positive integer; received: 0"),
    (lambda: layers.Dense(2.5), ConfigurationError, "`units`"),
    (lambda: layers.Dense(2, activation="rely"), UnknownNameError, "Did you mean 'relu'"),
    (lambda: layers.Dense(2)(Input((None,))), ShapeError, "known last dimension"),
    (lambda: layers.ReLU(negative_slope=-1.0), ConfigurationError, "`negative_slope`"),
    (lambda: layers.LeakyReLU(negative_slope=-1.0), ConfigurationError, "`negative_slope`"),
    (lambda: layers.PReLU()(Input((None, 2))), ShapeError, "`shared_axes`"),
    (lambda: layers.Softmax(axis=["a"]), ConfigurationError, "`axis` must be an integer"),
    (lambda: layers.Flatten(data_format="first"), ConfigurationError, "`data_format`"),
    (lambda: layers.Reshape((2, 2))(Input((3,))), ShapeError, "needs inputs with 4 numbers an example"),
    (lambda: layers.Reshape((-1, -1)), ConfigurationError, "one of which may be -1"),
    (lambda: layers.Permute((1, 3)), ConfigurationError, "each of 1 to its length once"),
    (lambda: layers.RepeatVector(0), ConfigurationError, "`n` must be a positive integer"),
    (lambda: layers.RepeatVector(2)(np.ones((1, 2, 3))), ShapeError, r"\(batch, features\)"),
    (lambda: layers.LayerNormalization(axis="a"), ConfigurationError, "`axis`"),
    (lambda: layers.LayerNormalization(rms_scaling=True), UnsupportedError, "Use `RMSNormalization`"),
    (lambda: layers.LayerNormalization(axis=2)(X), ShapeError, "have an axis 2"),
    (lambda: layers.UnitNormalization(axis=2)(Input((3,))), ShapeError, "have an axis 2"),
    (lambda: layers.GroupNormalization(groups=0), ConfigurationError, "positive integer, or -1"),
    (
        lambda: layers.GroupNormalization(groups=2)(Input((3,))),
        ShapeError,
        "a multiple of that many features",
    ),
    (lambda: Input(), ConfigurationError, "shape"),
    (lambda: Input((-1,)), ShapeError, "positive integers and None"),
    (lambda: Input((2,), dtype="complex64"), ConfigurationError, "`dtype` must be one of"),
]


@pytest.mark.parametrize(("mistake", "kind", "sentence"), MISTAKES, ids=range(len(MISTAKES)))
def test_mistakes_are_explained(mistake: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        mistake()


def test_built_dense_refuses_other_features_in_a_network() -> None:
    layer = layers.Dense(2)
    layer(Input((3,)))
    for inputs in (Input((4,)), np.ones((1, 4))):
        with pytest.raises(ShapeError, match="last dimension is 3; received shape"):
            layer(inputs)


def test_sizes_of_an_input_may_be_numpy_integers() -> None:
    assert layers.Input((np.int64(32),)).shape == (None, 32)
    assert layers.Input(np.int32(4)).shape == (None, 4)


def test_a_masked_softmax_shares_among_what_is_kept() -> None:
    values = np.array([[1.0, 2.0, 5.0], [1.0, 1.0, 1.0], [3.0, 1.0, 2.0]], "float32")
    mask = np.array([[True, True, False], [False, False, False], [True, True, True]])
    part = np.exp([1.0, 2.0]) / np.exp([1.0, 2.0]).sum()
    whole = np.exp([3.0, 1.0, 2.0]) / np.exp([3.0, 1.0, 2.0]).sum()
    expected = [[*part, 0.0], [0.0, 0.0, 0.0], whole]
    np.testing.assert_allclose(layers.Softmax()(values, mask=mask), expected, rtol=1e-5)
    np.testing.assert_allclose(layers.Softmax()(values, mask=np.array([1, 1, 0]))[0], expected[0], rtol=1e-5)
    for wrong in (np.ones((2, 3)), np.ones((1, 3, 3))):
        with pytest.raises(ShapeError, match="must broadcast to its inputs; received: a mask of shape"):
            layers.Softmax()(values, mask=wrong)


def test_layers_without_weights_are_built_from_the_beginning() -> None:
    class Own(layers.Dropout):
        pass

    assert all(
        layer.built for layer in (layers.ReLU(), layers.Dropout(0.5), layers.MaxPooling2D(2), layers.Add())
    )
    assert not any(layer.built for layer in (layers.PReLU(), layers.Dense(2), Own(0.5)))
    assert layers.Flatten().count_params() == 0
