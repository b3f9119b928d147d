"""A model built from a translated configuration, within bounds that the file sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ranvier.errors import FileFormatError, RanvierError
from ranvier.networks.description import build_layer, building, require_few_layers
from ranvier.storage.blank_weights import BlankWeights
from ranvier.storage.compilation import compile_arguments
from ranvier.storage.keras.hdf5.reader import Hdf5File
from ranvier.types import Configuration


@contextmanager
def built_model(path: str, file: Hdf5File, translate: Callable[[], Configuration]) -> Iterator[Any]:
    """Build the model of a file; its first weights take no memory until the block assigns them.

    Args:
        path: The file, for messages.
        file: What the file holds of weights: a model that asks for more is refused.
        translate: Returns the description.

    Yields:
        The model.

    Raises:
        FileFormatError: If it cannot be built, or the recursion or memory it takes has no bounds.
    """
    blank = BlankWeights(path, file.entries)
    try:
        described = translate()
        require_few_layers(described)
        with blank.in_place(), building(None, blank.prepare):
            yield build_layer(described)
    except (RecursionError, MemoryError) as error:
        raise FileFormatError(
            f"The configuration in {path!r} is nested too deeply, or asks for too much memory."
        ) from error


def compile_model(path: str, model: Any, described: Mapping[str, Any]) -> None:
    """Compile a model as a file says.

    Raises:
        FileFormatError: If a name stands for nothing, or the arguments do not fit.
    """
    if not hasattr(model, "compile"):
        raise FileFormatError(f"The file {path!r} compiles {model!r:.100}, which is no model.")
    arguments = compile_arguments(path, described)
    try:
        model.compile(**arguments)
    except RanvierError as error:
        raise FileFormatError(
            f"What `compile` was given cannot be used again from {path!r}: {error!s:.500}"
        ) from error
