"""A model from one kind of file into another, checked to predict the same."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np

from ranvier.appending import explained_writing
from ranvier.errors import ConfigurationError, FileWriteError, UnsupportedError
from ranvier.models.files import load_model
from ranvier.models.model import Model
from ranvier.registry import CustomObjects
from ranvier.storage.model_file import FilePath
from ranvier.symbolic import Spec, SymbolicTensor, map_symbolic

MODELS = (".safetensors", ".keras", ".h5", ".hdf5")
"""The endings of files that hold a model."""

WEIGHTS = ".weights.h5"
PROGRAMS = (".onnx", ".py")
"""The endings of files that predict and do nothing else."""

_TRAINED = "the optimizer with its state, the loss and the metrics"
_ROWS, _UNKNOWN_SIZE, _SEED = 5, 7, 0
_RELATIVE, _ABSOLUTE = 1e-4, 1e-5


@dataclass(frozen=True)
class Conversion:
    """How a conversion went.

    Attributes:
        source: The file that was read.
        target: The file that was written.
        rows: How many rows both predicted alike; 0 where the inputs are not known, so that nothing was compared.
        difference: The largest difference between two numbers that they predicted; None where the export compared
            them itself.
        left_out: What the source holds and the target does not, each as the end of a sentence.
    """

    source: str
    target: str
    rows: int
    difference: float | None
    left_out: tuple[str, ...]


def convert_model(
    source: FilePath,
    target: FilePath,
    custom_objects: CustomObjects | None = None,
    *,
    overwrite: bool = False,
) -> Conversion:
    """Write the model of a file in another format, and keep the result only if it predicts the same.

    The endings of the names decide: ``.safetensors``, ``.keras`` and ``.h5`` hold a model, ``.weights.h5`` its weights,
    ``.onnx`` and ``.py`` what is needed to predict.

    Args:
        source: A file that :func:`load_model` reads.
        target: The file to write.
        custom_objects: Your own layers, losses, metrics, functions by name.
        overwrite: Whether a file of that name may be replaced.

    Returns:
        What was compared, and what the target cannot hold.

    Raises:
        ConfigurationError: If the name of the target cannot be used.
        FileFormatError: If the source is damaged, or no file of a model.
        UnsupportedError: If the target cannot hold a part of the network.
        FileWriteError: If the target would predict something else, or the system refuses.
    """
    name = os.fspath(target)
    _check_names(os.fspath(source), name, overwrite=overwrite)
    model = load_model(source, custom_objects)
    inputs = _trial_inputs(model)
    with _beside(Path(name)) as partial:
        left_out = _written(model, partial)
        difference: float | None = None
        if not name.endswith(PROGRAMS):
            other = _read_again(model, partial, custom_objects, inputs)
            if not name.endswith(WEIGHTS):
                left_out += _missing(model, other, told=bool(left_out))
            difference = _largest_difference(model, other, inputs, name)
    return Conversion(
        os.fspath(source), name, 0 if inputs is None else _ROWS, difference, tuple(dict.fromkeys(left_out))
    )


def _check_names(source: str, target: str, *, overwrite: bool) -> None:
    if not target.endswith((*MODELS, *PROGRAMS)):
        raise ConfigurationError(
            f"A model can be written to files ending in {', '.join((*MODELS, WEIGHTS, *PROGRAMS))}; "
            f"received: {target!r}."
        )
    path = Path(target)
    if path.is_dir():
        raise ConfigurationError(f"A model is written to a file; received the existing folder: {target!r}.")
    if path.exists() and path.samefile(source):
        raise ConfigurationError(f"A file cannot be converted into itself; received: {source!r} twice.")
    if path.exists() and not overwrite:
        raise ConfigurationError(
            f"The file {target!r} exists already. Choose another name, or ask for it to be replaced: "
            "`overwrite=True`, or `--force` in the command line."
        )


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a name in the same folder, whose file takes the place of the target once all is well."""
    partial = target.with_name(f".{secrets.token_hex(4)}.{target.name}")
    try:
        yield partial
        with explained_writing(target):
            partial.replace(target)
    except FileWriteError as error:
        words = str(error.strerror).replace(str(partial), str(target))
        raise FileWriteError(error.errno, words) from error
    finally:
        with suppress(OSError):  # where nothing can be written, nothing lies there
            partial.unlink(missing_ok=True)


