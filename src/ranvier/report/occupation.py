"""One process at a time for the training of a run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ranvier.errors import RunFolderError
from ranvier.report.run_folder import SETTINGS, RunFolder

if sys.platform != "win32":
    import fcntl


@contextmanager
def occupied(run: RunFolder) -> Iterator[None]:
    """Keep other processes from training a run as long as this one does; the system ends that with the process.

    Raises:
        RunFolderError: If another process is training it.
    """
    if sys.platform == "win32":  # pragma: no cover
        yield
        return
    with (run.path / SETTINGS).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunFolderError(
                f"The run {str(run.path)!r} is being trained by another process. Wait for its end, or stop it first."
            ) from error
        except OSError:  # a file system without locks
            pass
        yield
