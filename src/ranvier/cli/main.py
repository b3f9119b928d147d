"""Where the command ``ranvier`` begins."""

from __future__ import annotations

import importlib
import sys
from io import TextIOWrapper
from typing import Any

from ranvier.errors import missing_extra


def main() -> Any:
    """Carry out the command line of this process and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a file in ASCII gets question marks rather than nothing
            stream.reconfigure(errors="replace")
    try:
        commands = importlib.import_module("ranvier.cli.commands")
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.stderr.write(f"Error: {missing_extra('The command line', 'click', 'cli')}\n")
        return 1
    return commands.ranvier(prog_name="ranvier")
