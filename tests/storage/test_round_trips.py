"""Everything that a file can name comes back from one; what is registered is tested by being registered."""

from __future__ import annotations

import inspect
from typing import Any

import jax
import numpy as np
import pytest

from ranvier import constraints, initializers, layers, losses, metrics, optimizers, regularizers
from ranvier.errors import ConfigurationError
from ranvier.layers import Dense, Input
from ranvier.models import Model, Sequential, load_model, read_metadata
from ranvier.optimizers import schedules
from ranvier.random import set_random_seed
from ranvier.registry import registered_name
from ranvier.saving import register_keras_serializable
from tests.layers.test_contract import ROWS
from tests.storage.files import fitted_model, small_data, small_model

NEEDED: dict[str, dict[str, Any]] = {
    "Constant": {"value": 0.5},
    "CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": 9},
    "CosineDecayRestarts": {"initial_learning_rate": 0.1, "first_decay_steps": 9},
    "ExponentialDecay": {"initial_learning_rate": 0.1, "decay_steps": 9, "decay_rate": 0.5},
    "FunctionConstraint": {"function": np.abs},
    "FunctionRegularizer": {"function": np.abs},
    "GivenValues": {"value": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]},
    "InverseTimeDecay": {"initial_learning_rate": 0.1, "decay_steps": 9, "decay_rate": 0.5},
    "IoU": {"num_classes": 2, "target_class_ids": [0]},
    "LossFunctionWrapper": {"fn": losses.mean_squared_error},
    "MeanIoU": {"num_classes": 2},
    "MeanMetricWrapper": {"fn": metrics.mean_squared_error},
    "OneHotIoU": {"num_classes": 2, "target_class_ids": [0]},
    "OneHotMeanIoU": {"num_classes": 2},
    "BinaryIoU": {"target_class_ids": [0], "threshold": 0.3},
    "PiecewiseConstantDecay": {"boundaries": [2, 5], "values": [0.1, 0.05, 0.01]},
    "PolynomialDecay": {"initial_learning_rate": 0.1, "decay_steps": 9},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}
OWN_FUNCTIONS = {"FunctionConstraint", "FunctionRegularizer"}


def classes(registry: Any) -> list[type[Any]]:
    """List the classes of a table that can be built; those around a user's function need that function."""
    found = [each for each in registry.entries.values() if inspect.isclass(each)]
    return [each for each in dict.fromkeys(found) if each.__name__ not in OWN_FUNCTIONS]


def made(kind: type[Any]) -> Any:
    return kind(**NEEDED.get(kind.__name__, {}))


def again(model: Any, path: Any) -> Any:
    model.save(path)
    return load_model(path)


@pytest.mark.parametrize(
    ("name", "arguments", "shape"), ROWS, ids=[f"{index}-{row[0]}" for index, row in enumerate(ROWS)]
)
def test_every_layer(tmp_path, name: str, arguments: dict[str, Any], shape: Any) -> None:
    layer = getattr(layers, name)(**arguments)
    inputs = [Input(each) for each in shape] if isinstance(shape, list) else Input(shape)
    model = Model(inputs, layer(inputs))
    generator = np.random.default_rng(0)
    model.set_weights([generator.normal(size=v.shape).astype(v.dtype) for v in model.weights])
    loaded = again(model, tmp_path / "m.safetensors")
    other = next(each for each in loaded.layers if each.name == layer.name)
    assert type(other) is type(layer)
    assert other.get_config() == layer.get_config() or _equal(other.get_config(), layer.get_config())
    assert loaded.structure() == model.structure()  # so both trace to one program
    assert [weight.trainable for weight in loaded.weights] == [weight.trainable for weight in model.weights]
    for one, two in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two, strict=True)


def _equal(one: Any, two: Any) -> bool:
    """Compare configurations that may hold arrays; lists and tuples are one in JSON."""
    if isinstance(one, dict):
        return set(one) == set(two) and all(_equal(one[key], two[key]) for key in one)
    if isinstance(one, list | tuple | np.ndarray):
        return bool(np.array_equal(np.asarray(one), np.asarray(two)))
    return bool(one == two)


@pytest.mark.parametrize("kind", classes(losses.lookup.REGISTRY), ids=lambda kind: kind.__name__)
def test_every_loss(tmp_path, kind: type[Any]) -> None:
    loss = made(kind)
    loaded = again(small_model(loss=loss, metrics=None), tmp_path / "m.safetensors")
    assert type(loaded.loss) is kind
    assert loaded.loss.get_config() == loss.get_config()


@pytest.mark.parametrize("kind", classes(metrics.lookup.REGISTRY), ids=lambda kind: kind.__name__)
def test_every_metric(tmp_path, kind: type[Any]) -> None:
    metric = made(kind)
    loaded = again(small_model(metrics=[metric]), tmp_path / "m.safetensors")
    (found,) = loaded._setup.arguments.metrics
    assert type(found) is kind
    assert found.get_config() == metric.get_config()


@pytest.mark.parametrize("name", sorted({*losses.lookup.FUNCTIONS.entries, *metrics.names.FUNCTIONS.entries}))
def test_every_function_by_its_name_and_by_itself(tmp_path, name: str) -> None:
    function = metrics.names.FUNCTIONS.entries.get(name, losses.lookup.FUNCTIONS.entries.get(name))
    chosen: dict[str, Any] = {}
    if name in losses.lookup.FUNCTIONS.entries:
        chosen["loss"] = losses.lookup.FUNCTIONS.entries[name]
    if name in metrics.names.FUNCTIONS.entries:
        chosen["metrics"] = [function, name]
    given = again(small_model(**chosen), tmp_path / "m.safetensors")._setup.arguments
    if "loss" in chosen:
        assert given.loss in (name, chosen["loss"])
    if "metrics" in chosen:
        assert given.metrics[1] == name
        assert given.metrics[0] in (name, function)


