"""Reads a network with one strange call after the other, in a process of its own, and tells what they took.

``python -m tests.storage.attacks.operations_child FILE STRIDE``; each case of every operation with a stride of 1.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

from ranvier import ops
from ranvier.errors import FileFormatError
from ranvier.models import load_model
from tests.storage.attacks.test_operations import TENSOR, network

SECONDS = 5
LOOPING = ("adaptive_average_pool", "adaptive_max_pool", "array_split", "diff", "split", "unstack", "vander")
ARGUMENTS: list[list[Any]] = [
    *([TENSOR, big] for big in (10**9, 10**12)),
    *([big, TENSOR] for big in (10**9, 10**12)),
    [[TENSOR], 10**9],
    [TENSOR, [10**6, 10**6]],
    [TENSOR, 10**9, 10**9],
    [10**9],
    [0, 10**9, 10**9],
    [TENSOR, TENSOR, 10**9],
]
KEYWORDS: list[dict[str, Any]] = [{}, {"num": 10**9}, {"repeats": 10**9}, {"axis": 10**9}]


class LateError(BaseException):
    """A call took too long."""


def _late(*_: Any) -> None:
    raise LateError


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(path: Path, stride: int) -> dict[str, Any]:
    """Try the cases and return how many there were, what went wrong, and by how many MB the process grew."""
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, _late)
    load_model(network(path, {"of": "tanh", "arguments": [[TENSOR], {}]}))
    before, slow, other, cases = _peak(), [], [], 0
    for name in (*LOOPING, *sorted(ops.REGISTRY)[::stride]):
        for number, arguments in enumerate(ARGUMENTS):
            case = {"of": name, "arguments": [arguments, KEYWORDS[number % len(KEYWORDS)]]}
            network(path, case)
            cases += 1
            signal.alarm(SECONDS)
            try:
                load_model(path)
            except FileFormatError:
                pass
            except LateError:
                slow.append(case)
            except BaseException as error:
                other.append([case, f"{type(error).__name__}: {error!s:.200}"])
            finally:
                signal.alarm(0)
    return {"slow": slow, "other": other, "cases": cases, "grown": _peak() - before}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
