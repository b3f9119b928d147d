"""Whether a table is still what it was when a run began."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from ranvier.appending import make_folder
from ranvier.errors import DataError
from ranvier.report.run_folder import BACKUP, RunFolder
from ranvier.storage.atomic import replacing
from ranvier.tables.origin import STANDARD
from ranvier.tables.plan import Plan

_NOTE = "table.json"


def note_table(run: RunFolder, plan: Plan) -> None:
    """Note the digest of a table beside the backups to come.

    Args:
        run: The run.
        plan: Its settings.

    Raises:
        FileWriteError: If the disk is full, or the like.
    """
    if plan.data.path in (None, STANDARD):
        return
    make_folder(run.path / BACKUP)
    with replacing(run.path / BACKUP / _NOTE) as file:
        file.write(json.dumps({"sha256": _digest(str(plan.data.path))}).encode())


def require_same_table(run: RunFolder, plan: Plan) -> None:
    """Refuse to go on with other rows than those the run was begun with.

    Args:
        run: The run.
        plan: Its settings.

    Raises:
        DataError: If the table has changed, or cannot be read a second time.
    """
    path = str(plan.data.path)
    if path == STANDARD:
        raise DataError(
            f"The run {str(run.path)!r} read its table from standard input, which is gone. Save the table to a file, "
            "and train on that."
        )
    noted = None
    with suppress(OSError, ValueError, LookupError, TypeError):
        noted = json.loads((run.path / BACKUP / _NOTE).read_bytes())["sha256"]
    if noted is not None and Path(path).exists() and _digest(path) != noted:
        raise DataError(
            f"The table {path!r} is another than when the run {str(run.path)!r} was begun. Bring the old one back, or "
            "begin a new run."
        )


def _digest(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
