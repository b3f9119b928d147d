"""The text in the header of a file: what the arrays are, and how to build the model they belong to."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from ranvier import __version__
from ranvier.errors import FileFormatError, UnsupportedError
from ranvier.storage.json_text import read_json
from ranvier.storage.tensor_reader import TensorFile, damaged

FORMAT = 1
"""The version of what is written; a reader takes its own and every earlier one."""

KEY = "ranvier"
_CHECK = "ranvier.crc32"


@dataclass
class Document:
    """What a file says beside its arrays; every part is made of JSON types.

    Attributes:
        kind: ``"model"``, ``"weights"``, ``"backup"`` or ``"estimator"``.
        model: The description of the model, or None.
        compile: What ``compile`` was given, or None.
        optimizer: The shape of the optimizer's state, or None.
        position: Where the training was, for a backup.
        state: What the training and its callbacks remembered, for a backup.
        estimator: The description of an estimator for tables, or None.
        metadata: What the user had to add, such as the names of the classes.
        checksums: CRC-32 of each array by name.
        format: The version of the format.
        ranvier_version: The version of the program that wrote the file.
    """

    kind: str
    model: dict[str, Any] | None = None
    compile: dict[str, Any] | None = None
    optimizer: dict[str, Any] | None = None
    position: dict[str, Any] | None = None
    state: dict[str, Any] | None = None
    estimator: dict[str, Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    checksums: dict[str, int] = field(default_factory=dict)
    format: int = FORMAT
    ranvier_version: str = __version__

    def texts(self) -> dict[str, str]:
        """Return the texts that the header keeps.

        Raises:
            UnsupportedError: If a part is not made of JSON types.
        """
        try:
            text = json.dumps({name: value for name, value in asdict(self).items() if value is not None})
        except (TypeError, ValueError, RecursionError) as error:
            raise UnsupportedError(
                f"A file holds numbers, texts, lists and dicts with texts as keys beside its arrays; received "
                f"something else: {error!s:.200}. Look at the `get_config` of your own classes, and at `metadata`."
            ) from error
        return {KEY: text, _CHECK: str(zlib.crc32(text.encode()))}


def read_document(file: TensorFile) -> Document:
    """Read what a file says beside its arrays.

    Args:
        file: Its header.

    Raises:
        FileFormatError: If it was written by another program or a newer version, or is damaged.
    """
    text = file.metadata.get(KEY)
    if text is None:
        raise FileFormatError(
            f"The file {file.path!r} was not written by Ranvier: its header has no entry {KEY!r}. Give a file that "
            "`model.save` or `model.save_weights` has written."
        )
    try:
        content = read_json(text)
    except ValueError as error:
        raise damaged(file.path, f"its configuration cannot be read ({error!s:.200})") from error
    if not isinstance(content, dict) or type(content.get("format")) is not int:
        raise damaged(file.path, "its configuration does not tell the version of the format")
    if content["format"] > FORMAT:
        raise FileFormatError(
            f"The file {file.path!r} has format {content['format']} and was written by Ranvier "
            f"{content.get('ranvier_version', 'of unknown version')!s:.40}; this is {__version__}, which reads formats "
            f"up to {FORMAT}. Install a newer Ranvier to read it."
        )
    if file.metadata.get(_CHECK) != str(zlib.crc32(text.encode())):
        raise damaged(file.path, "its configuration does not have the checksum it was written with")
    return _checked(file.path, content)


def _checked(path: str, content: Mapping[str, Any]) -> Document:
    known = {each.name for each in fields(Document)}
    document = Document(**{"kind": "unknown", **{name: content[name] for name in content if name in known}})
    tables = (
        *(document.model, document.compile, document.optimizer, document.position, document.state),
        document.estimator,
    )
    fits = (
        document.kind in ("model", "weights", "backup", "estimator")
        and all(table is None or isinstance(table, dict) for table in tables)
        and isinstance(document.metadata, dict)
        and isinstance(document.checksums, dict)
    )
    if not fits:
        raise damaged(path, "its configuration lacks a part, or has one of the wrong kind")
    return document
