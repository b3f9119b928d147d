"""What ``compile`` was given, in Keras' form and in Ranvier's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ranvier.errors import FileFormatError, UnsupportedFileError
from ranvier.storage.compilation import describe_compilation
from ranvier.storage.keras.objects import from_keras, to_keras
from ranvier.storage.keras.older_optimizers import new_configuration
from ranvier.training.setup import TrainingSetup
from ranvier.types import Configuration

_KINDS = {
    "optimizer": "optimizer",
    "loss": "loss",
    "loss_weights": None,
    "metrics": "metric",
    "weighted_metrics": "metric",
}


def keras_compilation(setup: TrainingSetup) -> Configuration:
    """Describe what ``compile`` was given as Keras does.

    Raises:
        UnsupportedError: If a part has no form in a file, or Keras has no such thing.
    """
    described = describe_compilation(setup)
    return {
        **{name: to_keras(described[name], kind) for name, kind in _KINDS.items()},
        "run_eagerly": described["run_eagerly"],
        "steps_per_execution": described["steps_per_execution"],
        "jit_compile": not described["run_eagerly"],
    }


def described_compilation(path: str, config: Any) -> Configuration | None:
    """Translate what Keras keeps of ``compile`` into what Ranvier's own files keep.

    Args:
        path: The file, for messages.
        config: ``compile_config`` of a ``.keras`` file; None or empty where the model was not compiled.

    Raises:
        FileFormatError: If it makes no sense.
        UnsupportedFileError: If it names something that Ranvier does not have.
    """
    if not config:
        return None
    if not isinstance(config, Mapping) or not isinstance(config.get("optimizer"), Mapping | str):
        raise FileFormatError(f"The file {path!r} does not tell how the model was compiled; it is damaged.")
    try:
        described = {name: from_keras(config.get(name)) for name in _KINDS}
    except UnsupportedFileError as error:
        raise UnsupportedFileError(
            f"{error} Load the model with `compile=False`, and compile it yourself."
        ) from error
    return {
        **described,
        "optimizer": new_configuration(described["optimizer"]),
        "loss": _loss(described["loss"]),
        "metrics": _metrics(described["metrics"]),
        "weighted_metrics": _metrics(described["weighted_metrics"]),
        "run_eagerly": config.get("run_eagerly") is True,
        "steps_per_execution": config.get("steps_per_execution", 1) or 1,
    }


def _loss(described: Any) -> Any:
    """Bring losses into the form of Keras 3."""
    if isinstance(described, list):
        return [_loss(each) for each in described]
    if not isinstance(described, Mapping):
        return described
    config = described.get("config")
    if "class_name" not in described:
        return {name: _loss(each) for name, each in described.items()}
    if not isinstance(config, dict):
        return described
    # Keras 2 leaves the reduction open, and names the function that the class stands for.
    reduction = {"reduction": "sum_over_batch_size"} if config.get("reduction") == "auto" else {}
    dropped = () if described["class_name"] == "LossFunctionWrapper" else ("fn",)
    return {**described, "config": {**{k: v for k, v in config.items() if k not in dropped}, **reduction}}


def _metrics(described: Any) -> Any:
    """Drop outputs without metrics."""
    if isinstance(described, Mapping) and "class_name" not in described:
        return {name: each for name, each in described.items() if each is not None}
    if isinstance(described, list):
        return [_metrics(each) if isinstance(each, list | Mapping) else each for each in described]
    return described
