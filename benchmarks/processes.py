"""Fresh processes: what is measured never shares an interpreter with anything else."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OURS, OURS_EMPTY, PRODUCTS = "ranvier", "ranvier-empty-cache", "products"


@dataclass(frozen=True)
class Contestant:
    """A library in one configuration.

    Attributes:
        name: How the command line and the tables call it.
        peer: Module in ``benchmarks.peers``.
        needs: Modules that the interpreter must have.
        environment: Variables that choose the configuration.
    """

    name: str
    peer: str
    needs: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


CONTESTANTS = (
    Contestant(OURS, "ranvier", ("jax", "ranvier.models")),
    Contestant(OURS_EMPTY, "ranvier", ("jax", "ranvier.models")),
    Contestant("keras-jax", "keras", ("keras", "jax"), {"KERAS_BACKEND": "jax"}),
    Contestant("keras-tensorflow", "keras", ("keras", "tensorflow"), {"KERAS_BACKEND": "tensorflow"}),
    Contestant("keras-torch", "keras", ("keras", "torch"), {"KERAS_BACKEND": "torch"}),
    Contestant("torch", "torch", ("torch",)),
    Contestant("sklearn", "sklearn", ("sklearn",)),
    Contestant(PRODUCTS, "products", ("jax",)),
)


class WorkerError(RuntimeError):
    """A process failed; the message holds the end of what it wrote."""


def environment(changes: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a measured process: the caller's, this checkout first, no noise.

    Numbers of threads stay as the libraries choose them.
    """
    # A cache that the caller set up for JAX would serve the peers and take the place of ours.
    left_out = ("COVERAGE_", "JAX_COMPILATION_CACHE", "JAX_PERSISTENT_CACHE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    search = [str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    own = {"PYTHONPATH": os.pathsep.join(search), "MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return inherited | own | (changes or {})


def run(command: list[str], changes: dict[str, str] | None = None, folder: Path = ROOT) -> tuple[float, str]:
    """Run a command to its end.

    Returns:
        Seconds from start to exit, and what it wrote to standard output.

    Raises:
        WorkerError: If it fails.
    """
    before = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment(changes), capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - before
    if done.returncode != 0:
        raise WorkerError(f"{' '.join(command)[:200]}\n{done.stderr[-2000:]}")
    return seconds, done.stdout


def figures(command: list[str], changes: dict[str, str] | None = None) -> dict[str, float]:
    """Run a worker and return the JSON object on the last line that it wrote."""
    written = run(command, changes)[1].strip().splitlines()
    try:
        result: dict[str, float] = json.loads(written[-1])
    except (IndexError, json.JSONDecodeError) as error:
        raise WorkerError(f"{' '.join(command)[:200]}\nwrote no figures: {written[-1:]}") from error
    return result


def available(python: str) -> list[Contestant]:
    """Return the contestants whose modules an interpreter has."""
    wanted = sorted({module for contestant in CONTESTANTS for module in contestant.needs})
    code = (
        "import importlib.util, json, sys\n"
        "def has(name):\n"
        "    try: return importlib.util.find_spec(name) is not None\n"
        "    except ModuleNotFoundError: return False\n"
        "print(json.dumps({name: has(name) for name in sys.argv[1:]}))"
    )
    found = figures([python, "-c", code, *wanted])
    return [contestant for contestant in CONTESTANTS if all(found[module] for module in contestant.needs)]


def describe(python: str) -> dict[str, Any]:
    """Return what an interpreter and its machine are: versions and processor."""
    code = (
        "import importlib.metadata, json, os, platform\n"
        "versions = {'python': platform.python_version()}\n"
        "for name in ('jax', 'keras', 'numpy', 'scikit-learn', 'tensorflow', 'tensorflow_cpu', 'torch'):\n"
        "    try: versions[name] = importlib.metadata.version(name)\n"
        "    except importlib.metadata.PackageNotFoundError: pass\n"
        "print(json.dumps({'versions': versions, 'system': platform.platform(), 'cores': os.cpu_count()}))"
    )
    return {**figures([python, "-c", code]), "processor": _processor()}


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"
