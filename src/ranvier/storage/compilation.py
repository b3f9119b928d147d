"""What ``compile`` was given, as JSON types and back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ranvier import losses, metrics, optimizers
from ranvier.errors import ConfigurationError, FileFormatError, UnsupportedError
from ranvier.registry import custom_object
from ranvier.training.setup import TrainingSetup
from ranvier.types import Configuration

_HINT = (
    "Save with `include_optimizer=False` to leave out what `compile` was given, or save the weights alone with "
    "`save_weights`."
)


def describe_compilation(setup: TrainingSetup) -> Configuration:
    """Describe what ``compile`` was given as keyword arguments of ``compile``.

    Raises:
        UnsupportedError: If a part has no name or configuration by which a file could find it again.
    """
    arguments = setup.arguments
    try:
        return {
            "optimizer": optimizers.serialize(setup.optimizer),
            "loss": _each(arguments.loss, _describing(losses.serialize)),
            "loss_weights": _each(arguments.loss_weights, float),
            "metrics": _each(arguments.metrics, _describing(metrics.serialize)),
            "weighted_metrics": _each(arguments.weighted_metrics, _describing(metrics.serialize)),
            "run_eagerly": setup.run_eagerly,
            "steps_per_execution": setup.steps_per_execution,
        }
    except (ConfigurationError, NotImplementedError) as error:
        raise UnsupportedError(f"{str(error) or type(error).__name__} {_HINT}") from error


def compile_arguments(path: str, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments of ``compile`` that were described.

    Args:
        path: The file, for messages.
        described: What :func:`describe_compilation` returned.

    Raises:
        FileFormatError: If a name stands for nothing, or a configuration is refused.
    """
    metric = _building(metrics.deserialize, metrics.Metric)
    try:
        return {
            "optimizer": _built(described["optimizer"], optimizers.deserialize, optimizers.Optimizer),
            "loss": _building(losses.deserialize, losses.Loss)(described["loss"]),
            "loss_weights": described["loss_weights"],
            "metrics": metric(described["metrics"]),
            "weighted_metrics": metric(described["weighted_metrics"]),
            "run_eagerly": bool(described["run_eagerly"]),
            "steps_per_execution": described["steps_per_execution"],
        }
    # Whatever a class, a user's own too, says of a configuration that does not suit it.
    except Exception as error:
        shown = f"{type(error).__name__}: {error!s:.500}"
        raise FileFormatError(
            f"What `compile` was given cannot be built again from {path!r}: {shown} For functions and classes of your "
            "own, pass `custom_objects={'name': ...}`; or load with `compile=False` and compile the model yourself."
        ) from error


def _each(given: Any, function: Callable[[Any], Any]) -> Any:
    """Apply a function to what lists and dicts of outputs hold; names stay names."""
    if given is None or isinstance(given, str):
        return given
    if isinstance(given, list | tuple):
        return [_each(item, function) for item in given]
    if isinstance(given, Mapping) and "class_name" not in given:
        return {str(name): _each(item, function) for name, item in given.items()}
    return function(given)


def _building(deserialize: Callable[[Any], Any], kind: type[Any]) -> Callable[[Any], Any]:
    def build(described: Any) -> Any:
        if isinstance(described, list | tuple):
            return [build(each) for each in described]
        if isinstance(described, Mapping) and "class_name" not in described:
            return {str(name): build(each) for name, each in described.items()}
        # The name of a user's own object means something only while the file is read; others stay names.
        if described is None or (isinstance(described, str) and custom_object(described) is None):
            return described
        return _built(described, deserialize, kind)

    return build


def _describing(serialize: Callable[[Any], Any]) -> Callable[[Any], Any]:
    # What is a configuration already stays one.
    return lambda each: dict(each) if isinstance(each, Mapping) else serialize(each)


def _built(described: Any, deserialize: Callable[[Any], Any], kind: type[Any]) -> Any:
    """Build an object, once it is sure that its name cannot make a file call anything else."""
    if isinstance(described, Mapping) and described.get("class_name") != "function":
        for key in ("registered_name", "class_name"):
            name = described.get(key)
            found = custom_object(name) if isinstance(name, str) else None
            if found is not None and not (inspect.isclass(found) and issubclass(found, kind)):
                raise FileFormatError(
                    f"The file names {name!r} as {kind.__name__.lower()}, which is: {found!r:.100}."
                )
    return deserialize(described)
