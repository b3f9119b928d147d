"""Estimators for tables in files: one safetensors file, without code."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

import numpy as np

from ranvier.errors import ConfigurationError, RanvierError, UnsupportedError
from ranvier.estimators.tables.dates import PARTS
from ranvier.estimators.tables.encoding import CategoryRule, Encoder, NumberRule
from ranvier.estimators.tables.member import Member
from ranvier.estimators.tables.network import Architecture, weight_shapes
from ranvier.estimators.tables.scaling import RobustScaling
from ranvier.estimators.tables.schema import Schema
from ranvier.storage.document import Document, read_document
from ranvier.storage.model_file import write_document
from ranvier.storage.tensor_reader import damaged, open_tensors
from ranvier.storage.weights import read_arrays

HostArray: TypeAlias = "np.ndarray[Any, Any]"

_LARGEST_UNITS = 2**16


def save_estimator(estimator: Any, path: Any) -> None:
    """Write a fitted estimator for tables; see its ``save``."""
    arrays: dict[str, HostArray] = {
        "scaling/medians": estimator._encoder.scaling.medians,
        "scaling/factors": estimator._encoder.scaling.factors,
        "numbers/fill": np.array([rule.fill for rule in estimator._encoder.numbers], np.float64),
    }
    arrays |= {f"targets/{name}": value for name, value in estimator._target_arrays().items()}
    members = getattr(estimator, "members_", [])
    for number, member in enumerate(members):
        arrays |= {f"members/{number}/{name}": value for name, value in member.weights.items()}
    described = {
        "class_name": type(estimator).__name__,
        "parameters": _described_parameters(estimator),
        "columns": {"names": list(estimator._names), "named": estimator._named},
        "schema": estimator.schema_.as_dict(),
        "encoder": _described_encoder(estimator._encoder),
        "architecture": None if not members else asdict(estimator._architecture),
        "targets": estimator._described_targets(),
        "members": [
            {
                "epoch": member.epoch,
                "score": None if math.isnan(member.score) else member.score,
                "history": member.history,
            }
            for member in members
        ],
    }
    write_document(os.fspath(path), Document("estimator", estimator=described), arrays)


def read_estimator(path: Any, classes: Mapping[str, type[Any]]) -> Any:
    """Read an estimator; see :func:`ranvier.estimators.load_estimator`.

    Args:
        path: The file.
        classes: The classes that a file can hold, by name.

    Raises:
        FileFormatError: If the file holds no such estimator, is damaged, or was written by a newer version.
    """
    file = open_tensors(path)
    document = read_document(file)
    described = document.estimator
    if described is None:
        raise ConfigurationError(
            f"The file {file.path!r} holds a {document.kind}, not an estimator; read it with "
            "`ranvier.models.load_model`."
        )
    arrays = read_arrays(file, document, list(file.entries))
    try:
        return _restored(described, arrays, classes)
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
        OverflowError,
        RanvierError,
    ) as error:
        raise damaged(file.path, f"its estimator makes no sense ({error!s:.200})") from error


def _restored(
    described: Mapping[str, Any], arrays: Mapping[str, HostArray], classes: Mapping[str, Any]
) -> Any:
    estimator = classes[described["class_name"]]()
    parameters = dict(described["parameters"])
    unknown = set(parameters) - set(estimator.get_params())
    if unknown:
        raise ValueError(f"it has unknown parameters: {sorted(unknown)}")
    sizes = parameters.get("hidden_layer_sizes")
    if isinstance(sizes, list):
        parameters["hidden_layer_sizes"] = tuple(sizes)
    estimator.set_params(**parameters)
    names, named = described["columns"]["names"], described["columns"]["named"]
    schema = Schema.from_dict(described["schema"])
    if schema.names != names or not isinstance(named, bool):
        raise ValueError("the columns are not those of the schema")
    estimator._names, estimator._named = tuple(names), named
    estimator.n_features_in_ = len(names)
    estimator.schema_ = schema
    if named:
        estimator.feature_names_in_ = np.array(names, dtype=object)
    estimator._encoder = _restored_encoder(schema, described["encoder"], arrays)
    targets = {
        name.removeprefix("targets/"): value for name, value in arrays.items() if name.startswith("targets/")
    }
    estimator._restore_targets(described["targets"], targets)
    if described["architecture"] is not None:
        _restore_members(estimator, described, arrays)
    return estimator


def _restore_members(estimator: Any, described: Mapping[str, Any], arrays: Mapping[str, HostArray]) -> None:
    given = dict(described["architecture"])
    for name in ("indicators", "embedded", "hidden"):
        given[name] = tuple(int(size) for size in given[name])
    architecture = Architecture(**given)
    encoder = estimator._encoder
    expected = (
        len(encoder.numbers),
        tuple(rule.count for rule in encoder.indicators),
        tuple(rule.count for rule in encoder.embedded),
        estimator._outputs,
        estimator._classification,
    )
    found = (
        architecture.numbers,
        architecture.indicators,
        architecture.embedded,
        architecture.outputs,
        architecture.classes,
    )
    if found != expected or architecture.activation not in ("selu", "mish"):
        raise ValueError("the network does not fit the columns")
    if not all(0 < units <= _LARGEST_UNITS for units in architecture.hidden):
        raise ValueError("the network has layers of impossible sizes")
    members = []
    for number, each in enumerate(described["members"]):
        prefix = f"members/{number}/"
        weights = {
            name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)
        }
        shapes = {name: value.shape for name, value in weights.items()}
        if shapes != weight_shapes(architecture) or any(
            value.dtype != np.float32 for value in weights.values()
        ):
            raise ValueError(f"the weights of member {number} do not fit the network")
        score = math.nan if each["score"] is None else float(each["score"])
        history = {str(name): [float(value) for value in values] for name, values in each["history"].items()}
        members.append(Member(weights, int(each["epoch"]), score, history))
    if not members:
        raise ValueError("it has no members")
    estimator._architecture = architecture
    estimator._publish(members)


# -- parameters ----------------------------------------------------------------------------------


def _described_parameters(estimator: Any) -> dict[str, Any]:
    """Return the parameters as JSON types; callbacks are objects of this process and stay behind."""
    found = {}
    for name, value in estimator.get_params(deep=False).items():
        if name == "callbacks":
            continue
        if isinstance(value, Schema):
            value = value.as_dict()
        elif name == "class_weight" and isinstance(value, Mapping):
            continue  # labels of any type: what they did is in the weights
        elif isinstance(value, np.random.RandomState | np.random.Generator):
            continue
        found[name] = _plain(name, value)
    return found


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(name, each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(name, each) for key, each in value.items()}
    raise UnsupportedError(f"The parameter `{name}` cannot be written to a file; received: {value!r:.100}.")


# -- encoder -------------------------------------------------------------------------------------


def _described_encoder(encoder: Encoder) -> dict[str, Any]:
    return {
        "numbers": [[rule.column, rule.part] for rule in encoder.numbers],
        "indicators": [_described_rule(rule) for rule in encoder.indicators],
        "embedded": [_described_rule(rule) for rule in encoder.embedded],
    }


def _described_rule(rule: CategoryRule) -> list[Any]:
    return [rule.column, None if rule.levels is None else list(rule.levels)]


def _restored_encoder(
    schema: Schema, described: Mapping[str, Any], arrays: Mapping[str, HostArray]
) -> Encoder:
    fills = arrays["numbers/fill"]
    numbers = [
        NumberRule(column, part, float(fill))
        for (column, part), fill in zip(described["numbers"], fills, strict=True)
    ]
    scaling = RobustScaling(arrays["scaling/medians"], arrays["scaling/factors"])
    if scaling.medians.shape != (len(numbers),) or scaling.factors.shape != (len(numbers),):
        raise ValueError("the scaling does not fit the numbers")
    for rule in numbers:
        kind = "number" if rule.part is None else "date"
        if schema[rule.column].kind != kind or rule.part not in (None, *PARTS):
            raise ValueError(f"the column {rule.column!r:.100} is no {kind}")
    indicators, embedded = (
        [_restored_rule(schema, each) for each in described[name]] for name in ("indicators", "embedded")
    )
    return Encoder(schema, numbers, indicators, embedded, scaling)


def _restored_rule(schema: Schema, described: Any) -> CategoryRule:
    column, levels = described
    if schema[column].kind == "dropped":
        raise ValueError(f"the column {column!r:.100} is left out, and used")
    if levels is not None and not all(isinstance(level, str) for level in levels):
        raise ValueError("levels must be texts")
    return CategoryRule(column, None if levels is None else tuple(levels))
