"""What layers and optimizers are made of, and what `compile` takes, between real Keras and Ranvier in both directions.

The tables are those of the registries, so that a new entry is tested by being there. Models are not trained:
whole tables stand in one model that is written once in each direction.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import ranvier
from ranvier import activations, constraints, initializers, regularizers
from ranvier.models import load_model
from ranvier.optimizers import schedules
from ranvier.saving import register_keras_serializable
from tests.storage.keras.twins import COPY_KEYWORD, example_rows, random_weights, same_predictions
from tests.storage.test_round_trips import NEEDED, classes

pytestmark = pytest.mark.filterwarnings(COPY_KEYWORD)
WHOLE = (".keras", ".h5")


def written(model: Any, path: Path) -> Path:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "You are saving a model that has not yet been built")  # Keras
        model.save(path)
    return path


def both_ways(build: Callable[[Any], Any], path: Path) -> tuple[Any, list[Any]]:
    """Write a model of each library and let the other read it.

    Returns:
        The model of Keras, and what came of it: in Ranvier, in Keras again, and from Ranvier in Keras.
    """
    theirs, ours = build(keras), build(ranvier)
    found = load_model(written(theirs, path))
    again = keras.models.load_model(written(found, path.with_stem("again")))
    other = keras.models.load_model(written(ours, path.with_stem("ours")))
    return theirs, [found, again, other]


def same_configurations(expected: Any, found: Any) -> None:
    assert type(found).__name__ == type(expected).__name__
    one, two = expected.get_config(), found.get_config()
    assert set(one) <= set(two)  # Keras leaves out the gain of Identity, and loses it
    for key, value in one.items():
        np.testing.assert_equal(
            np.asarray(two[key], object).tolist(), np.asarray(value, object).tolist(), key
        )


def of_kind(registry: Any, module: Any, **more: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    rows = [(each.__name__, NEEDED.get(each.__name__, {})) for each in classes(registry)]
    rows = [row for row in rows if hasattr(module, row[0])]
    return rows + [(name.partition("_")[0], arguments) for name, arguments in more.items()]


INITIALIZERS = of_kind(
    initializers.REGISTRY,
    keras.initializers,
    RandomNormal_1={"mean": 0.5, "stddev": 0.1, "seed": 3},
    RandomUniform_1={"minval": -2.0, "maxval": 1.0},
    VarianceScaling_1={"scale": 2.0, "mode": "fan_out", "distribution": "uniform", "seed": 1},
    Orthogonal_1={"gain": 1.5},
    Identity_1={"gain": 0.5},
    HeNormal_1={"seed": 7},
    STFT_1={"side": "imag", "window": "hamming", "scaling": "spectrum", "periodic": True},
)
REGULARIZERS = of_kind(
    regularizers.REGISTRY,
    keras.regularizers,
    L1_1={"l1": 0.3},
    L2_1={"l2": 0.4},
    L1L2_1={"l1": 0.1, "l2": 0.2},
    OrthogonalRegularizer_1={"factor": 0.2, "mode": "columns"},
)
CONSTRAINTS = of_kind(
    constraints.REGISTRY,
    keras.constraints,
    MaxNorm_1={"max_value": 3.0, "axis": 1},
    MinMaxNorm_1={"min_value": 0.1, "max_value": 2.0, "rate": 0.5},
    UnitNorm_1={"axis": 1},
)
SCHEDULES = of_kind(
    schedules._registry,
    keras.optimizers.schedules,
    CosineDecay_1={"initial_learning_rate": 0.0, "decay_steps": 9, "warmup_target": 0.5, "warmup_steps": 3},
    CosineDecayRestarts_1={"initial_learning_rate": 0.1, "first_decay_steps": 3, "t_mul": 1.5, "alpha": 0.1},
    ExponentialDecay_1={"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5, "staircase": True},
    InverseTimeDecay_1={"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5, "staircase": True},
    PolynomialDecay_1={"initial_learning_rate": 0.1, "decay_steps": 4, "power": 2.0, "cycle": True},
)
PARTS: dict[str, tuple[str, str, list[tuple[str, dict[str, Any]]]]] = {
    "initializers": ("initializers", "kernel_initializer", INITIALIZERS),
    "regularizers": ("regularizers", "kernel_regularizer", REGULARIZERS),
    "regularizers of outputs": ("regularizers", "activity_regularizer", REGULARIZERS),
    "constraints": ("constraints", "bias_constraint", CONSTRAINTS),
}


@pytest.mark.parametrize("suffix", WHOLE)
@pytest.mark.parametrize("name", PARTS)
def test_every_part_of_a_layer(tmp_path: Path, name: str, suffix: str) -> None:
    module, argument, rows = PARTS[name]

    def build(k: Any) -> Any:
        return k.Sequential(
            [
                k.layers.Dense(3, **{argument: getattr(getattr(k, module), kind)(**arguments)})
                for kind, arguments in rows
            ]
        )

    theirs, found = both_ways(build, tmp_path / f"m{suffix}")
    for model in found:
        assert len(model.layers) == len(rows) > 4
        for expected, layer in zip(theirs.layers, model.layers, strict=True):
            same_configurations(getattr(expected, argument), getattr(layer, argument))


def test_every_entry_of_the_tables_is_among_them() -> None:
    for registry, module, rows in (
        (initializers.REGISTRY, keras.initializers, INITIALIZERS),
        (regularizers.REGISTRY, keras.regularizers, REGULARIZERS),
        (constraints.REGISTRY, keras.constraints, CONSTRAINTS),
        (schedules._registry, keras.optimizers.schedules, SCHEDULES),
    ):
        known = {name for name in registry.entries if hasattr(module, name)}
        assert known == {name for name, _ in rows}


@pytest.mark.parametrize("suffix", WHOLE)
def test_every_name_of_a_part(tmp_path: Path, suffix: str) -> None:
    names = [
        *(
            ("activation", name)
            for name in activations.__all__
            if name not in ("deserialize", "get", "serialize")
        ),
        *(("kernel_initializer", name) for name in initializers.REGISTRY.aliases if name != "constant"),
        *(("bias_constraint", name) for name in constraints.REGISTRY.aliases),
        # The strengths of "l1l2" are 0 in Keras, which makes it no penalty at all.
        *(("kernel_regularizer", name) for name in regularizers.REGISTRY.aliases if name != "l1l2"),
    ]
    known = []
    for argument, name in names:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                keras.layers.Dense(3, **{argument: name})
                known.append((argument, name))
            except ValueError:
                continue  # a name that is Ranvier's alone
    assert len(known) > 60

    def build(k: Any) -> Any:
        return k.Sequential([k.layers.Dense(3, **{argument: name}) for argument, name in known])

    theirs, found = both_ways(build, tmp_path / f"m{suffix}")
    for model in found:
        for (argument, name), expected, layer in zip(known, theirs.layers, model.layers, strict=True):
            one, two = getattr(expected, argument), getattr(layer, argument)
            if argument == "activation":
                assert two.__name__ == one.__name__, name
            else:
                same_configurations(one, two)


@pytest.mark.parametrize("suffix", WHOLE)
@pytest.mark.parametrize(
    ("name", "arguments"), SCHEDULES, ids=[f"{index}-{row[0]}" for index, row in enumerate(SCHEDULES)]
)
def test_every_schedule(tmp_path: Path, name: str, arguments: dict[str, Any], suffix: str) -> None:
    def build(k: Any) -> Any:
        model = k.Sequential([k.layers.Input((2,)), k.layers.Dense(1)])
        schedule = getattr(k.optimizers.schedules, name)(**arguments)
        model.compile(k.optimizers.Adam(schedule, clipnorm=1.0), "mse")
        return model

    theirs, found = both_ways(build, tmp_path / f"m{suffix}")
    expected = theirs.optimizer._learning_rate
    for model in found:
        schedule = getattr(model.optimizer, "_schedule", None) or model.optimizer._learning_rate
        same_configurations(expected, schedule)
    for step in (1, 4, 20):
        ours = float(found[0].optimizer._schedule(step))
        np.testing.assert_allclose(ours, float(expected(step)), rtol=1e-5, atol=1e-8)


# -- what `compile` takes -------------------------------------------------------------------------------


def two_outputs(k: Any) -> Any:
    inputs = k.layers.Input((4,))
    return k.models.Model(inputs, [k.layers.Dense(2, name="a")(inputs), k.layers.Dense(2, name="b")(inputs)])


COMPILED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "lists": lambda k: {
        "loss": ["mse", k.losses.MeanSquaredError(reduction="sum")],
        "loss_weights": [0.5, 2.0],
        "metrics": [["mae"], ["mse", k.metrics.MeanAbsoluteError(name="k")]],
        "weighted_metrics": [[], ["mae"]],
    },
    "names": lambda k: {
        "loss": {"a": "mse", "b": k.losses.MeanSquaredError(reduction="sum")},
        "loss_weights": {"a": 0.5, "b": 2.0},
        "metrics": {"b": ["mae", k.metrics.RootMeanSquaredError(name="r")]},
        "weighted_metrics": {"a": "mse"},
    },
    "one for all": lambda k: {"loss": "mse", "metrics": ["mae", "mae"], "steps_per_execution": 2},
    "an output without": lambda k: {"loss": [None, "mae"], "metrics": [["mse"], None]},
}


@pytest.mark.parametrize("suffix", WHOLE)
@pytest.mark.parametrize("name", COMPILED)
def test_what_compile_was_given(tmp_path: Path, name: str, suffix: str) -> None:
    def build(k: Any) -> Any:
        model = two_outputs(k)
        model.compile(k.optimizers.SGD(0.1, momentum=0.9), **COMPILED[name](k))
        return model

    theirs, found = both_ways(build, tmp_path / f"m{suffix}")
    x, y = example_rows((4,), 6), [np.ones((6, 2), np.float32), np.zeros((6, 2), np.float32)]
    weights = random_weights(theirs)
    expected = theirs.evaluate(x, y, verbose=0, return_dict=True)
    for model in (
        found[:2] if suffix == ".keras" else found[:1]
    ):  # Keras does not read all of it from `.h5` itself
        model.set_weights(weights)
        received = model.evaluate(x, y, verbose=0, return_dict=True)
        assert set(received) == set(expected)
        for key, value in expected.items():
            np.testing.assert_allclose(received[key], value, rtol=1e-5)
    assert getattr(found[0]._setup, "steps_per_execution", 1) == theirs.steps_per_execution


# -- a user's own ---------------------------------------------------------------------------------------


def own_layer(k: Any) -> Any:
    class Scale(k.layers.Layer):
        """Multiplies by a weight for each column."""

        def __init__(self, factor: float = 1.0, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.factor = factor

        def build(self, shape: Any) -> None:
            self.scale = self.add_weight(name="scale", shape=(shape[-1],), initializer="ones")

        def call(self, x: Any) -> Any:
            return x * self.scale * self.factor

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "factor": self.factor}

    return Scale


@pytest.mark.parametrize("suffix", WHOLE)
@pytest.mark.parametrize("registered", [False, True])
def test_a_layer_of_a_users_own(tmp_path: Path, registered: bool, suffix: str) -> None:
    theirs_kind, ours_kind = own_layer(keras), own_layer(ranvier)
    given: list[dict[str, Any]] = [{"Scale": theirs_kind}, {"Scale": ours_kind}]
    if registered:
        package = f"mine{suffix}"
        keras.saving.register_keras_serializable(package)(theirs_kind)
        register_keras_serializable(package)(ours_kind)
        given = [{}, {}]
    theirs = keras.Sequential([keras.layers.Input((4,)), theirs_kind(3.0), keras.layers.Dense(2)])
    random_weights(theirs)
    theirs.save(tmp_path / f"m{suffix}")
    ours = load_model(tmp_path / f"m{suffix}", custom_objects=given[1])
    assert isinstance(ours.layers[-2], ours_kind)
    assert ours.layers[-2].factor == 3.0
    same_predictions(theirs, ours, example_rows((4,)))
    ours.save(tmp_path / f"n{suffix}")
    again = keras.models.load_model(tmp_path / f"n{suffix}", custom_objects=given[0])
    assert isinstance(again.layers[-2], theirs_kind)
    same_predictions(ours, again, example_rows((4,)))


@pytest.mark.parametrize("suffix", WHOLE)
def test_functions_of_a_users_own(tmp_path: Path, suffix: str) -> None:
    def twice(x: Any) -> Any:
        return x * 2.0

    def distance(y_true: Any, y_pred: Any) -> Any:
        return (y_true - y_pred) ** 2

    def build(k: Any) -> Any:
        model = k.Sequential([k.layers.Input((4,)), k.layers.Dense(2, activation=twice)])
        model.compile("sgd", distance, metrics=[distance])
        return model

    given = {"twice": twice, "distance": distance}
    theirs = build(keras)
    random_weights(theirs)
    theirs.save(tmp_path / f"m{suffix}")
    ours = load_model(tmp_path / f"m{suffix}", custom_objects=given)
    x, y = example_rows((4,)), np.ones((5, 2), np.float32)
    assert ours.evaluate(x, y, verbose=0)[0] == pytest.approx(np.mean((ours.predict(x, verbose=0) - 1) ** 2))
    same_predictions(theirs, ours, example_rows((4,)))
    ours.save(tmp_path / f"n{suffix}")
    again = keras.models.load_model(tmp_path / f"n{suffix}", custom_objects=given)
    same_predictions(ours, again, example_rows((4,)))


# -- layers that stand in several models ------------------------------------------------------------------


def a_layer_called_before_in_another_model(k: Any) -> Any:
    inner_input = k.layers.Input((4,))
    shared = k.layers.Dense(4, name="shared")
    inner = k.models.Model(inner_input, shared(shared(inner_input)), name="inner")
    inputs = k.layers.Input((4,))
    return k.models.Model(inputs, [inner(shared(inputs)), shared(inner(inputs))])


def results_of_calls_nothing_else_refers_to(k: Any) -> Any:
    inputs = k.layers.Input((4,))
    shared = k.layers.Dense(4, name="shared")
    stack = k.Sequential([k.layers.Input((4,)), k.layers.Dense(4)], name="stack")
    once = shared(stack(inputs))
    return k.models.Model(inputs, [stack(once), shared(once), stack(shared(inputs))])


def a_model_in_a_model_in_a_model(k: Any) -> Any:
    first = k.layers.Input((4,))
    least = k.models.Model(first, k.layers.Dense(4)(first), name="least")
    second = k.layers.Input((4,))
    middle = k.models.Model(second, [least(least(second)), second * 2.0], name="middle")
    inputs = k.layers.Input((4,))
    left, right = middle(inputs)
    return k.models.Model(inputs, {"y": middle(left)[1], "z": middle(right)[0]})


@pytest.mark.parametrize(
    "build",
    [
        a_layer_called_before_in_another_model,
        results_of_calls_nothing_else_refers_to,
        a_model_in_a_model_in_a_model,
    ],
)
def test_shared_layers(tmp_path: Path, build: Callable[[Any], Any]) -> None:
    theirs = build(keras)
    random_weights(theirs)
    x = example_rows((4,))
    theirs.save(tmp_path / "m.keras")
    ours = load_model(tmp_path / "m.keras")
    assert len(ours.weights) == len(theirs.weights)
    same_predictions(theirs, ours, x)
    same_predictions(theirs, load_model(written(ours, tmp_path / "o.keras")), x)
    ours.save(tmp_path / "n.keras")
    again = keras.models.load_model(tmp_path / "n.keras")
    assert len(again.weights) == len(theirs.weights)
    same_predictions(theirs, again, x)
