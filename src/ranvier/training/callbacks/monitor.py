"""Callbacks that follow one value, and which way is better for it."""

from __future__ import annotations

import difflib
import math
import re
from typing import TYPE_CHECKING, Any

from ranvier import notices
from ranvier.errors import ConfigurationError, unknown_name
from ranvier.training.callbacks.callback import Callback, Logs

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODES = ("auto", "min", "max")

# fmt: off
_BETTER_HIGHER = (
    "acc", "accuracy", "auc", "average_precision", "binary_accuracy", "binary_io_u",
    "categorical_accuracy", "concordance_correlation", "cosine_similarity", "f1", "f1_score",
    "fbeta_score", "io_u", "mean_io_u", "one_hot_io_u", "one_hot_mean_io_u", "pearson_correlation",
    "precision", "precision_at_recall", "r2", "r2_score", "recall", "recall_at_precision",
    "sensitivity_at_specificity", "sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy",
    "specificity_at_sensitivity", "top_k_categorical_accuracy", "true_negatives", "true_positives",
)

_BETTER_LOWER = (
    "loss", "binary_crossentropy", "categorical_crossentropy", "categorical_hinge", "ce",
    "crossentropy", "false_negatives", "false_positives", "hinge", "huber", "kl_divergence",
    "log_cosh", "logcosh", "mae", "mape", "mean_absolute_error", "mean_absolute_percentage_error",
    "mean_relative_error", "mean_squared_error", "mean_squared_logarithmic_error", "mse", "msle",
    "poisson", "root_mean_squared_error", "rmse", "sparse_categorical_crossentropy", "squared_hinge",
)
# fmt: on


class MonitorCallback(Callback):
    """Base of the callbacks that act when a value improves or no longer does.

    Args:
        monitor: The value's name in the logs, for example ``"val_loss"``.
        mode: ``"min"`` if lower is better, ``"max"`` if higher is, ``"auto"`` to tell from the name.
        baseline: The best value so far, or None.
        min_delta: The least change that counts as an improvement.

    Attributes:
        best: The best value so far, or None before the first.

    Raises:
        UnknownNameError: If ``mode`` is none of the three.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: str = "auto",
        baseline: float | None = None,
        min_delta: float = 0.0,
    ) -> None:
        super().__init__()
        if mode not in _MODES:
            raise unknown_name("mode", mode, _MODES)
        self.monitor = monitor
        self.mode = mode
        self.best = baseline
        self.min_delta = abs(min_delta)
        self._direction: str | None = None if mode == "auto" else mode

    def direction(self) -> str:
        """Return ``"min"`` or ``"max"``.

        Raises:
            ConfigurationError: If the name does not tell, and neither does a metric of the model.
        """
        if self._direction is None:
            self._direction = _direction_of(self.monitor, getattr(self.model, "metrics", None) or ())
        if self._direction is None:
            raise ConfigurationError(
                f"{type(self).__name__} cannot tell whether {self.monitor!r} is better higher or lower. "
                "Pass mode='max' or mode='min'."
            )
        return self._direction

    def is_improvement(self, value: float, reference: float | None) -> bool:
        """Tell whether a value beats another by more than ``min_delta``; NaN never does."""
        if math.isnan(value):
            return False
        if reference is None or math.isnan(reference):
            return True
        if self.direction() == "min":
            return value + self.min_delta < reference
        return value - self.min_delta > reference

    def get_monitor_value(self, logs: Logs | None) -> Any:
        """Return the monitored value, or None with a warning that lists what there is."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            notices.warn(f"{type(self).__name__}: {missing_value(self.monitor, logs or {})}")
        return value


def missing_value(name: str, logs: Iterable[str]) -> str:
    """Return the sentences that say a value is not in the logs, and what is."""
    available = list(logs)
    closest = difflib.get_close_matches(name, available, n=1)
    hint = f" Did you mean {closest[0]!r}?" if closest else ""
    if name.startswith("val_") and not any(each.startswith("val_") for each in available):
        hint = " Values with the prefix 'val_' need `validation_data` or `validation_split` in `fit`."
    return f"{name!r} is not available. Available: {', '.join(available) or 'nothing'}.{hint}"


def _direction_of(monitor: str, metrics: Iterable[Any]) -> str | None:
    """Tell the better direction: from a metric of that name, else from the name."""
    name = monitor.removeprefix("val_")
    for metric in metrics:
        # `_direction` is what metrics written for Keras declare.
        declared = getattr(metric, "_direction", None)
        if getattr(metric, "name", None) == name and declared in ("up", "down"):
            return "max" if declared == "up" else "min"
    name = re.sub(r"_\d+$", "", name)  # the second metric of a kind is called `auc_1`
    for direction, known in (("min", _BETTER_LOWER), ("max", _BETTER_HIGHER)):
        # With several outputs the output's name stands in front.
        if any(name == each or name.endswith(f"_{each}") for each in known):
            return direction
    return None
