"""Whether a table is still what it was when a run began."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ranvier.errors import DataError
from ranvier.report.run_folder import RunFolder
from ranvier.tables.origin import STANDARD


def digest_of(path: str) -> str | None:
    """Return the SHA-256 of a table's file; None for what cannot be read a second time, such as standard input."""
    if path == STANDARD or not Path(path).is_file():
        return None
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_same_table(run: RunFolder, path: str, remedy: str) -> None:
    """Refuse other rows than those a run was begun with.

    Args:
        run: The run.
        path: Its table.
        remedy: What to do where they are not to be had, a sentence.

    Raises:
        DataError: If the table has changed, is gone, or cannot be read a second time.
    """
    if path == STANDARD:
        raise DataError(
            f"The run {str(run.path)!r} read its table from standard input, which is gone. {remedy}"
        )
    found = digest_of(path)
    if found is None:
        raise DataError(
            f"The table {path!r} of the run {str(run.path)!r} is not there, seen from the folder {str(Path.cwd())!r}. "
            f"{remedy}"
        )
    if run.table.table.digest not in (None, found):
        raise DataError(
            f"The table {path!r} is another than when the run {str(run.path)!r} was begun. {remedy}"
        )
