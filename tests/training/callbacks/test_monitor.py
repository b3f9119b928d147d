from __future__ import annotations

import math
import re

import pytest

from ranvier.errors import ConfigurationError, UnknownNameError
from ranvier.training.callbacks.monitor import MonitorCallback
from tests.training.callbacks.stand_ins import Model


@pytest.mark.parametrize(
    ("monitor", "direction"),
    [
        ("loss", "min"),
        ("val_loss", "min"),
        ("digit_loss", "min"),
        ("val_accuracy", "max"),
        ("val_digit_accuracy", "max"),
        ("auc_1", "max"),
        ("mean_squared_error", "min"),
        ("false_positives", "min"),
        ("true_positives_2", "max"),
        ("cosine_similarity", "max"),
        ("sparse_categorical_crossentropy", "min"),
    ],
)
def test_the_direction_is_told_by_the_name(monitor: str, direction: str) -> None:
    assert MonitorCallback(monitor).direction() == direction


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("MeanSquaredError", None),
        ("SparseCategoricalAccuracy", None),
        ("AUC", None),
        ("F1Score", None),
        ("R2Score", None),
        ("CosineSimilarity", None),
        ("KLDivergence", None),
        ("CategoricalHinge", None),
        ("TopKCategoricalAccuracy", None),
        ("PearsonCorrelation", None),
    ],
)
def test_names_of_keras_metrics_mean_what_keras_says(kind: str, name: None, keras_callbacks) -> None:
    import keras

    metric = getattr(keras.metrics, kind)()
    expected = {"up": "max", "down": "min"}[metric._direction]
    assert MonitorCallback(f"val_{metric.name}").direction() == expected


def test_a_metric_of_the_model_decides() -> None:
    class Metric:
        def __init__(self, name: str, direction: str | None) -> None:
            self.name, self._direction = name, direction

    callback = MonitorCallback("val_quality")
    callback.set_model(Model())
    with pytest.raises(ConfigurationError, match="MonitorCallback cannot tell whether 'val_quality'"):
        callback.direction()
    callback.model.metrics = [Metric("other", "down"), Metric("quality", "up")]
    assert callback.direction() == "max"
    lower = MonitorCallback("accuracy")  # even against its name
    lower.set_model(Model())
    lower.model.metrics = [Metric("accuracy", "down")]
    assert lower.direction() == "min"


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'max'"):
        MonitorCallback(mode="maxx")


def test_an_improvement_beats_the_reference_by_the_delta() -> None:
    lower = MonitorCallback("loss", min_delta=-0.25)
    assert lower.is_improvement(0.5, 1.0)
    assert not lower.is_improvement(0.75, 1.0)
    assert lower.is_improvement(5.0, None)
    higher = MonitorCallback("anything", mode="max", min_delta=0.25)
    assert higher.is_improvement(1.5, 1.0)
    assert not higher.is_improvement(1.25, 1.0)


def test_nan_never_improves_and_is_always_beaten() -> None:
    callback = MonitorCallback("loss")
    assert not callback.is_improvement(math.nan, None)
    assert not callback.is_improvement(math.nan, 1.0)
    assert callback.is_improvement(9.0, math.nan)


@pytest.mark.parametrize(
    ("monitor", "logs", "says"),
    [
        ("val_loss", {"loss": 1.0}, "Available: loss. Values with the prefix 'val_' need `validation_data`"),
        ("val_acc", {"val_accuracy": 1.0}, "Available: val_accuracy. Did you mean 'val_accuracy'?"),
        ("auc", None, "Available: nothing."),
    ],
)
def test_a_missing_value_is_warned_of(monitor: str, logs, says: str) -> None:
    with pytest.warns(UserWarning, match=re.escape(says)):
        assert MonitorCallback(monitor).get_monitor_value(logs) is None
