"""Every layer against real Keras and against itself; a new layer or option is tested by adding a row."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier import layers
from ranvier.forward_pass import ForwardPass, forward_pass
from ranvier.layers.signatures import shapes_of
from ranvier.variable import binding

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

IMAGE = (6, 5, 4)
# Class, arguments, shape of one example (a list of them for several inputs).
ROWS: list[tuple[str, dict[str, Any], Any]] = [
    ("Activation", {"activation": "tanh"}, (3,)),
    ("Activation", {"activation": "softmax"}, (2, 3)),
    ("ActivityRegularization", {"l1": 0.1, "l2": 0.2}, (3,)),
    ("Add", {}, [(3,), (3,), (3,)]),
    ("Add", {}, [(4, 3), (3,)]),
    ("Average", {}, [(3,), (3,)]),
    ("AveragePooling2D", {"pool_size": 2}, IMAGE),
    ("AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    (
        "AveragePooling2D",
        {"pool_size": (2, 3), "strides": (1, 2), "data_format": "channels_first"},
        (2, 5, 6),
    ),
    ("BatchNormalization", {}, (3,)),
    ("BatchNormalization", {"momentum": 0.7, "epsilon": 0.1, "center": False}, (5, 3)),
    ("BatchNormalization", {"axis": 1, "scale": False}, (3, 4, 2)),
    ("BatchNormalization", {"trainable": False}, IMAGE),
    ("Concatenate", {}, [(3,), (2,)]),
    ("Concatenate", {"axis": 1}, [(2, 3), (4, 3), (1, 3)]),
    ("Conv2D", {"filters": 3, "kernel_size": 3}, IMAGE),
    (
        "Conv2D",
        {"filters": 2, "kernel_size": (2, 3), "strides": (2, 1), "padding": "same", "use_bias": False},
        IMAGE,
    ),
    (
        "Conv2D",
        {"filters": 4, "kernel_size": 2, "dilation_rate": 2, "groups": 2, "activation": "tanh"},
        IMAGE,
    ),
    ("Conv2D", {"filters": 2, "kernel_size": 2, "data_format": "channels_first"}, (2, 4, 5)),
    ("Dense", {"units": 3}, (4,)),
    ("Dense", {"units": 2, "activation": "sigmoid", "use_bias": False}, (2, 3, 4)),
    ("Dot", {"axes": 1}, [(3,), (3,)]),
    ("Dot", {"axes": (2, 1), "normalize": True}, [(2, 3), (3, 4)]),
    ("Dot", {"axes": -1}, [(4, 3), (2, 3)]),
    ("Dropout", {"rate": 0.4}, (4,)),
    ("ELU", {"alpha": 0.7}, (4,)),
    ("Flatten", {}, (2, 3, 2)),
    ("Flatten", {"data_format": "channels_first"}, (2, 3, 2)),
    ("GaussianDropout", {"rate": 0.4}, (4,)),
    ("GaussianNoise", {"stddev": 0.4}, (4,)),
    ("GlobalAveragePooling2D", {}, IMAGE),
    ("GlobalAveragePooling2D", {"keepdims": True, "data_format": "channels_first"}, IMAGE),
    ("GlobalMaxPooling2D", {}, IMAGE),
    ("GlobalMaxPooling2D", {"keepdims": True}, IMAGE),
    ("GroupNormalization", {"groups": 2}, IMAGE),
    ("GroupNormalization", {"groups": -1, "axis": 1, "center": False, "scale": False}, (3, 4)),
    ("Identity", {}, (3,)),
    ("LayerNormalization", {}, (4,)),
    ("LayerNormalization", {"axis": [1, 3], "epsilon": 0.1}, (3, 2, 4)),
    ("LayerNormalization", {"axis": 1, "center": False, "scale": False}, (3, 2)),
    ("LeakyReLU", {"negative_slope": 0.2}, (4,)),
    ("MaxPooling2D", {}, IMAGE),
    ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    ("MaxPooling2D", {"pool_size": (3, 2), "strides": 1, "data_format": "channels_first"}, (2, 5, 6)),
    ("Maximum", {}, [(3,), (3,), (3,)]),
    ("Minimum", {}, [(3,), (1,)]),
    ("Multiply", {}, [(3,), (3,)]),
    ("Normalization", {"mean": [1.0, 2.0, 3.0], "variance": [4.0, 1.0, 0.5]}, (2, 3)),
    ("Normalization", {"mean": 2.0, "variance": 4.0, "axis": None}, (3,)),
    ("Normalization", {"mean": [1.0, 2.0], "variance": [4.0, 1.0], "axis": 1, "invert": True}, (2, 3)),
    ("Normalization", {"axis": (1, 2)}, (2, 3)),
    ("PReLU", {"alpha_initializer": "glorot_uniform"}, (2, 3)),
    ("PReLU", {"shared_axes": [1, 2]}, IMAGE),
    ("Permute", {"dims": (2, 1)}, (2, 3)),
    ("RMSNormalization", {}, (4,)),
    ("RMSNormalization", {"axis": (1, 2), "epsilon": 0.1}, (2, 3)),
    ("ReLU", {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.2}, (5,)),
    ("RepeatVector", {"n": 3}, (4,)),
    ("Rescaling", {"scale": 0.5, "offset": 1.0}, (3,)),
    ("Rescaling", {"scale": [0.5, 2.0, 1.0], "offset": [1.0, 0.0, 2.0]}, (2, 3)),
    ("Reshape", {"target_shape": (3, -1)}, (2, 6)),
    ("Softmax", {}, (2, 3)),
    ("Softmax", {"axis": 1}, (2, 3)),
    ("SpatialDropout1D", {"rate": 0.3}, (4, 3)),
    ("SpatialDropout2D", {"rate": 0.3}, IMAGE),
    ("Subtract", {}, [(3,), (3,)]),
    ("UnitNormalization", {"axis": [1, 2]}, (2, 3)),
    ("UpSampling2D", {"size": (2, 3)}, IMAGE),
    ("UpSampling2D", {"data_format": "channels_first", "interpolation": "bilinear"}, (2, 3, 4)),
    ("ZeroPadding2D", {"padding": ((1, 2), (0, 3))}, IMAGE),
    ("ZeroPadding2D", {"padding": 2, "data_format": "channels_first"}, (2, 3, 4)),
]
RANDOM = {"Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D", "SpatialDropout2D"}
ROWS_OF_A_BATCH = 4
PADDING = 3
# Each program runs once or thrice, so compiling is all that takes time.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
IDS = [f"{index}-{name}" for index, (name, _, _) in enumerate(ROWS)]


def test_every_layer_has_a_row() -> None:
    assert {name for name, _, _ in ROWS} == set(layers.REGISTRY.entries) - {"InputLayer"} - MODELS - OWN


MODELS = {"Functional", "Model", "Sequential"}
# What Keras does not have is compared with other witnesses, in files of its own.
OWN = {
    *("CategoryEmbedding", "CategoryIndicators", "FadingDropout", "FeatureScale", "ParametricActivation"),
    *("PeriodicEmbedding", "ScaledDense"),
}


def inputs_of(shape: Any, generator: np.random.Generator, rows: int = ROWS_OF_A_BATCH) -> Any:
    shapes = shape if isinstance(shape, list) else [shape]
    arrays = [generator.normal(0.3, 1.0, (rows, *each)).astype("float32") for each in shapes]
    return arrays if isinstance(shape, list) else arrays[0]


def built(row: tuple[str, dict[str, Any], Any], generator: np.random.Generator) -> tuple[Any, Any, list[Any]]:
    """Build the layer here and in Keras with equal weights."""
    name, arguments, shape = row
    ours = getattr(layers, name)(**arguments)
    theirs = getattr(keras.layers, name)(**arguments)
    shapes = shapes_of(inputs_of(shape, generator))
    ours.build(shapes)
    theirs.build(shapes)
    weights = []
    for variable in theirs.weights:
        value = generator.normal(0.0, 0.5, variable.shape)
        weights.append(
            (np.square(value) + 0.2 if "variance" in variable.name else value).astype(variable.dtype)
        )
    ours.set_weights(weights)
    theirs.set_weights(weights)
    if name == "Normalization":
        theirs.finalize_state()
    return ours, theirs, weights


def run_ours(layer: Any, values: list[Any], inputs: Any, run: ForwardPass) -> tuple[Any, list[Any]]:
    with forward_pass(run), binding(layer.weights, values) as bound:
        outputs = layer._run(inputs)
        return outputs, [bound[variable] for variable in layer.weights]


def close(received: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(received), np.asarray(expected), rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_outputs_weights_and_statistics_equal_those_of_keras(row: Any) -> None:
    generator = np.random.default_rng(1)
    ours, theirs, weights = built(row, generator)
    inputs = inputs_of(row[2], generator)
    padded = jax.tree.map(
        lambda array: np.concatenate([array, np.full((PADDING, *array.shape[1:]), 7.0, array.dtype)]), inputs
    )
    valid = np.array([1.0] * ROWS_OF_A_BATCH + [0.0] * PADDING, "float32")
    modes = (False,) if row[0] in RANDOM else (False, True)

    def here(values: list[Any], x: Any, more: Any) -> Any:
        with jax.numpy_dtype_promotion("strict"):
            plain = [run_ours(ours, values, x, ForwardPass(training=mode)) for mode in modes]
            filled = [run_ours(ours, values, more, ForwardPass(training=mode, valid=valid)) for mode in modes]
        return plain, filled

    def there(trained: list[Any], held: list[Any], x: Any) -> Any:
        takes = "training" in inspect.signature(theirs.call).parameters
        return [
            theirs.stateless_call(trained, held, x, **({"training": mode} if takes else {})) for mode in modes
        ]

    trained = [variable.value for variable in theirs.trainable_variables]
    held = [variable.value for variable in theirs.non_trainable_variables]
    expected = jax.jit(there, compiler_options=QUICK)(trained, held, inputs)
    plain, filled = jax.jit(here, compiler_options=QUICK)(weights, inputs, padded)

    assert [each.name for each in ours.weights] == [each.name for each in theirs.weights]
    assert [each.shape for each in ours.weights] == [tuple(each.shape) for each in theirs.weights]
    assert ours.compute_output_shape(shapes_of(inputs)) == plain[0][0].shape
    for (output, values), (wanted, wanted_held), (longer, longer_values) in zip(
        plain, expected, filled, strict=True
    ):
        assert output.dtype == np.float32
        close(output, wanted)
        close(longer[:ROWS_OF_A_BATCH], output)
        changed = [
            value for variable, value in zip(ours.weights, values, strict=True) if not variable.trainable
        ]
        if row[1].get("trainable", True):
            for value, wanted_value in zip(changed, wanted_held, strict=False):
                close(value, wanted_value)
        jax.tree.map(close, longer_values, values)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_gradients_are_finite_differences(row: Any) -> None:
    generator = np.random.default_rng(2)
    ours, _, weights = built(row, generator)
    inputs = inputs_of(row[2], generator)
    training = row[0] not in RANDOM
    shape = ours.compute_output_shape(shapes_of(inputs))
    cotangent = generator.normal(size=shape).astype("float32")
    floats = [index for index, weight in enumerate(weights) if weight.dtype == np.float32]

    def objective(point: tuple[Any, Any]) -> Any:
        values = list(weights)
        for index, value in zip(floats, point[0], strict=True):
            values[index] = value
        outputs, _ = run_ours(ours, values, point[1], ForwardPass(training=training))
        return jnp.sum(outputs * cotangent)

    point = ([weights[index] for index in floats], inputs)
    direction = jax.tree.map(lambda array: generator.normal(size=array.shape).astype("float32"), point)
    step = 2e-3
    evaluate = jax.jit(jax.value_and_grad(objective), compiler_options=QUICK)
    _, gradient = evaluate(point)
    ahead, _ = evaluate(jax.tree.map(lambda a, d: a + step * d, point, direction))
    behind, _ = evaluate(jax.tree.map(lambda a, d: a - step * d, point, direction))
    slope = sum(
        np.vdot(g, d) for g, d in zip(jax.tree.leaves(gradient), jax.tree.leaves(direction), strict=True)
    )
    assert float(ahead - behind) / (2 * step) == pytest.approx(float(slope), rel=2e-2, abs=2e-2)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_configuration_makes_the_same_layer_again(row: Any) -> None:
    layer = getattr(layers, row[0])(**row[1])
    description = layers.serialize(layer)
    again = layers.deserialize(description)
    assert type(again) is type(layer)
    assert again.structure() == layer.structure()
    assert hash(again.structure()) == hash(layer.structure())
    assert again.settings() == layer.settings()
    assert again.get_config() == layer.get_config()
    assert layers.serialize(again) == description


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_configuration_is_one_that_keras_reads(row: Any) -> None:
    layer = getattr(layers, row[0])(**row[1])
    theirs = getattr(keras.layers, row[0])(**row[1])
    kind = type(theirs)
    known = set(theirs.get_config()) | {"data_format", "renorm", "synchronized", "rms_scaling", "trainable"}
    assert set(layer.get_config()) <= known
    config = {key: value for key, value in layer.get_config().items() if key in theirs.get_config()}
    again = kind.from_config(
        {**theirs.get_config(), **{k: v for k, v in config.items() if not isinstance(v, dict)}}
    )
    assert isinstance(again, kind)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_symbolic_calls_have_the_shapes_of_real_ones(row: Any) -> None:
    name, arguments, shape = row
    symbolic = [layers.Input(each) for each in shape] if isinstance(shape, list) else layers.Input(shape)
    layer = getattr(layers, name)(**arguments)
    tensor = layer(symbolic)
    real = layer.compute_output_shape(shapes_of(inputs_of(shape, np.random.default_rng(0))))
    assert tensor.shape == (None, *real[1:])
    assert tensor.dtype == "float32"
    assert layer.output is tensor