def _written(model: Model, path: Path) -> tuple[str, ...]:
    """Write the model and return what is known to be left out."""
    trained = (_TRAINED,) if model.compiled else ()
    kept = tuple(f"the metadata {name!r}" for name in model.file_metadata)
    if path.name.endswith(PROGRAMS):
        names = model.file_metadata.get("class_names")
        model.export(path, verbose=False, class_names=names)
        return trained + tuple(text for text in kept if text != "the metadata 'class_names'" or names is None)
    if path.name.endswith(WEIGHTS):
        model.save_weights(path)
        return ("the configuration of the model", *trained, *kept)
    try:
        model.save(path)
    except UnsupportedError as error:
        if not model.compiled:
            raise
        # The network may be fine, and what it was compiled with not.
        model.save(path, include_optimizer=False)
        return (f"{_TRAINED}, because it cannot be written there ({error!s:.300})",)
    return ()


def _read_again(model: Model, path: Path, custom_objects: CustomObjects | None, inputs: Any) -> Model:
    if not path.name.endswith(WEIGHTS):
        return load_model(path, custom_objects)  # type: ignore[no-any-return]
    other = type(model).from_config(model.get_config(), custom_objects)
    if not other.built and inputs is not None:
        other.predict(inputs, verbose=0)
    other.load_weights(path)
    return other  # type: ignore[no-any-return]


def _missing(model: Model, other: Model, *, told: bool) -> tuple[str, ...]:
    """Compare what both models know beside the network; ``told`` where the training is known to be left out."""
    missing = [_TRAINED] if model.compiled and not other.compiled and not told else []
    if model.compiled and other.compiled and not _same_state(model.optimizer, other.optimizer):
        missing.append("the state of the optimizer")
    missing += [
        f"the metadata {name!r}"
        for name, value in model.file_metadata.items()
        if other.file_metadata.get(name) != value
    ]
    return tuple(missing)


def _same_state(one: Any, other: Any) -> bool:
    if int(one.step_count) != int(other.step_count):
        return False
    states = [each.read_state() if each.built else {} for each in (one, other)]
    leaves = [jax.tree.leaves(state) for state in states]
    return len(leaves[0]) == len(leaves[1]) and all(
        np.array_equal(np.asarray(first), np.asarray(second), equal_nan=True)
        for first, second in zip(*leaves, strict=True)
    )


def _trial_inputs(model: Model) -> Any:
    """Return some rows that fit the model, or None where its inputs are not known."""
    generator = np.random.default_rng(_SEED)

    def rows(spec: Any) -> np.ndarray[Any, Any]:
        shape = (_ROWS, *(_UNKNOWN_SIZE if size is None else size for size in tuple(spec.shape)[1:]))
        if np.dtype(spec.dtype).kind in "biu":
            return generator.integers(0, 2, shape).astype(spec.dtype)
        return generator.uniform(-1.0, 1.0, shape).astype(spec.dtype)

    if model.graph is not None:
        return map_symbolic(model.graph.inputs, lambda tensor: rows(_plain(tensor)))
    if model.built_for is None:
        return None
    return jax.tree.map(rows, model.built_for, is_leaf=lambda leaf: isinstance(leaf, Spec))


def _plain(tensor: SymbolicTensor) -> Spec:
    return Spec(tensor.shape, str(tensor.dtype))


def _largest_difference(model: Model, other: Model, inputs: Any, target: str) -> float:
    if inputs is None:
        return 0.0
    largest = 0.0
    outputs = [jax.tree.leaves(each.predict(inputs, verbose=0)) for each in (model, other)]
    if len(outputs[0]) != len(outputs[1]):
        raise FileWriteError(
            None, f"The file {target!r} would have {len(outputs[1])} outputs instead of {len(outputs[0])}."
        )
    for expected, found in zip(*outputs, strict=True):
        first, second = (np.asarray(each, np.float64) for each in (expected, found))
        if first.shape != second.shape or not np.allclose(
            first, second, _RELATIVE, _ABSOLUTE, equal_nan=True
        ):
            raise FileWriteError(
                None,
                f"The file {target!r} was not written, because the model in it would predict something else "
                f"than the one it was made from. Please report it with the file.",
            )
        finite = np.isfinite(first) & np.isfinite(second)
        largest = max(largest, float(np.max(np.abs(first - second)[finite], initial=0.0)))
    return largest
