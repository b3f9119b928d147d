"""What ``compile`` was given and what the optimizer remembers, between real Keras and Ranvier."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import ranvier
from ranvier import losses, metrics, optimizers
from ranvier.errors import UnsupportedError
from ranvier.models import load_model
from tests.storage.keras.twins import COPY_KEYWORD, random_weights, same_predictions, same_weights
from tests.storage.test_round_trips import NEEDED, classes

pytestmark = pytest.mark.filterwarnings(COPY_KEYWORD)


def network(k: Any) -> Any:
    return k.Sequential(
        [k.layers.Input((4,)), k.layers.Dense(5, activation="relu"), k.layers.Dense(3, activation="softmax")]
    )


def data() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(3)
    x = generator.normal(size=(24, 4)).astype("float32")
    return x, (np.abs(x).argmax(axis=1) % 3).astype("int32")


def fitted(model: Any, epochs: int = 2) -> dict[str, list[float]]:
    return model.fit(*data(), batch_size=8, epochs=epochs, shuffle=False, verbose=0).history


def compiled(k: Any, optimizer: Any) -> Any:
    model = network(k)
    model.compile(optimizer, k.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model


OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, {}) for name in sorted(optimizers.lookup._registry.entries)},
    "SGD-momentum": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "RMSprop-centered": ("RMSprop", {"momentum": 0.5, "centered": True}),
    "Adam-amsgrad": ("Adam", {"amsgrad": True, "clipnorm": 1.0}),
    "AdamW-average": ("AdamW", {"use_ema": True, "ema_momentum": 0.9}),
    "Adam-accumulating": ("Adam", {"gradient_accumulation_steps": 2}),
    "SGD-schedule": ("SGD", {"learning_rate": "schedule", "momentum": 0.5}),
}
OLDER = ("Adam-amsgrad", "Muon", "Nadam", "RMSprop-centered", "SGD-schedule")
"""One of each way in which the arrays of an optimizer are ordered."""


def made(k: Any, name: str, options: dict[str, Any]) -> Any:
    chosen = {"learning_rate": 0.01, **options}
    if chosen["learning_rate"] == "schedule":
        chosen["learning_rate"] = k.optimizers.schedules.ExponentialDecay(0.1, 4, 0.5)
    return getattr(k.optimizers, name)(**chosen)


@pytest.mark.parametrize(
    ("name", "suffix"), [*((name, ".keras") for name in OPTIMIZERS), *((name, ".h5") for name in OLDER)]
)
def test_training_goes_on_in_the_other_library(tmp_path, name: str, suffix: str) -> None:
    theirs = compiled(keras, made(keras, *OPTIMIZERS[name]))
    random_weights(theirs)
    fitted(theirs)
    theirs.save(tmp_path / "reference.keras")  # first, since saving to .h5 makes Keras forget the optimizer
    theirs.save(tmp_path / f"theirs{suffix}")
    ours = load_model(tmp_path / f"theirs{suffix}")
    assert int(ours.optimizer.step_count) == 6
    same_weights(theirs, ours)

    ours.save(tmp_path / f"ours{suffix}")
    again = keras.models.load_model(tmp_path / f"ours{suffix}")
    reference = keras.models.load_model(tmp_path / "reference.keras")
    compared = [ours, load_model(tmp_path / f"ours{suffix}")]
    if suffix == ".keras":  # out of its older files Keras itself does not restore an optimizer
        for one, other in zip(reference.optimizer.variables, again.optimizer.variables, strict=True):
            np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-5, atol=1e-8)
        compared.append(again)

    histories = [fitted(model) for model in (reference, *compared)]
    for other in histories[1:]:
        assert set(other) == set(histories[0])
        for key, values in histories[0].items():
            np.testing.assert_allclose(other[key], values, rtol=1e-4, atol=1e-5)
    same_predictions(reference, ours, data()[0], tolerance=1e-4)


def with_losses(k: Any, chosen: list[Any]) -> Any:
    inputs = k.layers.Input((4,))
    model = k.models.Model(inputs, [k.layers.Dense(2, name=f"o{i}")(inputs) for i in range(len(chosen))])
    model.compile("sgd", chosen)
    return model


LOSSES = [each.__name__ for each in classes(losses.lookup.REGISTRY) if hasattr(keras.losses, each.__name__)]
METRICS = [each.__name__ for each in classes(metrics.lookup.REGISTRY) if each.__name__ != "MeanMetricWrapper"]


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_every_loss(tmp_path, suffix: str) -> None:
    lost = "CategoricalGeneralizedCrossEntropy"
    names = [name for name in LOSSES if suffix == ".keras" or name != lost]
    theirs = with_losses(keras, [getattr(keras.losses, name)() for name in names])
    theirs.save(tmp_path / f"theirs{suffix}")
    ours = load_model(tmp_path / f"theirs{suffix}")
    assert [type(each).__name__ for each in ours.loss] == names
    ours.save(tmp_path / f"ours{suffix}")
    again = keras.models.load_model(tmp_path / f"ours{suffix}")
    for found, expected in zip(again.loss, theirs.loss, strict=True):
        assert type(found) is type(expected)
        assert found.get_config() == pytest.approx(expected.get_config())
    if suffix == ".h5":
        with pytest.raises(UnsupportedError, match=f"does not find the loss '{lost}'"):
            with_losses(ranvier, [getattr(losses, lost)()]).save(tmp_path / "m.h5")


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_every_metric(tmp_path, suffix: str) -> None:
    theirs = network(keras)
    chosen = [getattr(keras.metrics, name)(name=name.lower(), **NEEDED.get(name, {})) for name in METRICS]
    theirs.compile("sgd", "mean_squared_error", metrics=chosen)
    theirs.save(tmp_path / f"theirs{suffix}")
    ours = load_model(tmp_path / f"theirs{suffix}")
    assert [type(each).__name__ for each in ours._setup.arguments.metrics] == METRICS
    ours.save(tmp_path / f"ours{suffix}")
    again = keras.models.load_model(tmp_path / f"ours{suffix}")
    for found, expected in zip(again._compile_metrics._user_metrics, chosen, strict=True):
        assert type(found) is type(expected)
        assert found.get_config() == expected.get_config()


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_every_name_of_a_loss(tmp_path, suffix: str) -> None:
    names = sorted({*losses.lookup.FUNCTIONS.entries, *losses.lookup.REGISTRY.aliases})
    names = [name for name in names if suffix == ".keras" or "generalized" not in name]
    with_losses(ranvier, names).save(tmp_path / f"m{suffix}")
    again = keras.models.load_model(tmp_path / f"m{suffix}")
    canonical = [losses.lookup.REGISTRY.aliases.get(name, name) for name in names]
    assert [
        getattr(found := keras.losses.get(each), "name", getattr(found, "__name__", None))
        for each in again.loss
    ] == canonical


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_every_name_of_a_metric(tmp_path, suffix: str) -> None:
    registry = metrics.lookup.REGISTRY
    names = sorted(
        name
        for name in (*registry.entries, *registry.aliases)
        if registry.aliases.get(name, name) not in {*NEEDED, "MeanMetricWrapper"}
    )
    model = network(ranvier)
    model.compile("sgd", "mse", metrics=names)
    model.save(tmp_path / f"m{suffix}")
    found = keras.models.load_model(tmp_path / f"m{suffix}")._compile_metrics._user_metrics
    assert len(found) == len(names)
    for name, each in zip(names, found, strict=True):
        assert name in ("acc", "ACC", "accuracy") or keras.metrics.get(each) is not None
