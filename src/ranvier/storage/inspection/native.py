"""What Ranvier's own files hold."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ranvier.storage.document import Document, read_document
from ranvier.storage.inspection.estimators import listed_members, told_of_estimator
from ranvier.storage.inspection.network import listed_layers
from ranvier.storage.inspection.report import ArrayReport, FileReport
from ranvier.storage.tensor_format import NAMES, Entry
from ranvier.storage.tensor_reader import TensorFile, damaged, open_tensors

_WEIGHTS = "weights/"
_CHUNK = 2**20


def inspect_native(path: str, size: int, digest: str) -> FileReport:
    """Tell what a file of Ranvier's own format holds.

    Args:
        path: The file.
        size: Its length in bytes.
        digest: The SHA-256 of its content.

    Raises:
        FileFormatError: If it is another program's, damaged, or of a newer version.
    """
    file = open_tensors(path)
    document = read_document(file)
    _compare_checksums(file, document)
    arrays = [ArrayReport(name, entry.shape, str(entry.dtype)) for name, entry in _in_order(file, document)]
    report = FileReport(
        path=path,
        format=f"Ranvier safetensors, format {document.format}",
        holds=document.kind,
        writer=f"Ranvier {document.ranvier_version}",
        size=size,
        sha256=digest,
        metadata=document.metadata,
    )
    if document.estimator is None:
        return _with_model(report, document, arrays)
    training, told = told_of_estimator(document.estimator)
    return replace(
        report,
        kind=_text(document.estimator.get("class_name")),
        layers=tuple(listed_members(arrays)),
        arrays=tuple(arrays),
        training=training,
        metadata={**document.metadata, **told},
    )


def _with_model(report: FileReport, document: Document, arrays: Sequence[ArrayReport]) -> FileReport:
    weights = tuple(
        ArrayReport(array.name.removeprefix(_WEIGHTS), array.shape, array.dtype)
        for array in arrays
        if array.name.startswith(_WEIGHTS)
    )
    model = document.model or {}
    return replace(
        report,
        name=_text(model.get("name")),
        kind=_text(model.get("class_name")),
        layers=tuple(listed_layers(report.path, document.model, weights)),
        arrays=weights,
        state=tuple(array for array in arrays if not array.name.startswith(_WEIGHTS)),
        compiled=document.compile,
        training=_training(document),
    )


def _in_order(file: TensorFile, document: Document) -> list[tuple[str, Entry]]:
    """Return the arrays in the order of the network, in which their checksums were written down."""
    place = {name: index for index, name in enumerate(document.checksums)}
    return sorted(file.entries.items(), key=lambda item: place.get(item[0], len(place)))


def _training(document: Document) -> dict[str, Any]:
    optimizer: Mapping[str, Any] = document.optimizer or {}
    position: Mapping[str, Any] = document.position or {}
    told = {name: optimizer[name] for name in ("iterations", "learning_rate") if name in optimizer}
    return {**told, **position}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _compare_checksums(file: TensorFile, document: Document) -> None:
    """Read all arrays a piece at a time, so that a damaged file is noticed here and not when it is needed."""
    with Path(file.path).open("rb") as opened:
        for name, entry in file.entries.items():
            found = zlib.crc32(f"{NAMES.get(entry.dtype)}{entry.shape}".encode())
            opened.seek(file.beginning + entry.start)
            remaining = entry.stop - entry.start
            while remaining > 0 and (piece := opened.read(min(_CHUNK, remaining))):
                found = zlib.crc32(piece, found)
                remaining -= len(piece)
            if document.checksums.get(name) != found:
                raise damaged(
                    file.path, f"the array {name!r:.100} does not have the checksum it was written with"
                )
