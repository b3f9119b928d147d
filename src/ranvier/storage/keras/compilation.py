"""What ``compile`` was given, in Keras' form and in Ranvier's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ranvier import losses
from ranvier.errors import FileFormatError, UnsupportedError, UnsupportedFileError
from ranvier.storage.compilation import describe_compilation
from ranvier.storage.keras.objects import from_keras, plain_label, to_keras
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


_FUNCTIONS = {
    "loss": ("categorical_generalized_cross_entropy",),
    "metric": ("binary_focal_crossentropy", "categorical_focal_crossentropy", "huber", "log_cosh"),
}
"""Functions that Keras does not find by a mere name."""

_RENAMED = {"kullback_leibler_divergence": "kl_divergence", "logcosh": "log_cosh"}
"""Names of losses that Keras does not know, with those that it does."""

_NAMED_CLASSES = {"kld": "KLDivergence", "logcosh": "LogCoshError", "rmse": "RootMeanSquaredError"}
"""Names of metrics that Keras does not know, with the class of each."""

_NOT_IN_OLDER = ("CategoricalGeneralizedCrossEntropy", "categorical_generalized_cross_entropy")
"""Losses that Keras does not find again in its own older files."""


def keras_compilation(setup: TrainingSetup, *, older: bool = False) -> Configuration:
    """Describe what ``compile`` was given as Keras does.

    Args:
        setup: What it was given.
        older: Whether it is for the older form of files, in which Keras does not find losses by short names.

    Raises:
        UnsupportedError: If a part has no form in a file, or Keras has no such thing.
    """
    described = describe_compilation(setup)
    translated = {name: to_keras(described[name], kind) for name, kind in _KINDS.items()}
    for name, kind in _KINDS.items():
        if kind in _FUNCTIONS:
            translated[name] = _known_names(translated[name], str(kind), older=older)
    return {
        **translated,
        "run_eagerly": described["run_eagerly"],
        "steps_per_execution": described["steps_per_execution"],
        "jit_compile": not described["run_eagerly"],
    }


def _known_names(value: Any, kind: str, *, older: bool) -> Any:
    """Replace the names among losses or metrics that Keras does not know."""
    if isinstance(value, list):
        return [_known_names(each, kind, older=older) for each in value]
    name = value.get("class_name") if isinstance(value, Mapping) else value
    if older and kind == "loss" and name in _NOT_IN_OLDER:
        raise UnsupportedError(
            f"Keras does not find the loss {name!r} in its older files (.h5). Save the model as `.keras`."
        )
    if isinstance(value, Mapping):
        if name is not None:
            return value
        return {key: _known_names(each, kind, older=older) for key, each in value.items()}
    if not isinstance(value, str):
        return value
    if value in _FUNCTIONS[kind]:
        function = {
            "module": "builtins",  # where Keras looks through all of its modules
            "class_name": "function",
            "config": value,
            "registered_name": value,
        }
        if kind == "loss":
            return function
        mean = {"module": "keras.metrics", "class_name": "MeanMetricWrapper", "registered_name": None}
        return {**mean, "config": {"name": value, "fn": function}}
    if kind == "metric":
        known = _NAMED_CLASSES.get(value.lower())
        return to_keras({"class_name": known, "config": {"name": value}}, kind) if known else value
    canonical = losses.lookup.REGISTRY.aliases.get(value, value)
    return canonical if older else _RENAMED.get(value, value)


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
        described = {name: _by_label(from_keras(config.get(name))) for name in _KINDS}
    except UnsupportedFileError as error:
        raise UnsupportedFileError(
            f"{error} Load the model with `compile=False`, and compile it yourself."
        ) from error
    return {
        **described,
        "optimizer": new_configuration(described["optimizer"]),
        "loss": _loss(_present(described["loss"])),
        "metrics": _metrics(_present(described["metrics"])),
        "weighted_metrics": _metrics(_present(described["weighted_metrics"])),
        "run_eagerly": config.get("run_eagerly") is True,
        "steps_per_execution": config.get("steps_per_execution", 1) or 1,
    }


def _by_label(described: Any) -> Any:
    """Give what goes by the names of outputs the names that these have here."""
    if not isinstance(described, Mapping) or "class_name" in described:
        return described
    return {plain_label(name): each for name, each in described.items()}


def plain_metrics(described: Any, outputs: Sequence[str]) -> Any:
    """Drop the names of outputs in front of those of metrics: Keras 2 writes the name that it shows in a history.

    Args:
        described: What is described for each output, as a list or by name.
        outputs: The names of the outputs.
    """
    if isinstance(described, list) and len(described) == len(outputs) > 1:
        return [_unprefixed(each, name) for each, name in zip(described, outputs, strict=True)]
    if isinstance(described, Mapping) and "class_name" not in described:
        return {name: _unprefixed(each, name) for name, each in described.items()}
    return described


def _unprefixed(described: Any, output: str) -> Any:
    if isinstance(described, list):
        return [_unprefixed(each, output) for each in described]
    config = described.get("config") if isinstance(described, Mapping) else None
    if not isinstance(config, Mapping) or not isinstance(config.get("name"), str):
        return described
    return {**described, "config": {**config, "name": config["name"].removeprefix(f"{output}_")}}


_PRESENT = {"cosine_proximity": "cosine_similarity"}
"""Names of Keras 2 for what has another one now."""


def _present(described: Any) -> Any:
    """Give functions and names of Keras 2 their present names."""
    if isinstance(described, list):
        return [_present(each) for each in described]
    if isinstance(described, Mapping):
        # What a metric is called in a history stays.
        return {key: each if key == "name" else _present(each) for key, each in described.items()}
    return _PRESENT.get(described, described) if isinstance(described, str) else described


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
