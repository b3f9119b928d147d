"""What files of Keras hold: archives, weights alone, and whole models in HDF5."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ranvier.errors import FileFormatError
from ranvier.storage.inspection.network import listed_layers
from ranvier.storage.inspection.report import ArrayReport, FileReport, LayerReport
from ranvier.storage.keras import archive as archives
from ranvier.storage.keras.hdf5.reader import Hdf5File
from ranvier.storage.keras.metadata import OWN, attribute_table, own_attribute, user_metadata
from ranvier.storage.keras.weight_file import open_hdf5
from ranvier.storage.keras.weights import stored_weights

_NEWER = re.compile(r"(?P<layer>.*?)/?vars/\d+")
_MODEL, _TRAINING, _WEIGHTS = "model_config", "training_config", "model_weights"
_COUNTED = ("metrics/", "_metrics/", "compile_metrics/", "_compile_metrics/", "_loss_tracker/")
_OPTIMIZER = ("optimizer/", "optimizer_weights/")


def inspect_archive(path: str, size: int, digest: str) -> FileReport:
    """Tell what a ``.keras`` file holds.

    Args:
        path: The file.
        size: Its length in bytes.
        digest: The SHA-256 of its content.

    Raises:
        FileFormatError: If it is damaged, or no such file.
    """
    with archives.open_archive(path) as archive:
        metadata = archive.table(archives.METADATA)
        config = archive.table(archives.CONFIGURATION)
        with archive.weights() as file:
            weights, state = _arrays(file)
            training = _training(file, config.get("compile_config"))
    return FileReport(
        path=path,
        format="Keras archive",
        holds="model",
        writer=f"Keras {metadata.get('keras_version', 'of unknown version')!s:.40}",
        size=size,
        sha256=digest,
        name=_name(config),
        kind=_text(config.get("class_name")),
        layers=tuple(listed_layers(path, config, weights, "layers/")),
        arrays=weights,
        state=state,
        compiled=_mapping(config.get("compile_config")),
        training=training,
        metadata=user_metadata(metadata.get(OWN)),
    )


def inspect_hdf5(path: str, size: int, digest: str) -> FileReport:
    """Tell what an HDF5 file of Keras holds; see :func:`inspect_archive`."""
    with open_hdf5(path) as file:
        weights, state = _arrays(file)
        attributes = file.attributes.get("", {})
        if not weights and _MODEL not in attributes:
            raise FileFormatError(f"The HDF5 file {path!r} holds neither a model nor weights of Keras.")
        older = _MODEL in attributes
        config = attribute_table(file, _MODEL) if older else {}
        trained = attribute_table(file, _TRAINING) if _TRAINING in attributes else None
        training = _training(file, trained)
        own = user_metadata(own_attribute(file))
    if trained is not None:
        trained = {"optimizer": trained.get("optimizer_config"), **trained}
    version = attributes.get("keras_version")
    return FileReport(
        path=path,
        format="Keras model in HDF5" if older else "Keras weights in HDF5",
        holds="model" if older else "weights",
        writer=f"Keras {version:.40}" if isinstance(version, str) else "Keras",
        size=size,
        sha256=digest,
        name=_name(config),
        kind=_text(config.get("class_name")),
        layers=_older_layers(path, config, weights) if older else _groups(weights),
        arrays=weights,
        state=state,
        compiled=trained,
        training=training,
        metadata=own,
    )


def _arrays(file: Hdf5File) -> tuple[tuple[ArrayReport, ...], tuple[ArrayReport, ...]]:
    """List the weights, and the state of the optimizer."""
    stored = {path: place for place, path in stored_weights(file).items()}
    found = [
        ArrayReport(name, file.entries[path].shape, str(file.entries[path].dtype))
        for name, path in sorted(
            ((stored.get(path, path).removeprefix(f"{_WEIGHTS}/"), path) for path in file.entries),
            key=lambda item: _in_order(item[0]),
        )
    ]
    state = [array for array in found if array.name.startswith(_OPTIMIZER)]
    # What metrics have counted is neither.
    weights = [array for array in found if not array.name.startswith((*_OPTIMIZER, *_COUNTED))]
    return tuple(weights), tuple(state)


def _in_order(path: str) -> list[tuple[int, int, str]]:
    """Sort numbers by their size: ``vars/2`` comes before ``vars/10``."""
    return [
        (0, int(part), "") if part.isascii() and part.isdigit() and len(part) < 10 else (1, 0, part)
        for part in path.split("/")
    ]


def _training(file: Hdf5File, compiled: Any) -> dict[str, Any]:
    """Read how many steps were made, and the learning rate, which stand first in an optimizer's state."""
    told: dict[str, Any] = {}
    if not isinstance(compiled, Mapping):
        return told
    for path, entry in file.entries.items():
        own = path.rpartition("/")[2]
        if not path.startswith(_OPTIMIZER) or entry.shape != ():
            continue
        if path == "optimizer/vars/0" or own.startswith("iteration"):
            told["iterations"] = int(file.array(path))
        elif path == "optimizer/vars/1" or own.startswith("learning_rate"):
            told["learning_rate"] = float(file.array(path))
    return {name: told[name] for name in ("iterations", "learning_rate") if name in told}


def _older_layers(
    path: str, config: Mapping[str, Any], weights: tuple[ArrayReport, ...]
) -> tuple[LayerReport, ...]:
    """List layers whose weights stand under their own names."""
    return tuple(listed_layers(path, config, weights, None))


def _groups(weights: tuple[ArrayReport, ...]) -> tuple[LayerReport, ...]:
    """List the groups of a file that knows no network."""
    groups: dict[str, list[ArrayReport]] = {}
    for weight in weights:
        matched = _NEWER.fullmatch(weight.name)
        place = matched["layer"] if matched else weight.name.rpartition("/")[0]
        own = weight.name.rpartition("/")[2]
        groups.setdefault(place, []).append(ArrayReport(own, weight.shape, weight.dtype))
    return tuple(LayerReport(place, "", weights=tuple(found)) for place, found in groups.items())


def _name(config: Mapping[str, Any]) -> str | None:
    inner = config.get("config")
    return _text(inner.get("name")) if isinstance(inner, Mapping) else None


def _mapping(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