@pytest.mark.parametrize("kind", classes(optimizers.lookup._registry), ids=lambda kind: kind.__name__)
def test_every_optimizer_goes_on_bit_for_bit(tmp_path, kind: type[Any]) -> None:
    model = fitted_model(1, optimizer=kind(learning_rate=0.01))
    loaded = again(model, tmp_path / "m.safetensors")
    assert type(loaded.optimizer) is kind
    assert loaded.optimizer.get_config() == model.optimizer.get_config()
    for each in (model, loaded):
        set_random_seed(5)
        each.fit(*small_data(), epochs=1, batch_size=8, verbose=0)
    for one, two in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    for one, two in zip(model.optimizer.variables, loaded.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), two.numpy())


@pytest.mark.parametrize("kind", classes(schedules._registry), ids=lambda kind: kind.__name__)
def test_every_schedule(tmp_path, kind: type[Any]) -> None:
    model = small_model(optimizer=optimizers.SGD(made(kind)))
    loaded = again(model, tmp_path / "m.safetensors")
    described = [optimizers.serialize(each.optimizer)["config"]["learning_rate"] for each in (model, loaded)]
    assert described[0] == described[1]
    assert described[0]["class_name"] == kind.__name__


@pytest.mark.parametrize(
    ("registry", "argument"),
    [
        (initializers.REGISTRY, "kernel_initializer"),
        (regularizers.REGISTRY, "kernel_regularizer"),
        (constraints.REGISTRY, "kernel_constraint"),
    ],
    ids=["initializer", "regularizer", "constraint"],
)
def test_every_part_of_a_layer(tmp_path, registry: Any, argument: str) -> None:
    # Each as the argument of a layer of two units on two; that of given values has three, then two again.
    stack: list[Any] = [Input((2,))]
    for kind in classes(registry):
        if kind.__name__ == "STFT":  # only fits the kernels of a spectrogram
            continue
        units = 3 if kind.__name__ == "GivenValues" else 2
        stack += [Dense(units, **{argument: made(kind)}), *([Dense(2)] if units == 3 else [])]
    model = Sequential(stack)
    loaded = again(model, tmp_path / "m.safetensors")
    for one, two in zip(model.layers, loaded.layers, strict=True):
        assert type(getattr(two, argument)) is type(getattr(one, argument))
        assert _equal(two.get_config(), one.get_config())


# -- a user's own -----------------------------------------------------------------------------------


@register_keras_serializable(package="tests")
class Half(layers.Layer):
    """A user's layer that is found by its registered name."""

    def call(self, inputs: Any) -> Any:
        return inputs / 2


@register_keras_serializable(package="tests")
class Distance(losses.Loss):
    """A user's loss."""

    def __init__(self, power: float = 2.0, name: str = "distance") -> None:
        super().__init__(name)
        self.power = power

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return jax.numpy.mean(jax.numpy.abs(y_true - y_pred) ** self.power, axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, "power": self.power}


@register_keras_serializable(package="tests")
class Count(metrics.Sum):
    """A user's metric."""


@register_keras_serializable(package="tests")
class Slow(optimizers.SGD):
    """A user's optimizer."""


@register_keras_serializable(package="tests")
class Fixed(schedules.LearningRateSchedule):
    """A user's schedule."""

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def __call__(self, step: Any) -> Any:
        return self.rate + 0.0 * step

    def get_config(self) -> dict[str, Any]:
        return {"rate": self.rate}


def test_a_users_own_parts_are_found_by_the_names_they_were_registered_under(tmp_path) -> None:
    model = Sequential([Input((3,)), Half(), Dense(1, activation=halved)])
    model.compile(Slow(Fixed(0.125)), Distance(1.5), metrics=[Count()])
    loaded = again(model, tmp_path / "m.safetensors")
    assert registered_name(type(loaded.layers[0])) == "tests>Half"
    assert (type(loaded.optimizer), type(loaded.loss), loaded.loss.power) == (Slow, Distance, 1.5)
    assert type(loaded._setup.arguments.metrics[0]) is Count
    assert loaded.layers[1].activation is halved
    assert float(loaded.optimizer.learning_rate) == 0.125


@register_keras_serializable(package="tests")
def halved(x: Any) -> Any:
    return x / 2


# -- what stands beside a model ---------------------------------------------------------------------


def test_metadata_stay_with_the_model(tmp_path) -> None:
    path, names = tmp_path / "m.safetensors", {"class_names": ["cat", "dog"]}
    small_model().save(path, metadata=names)
    loaded = load_model(path)
    assert loaded.file_metadata == names == read_metadata(path)
    loaded.save(tmp_path / "n.safetensors")
    assert read_metadata(tmp_path / "n.safetensors") == names
    loaded.save(tmp_path / "n.safetensors", metadata={})
    assert read_metadata(tmp_path / "n.safetensors") == {}
    with pytest.raises(ConfigurationError, match="must be a dict of JSON types"):
        loaded.save(path, metadata=["cat"])  # type: ignore[arg-type]
