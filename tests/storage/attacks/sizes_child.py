"""Reads files that ask for too much, one after the other in one process, and tells what each of them took.

``python -m tests.storage.attacks.sizes_child FOLDER NAME...``: the names of files in the folder.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from ranvier.errors import FileFormatError
from tests.storage.attacks.readers import READERS

SECONDS = 20


class LateError(BaseException):
    """A reader took too long."""


def _late(*_: Any) -> None:
    raise LateError


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(paths: list[Path]) -> list[dict[str, Any]]:
    """Let every reader have every file; tell the outcome, the seconds and the growth of the process for each."""
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, _late)
    told = []
    for path in paths:
        for name, read in READERS.items():
            before, started = _peak(), time.perf_counter()
            signal.alarm(SECONDS)
            try:
                read(path)
                outcome = "read"
            except FileFormatError:
                outcome = "refused"
            except BaseException as error:
                outcome = f"{type(error).__name__}: {error!s:.200}"
            finally:
                signal.alarm(0)
            seconds = time.perf_counter() - started
            grown = _peak() - before
            told.append(
                {"file": path.name, "reader": name, "outcome": outcome, "grown": grown, "seconds": seconds}
            )
    return told


if __name__ == "__main__":
    print(json.dumps(main([Path(sys.argv[1]) / name for name in sys.argv[2:]])))
