"""Every code block of the README and the documentation runs, in order, one namespace per file.

Blocks marked ``python`` are executed. In those marked ``console`` or ``sh`` the lines that start with
``$ ranvier`` are run as commands. A block is left out only where the line above says why:
``<!-- not run: reason -->``.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import textwrap
import tomllib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([REPOSITORY / "README.md", *REPOSITORY.glob("docs/**/*.md")])
FENCE = re.compile(r"^(?P<indent>\s*)(?P<ticks>`{3,}|~{3,})(?P<language>[\w+-]*)")
NOT_RUN = re.compile(r"<!--\s*not run:\s*(?P<reason>.*?)\s*-->")
COMMAND = re.compile(r"^\$ ranvier\b")
OTHER_WORDS_FOR_PYTHON = {"py", "py3", "pycon", "python3"}


@dataclass(frozen=True)
class Block:
    """A fenced block of a document: its language, text, first line and, if it is left out, why."""

    language: str
    text: str
    line: int
    reason: str | None


def read_blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a Markdown text, in order."""
    lines = text.splitlines()
    blocks = []
    number = 0
    while number < len(lines):
        opening = FENCE.match(lines[number])
        if opening is None:
            number += 1
            continue
        closing = opening["indent"] + opening["ticks"]
        end = number + 1
        while end < len(lines) and lines[end].rstrip() != closing:
            end += 1
        content = textwrap.dedent("\n".join(lines[number + 1 : end]))
        blocks.append(Block(opening["language"], content, number + 2, _reason_above(lines, number)))
        number = end + 1
    return blocks


def _reason_above(lines: list[str], number: int) -> str | None:
    above = [line for line in lines[:number] if line.strip()]
    match = NOT_RUN.search(above[-1]) if above else None
    return match["reason"] if match else None


def commands_of(block: Block) -> list[str]:
    """Return the ``ranvier`` command lines of a console block, continued lines joined."""
    joined = re.sub(r"\s*\\\n\s*>?\s*", " ", block.text)
    return [line.removeprefix("$ ") for line in joined.splitlines() if COMMAND.match(line)]


def run_blocks(document: Path, blocks: list[Block], folder: Path) -> None:
    """Run what can be run, stopping at the first failure."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    environment = _with_command(folder)
    for block in blocks:
        if block.reason is not None:
            continue
        if block.language == "python":
            # Blank lines in front give a traceback the line numbers of the document.
            source = "\n" * (block.line - 1) + block.text
            exec(compile(source, str(document), "exec"), namespace)
        elif block.language in ("console", "sh"):
            for command in commands_of(block):
                result = subprocess.run(
                    command, shell=True, cwd=folder, env=environment, capture_output=True, text=True
                )
                assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"


def _with_command(folder: Path) -> dict[str, str]:
    """Put a ``ranvier`` on the path that is this checkout's, installed or not."""
    programs = folder / ".bin"
    programs.mkdir()
    executable = programs / "ranvier"
    code = "import sys; from ranvier.cli.main import main; sys.argv[0] = 'ranvier'; main()"
    executable.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{code}" "$@"\n')
    executable.chmod(0o755)
    search = [str(REPOSITORY / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(search),
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_blocks_run(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    blocks = read_blocks(document.read_text(encoding="utf-8"))
    misnamed = [block.line for block in blocks if block.language in OTHER_WORDS_FOR_PYTHON]
    assert misnamed == [], f"blocks marked otherwise than ```python are not run; lines {misnamed}"
    if any("mnist" in block.text for block in blocks if block.reason is None):
        request.getfixturevalue("data_home")
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        # A guide may say plt.show(), as its reader would.
        warnings.filterwarnings("ignore", message=".*non-interactive", category=UserWarning)
        run_blocks(document, blocks, tmp_path)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def test_reads_blocks_their_lines_and_their_reasons() -> None:
    text = (
        "Words.\n\n```python\nx = 1\n```\n\n"
        "<!-- not run: needs a printer -->\n\n```python\nprint_on_paper()\n```\n"
        "- item\n\n    ```console\n    $ ranvier train digits \\\n        --epochs 3\n    $ ls\n    ```\n"
    )
    first, second, third = read_blocks(text)
    assert first == Block("python", "x = 1", 4, None)
    assert second.reason == "needs a printer"
    assert commands_of(third) == ["ranvier train digits --epochs 3"]


def test_a_failing_block_is_reported_with_its_line(tmp_path: Path) -> None:
    blocks = read_blocks("# Title\n\n```python\nvalue = 1\nvalue.missing\n```\n")
    with pytest.raises(AttributeError) as caught:
        run_blocks(Path("guide.md"), blocks, tmp_path)
    assert caught.traceback[-1].lineno + 1 == 5


def test_blocks_share_a_namespace(tmp_path: Path) -> None:
    run_blocks(
        Path("guide.md"), read_blocks("```python\na = 2\n```\n```python\nassert a == 2\n```\n"), tmp_path
    )


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [("", line) for line in project["dependencies"]]
    for extra, lines in project["optional-dependencies"].items():
        wanted += [(extra, line) for line in lines if not line.startswith(project["name"])]
    rows = (REPOSITORY / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
    listed = {
        tuple(cell.strip(" `") for cell in row.strip("|").split("|")[:-1]) for row in rows if "|" in row
    }
    names = [(extra, re.split(r"[\[<>=!~; ]", line)[0]) for extra, line in wanted]
    expected = {(extra, name) if extra else (name,) for extra, name in names}
    headings = {("package",), ("extra", "package"), ("---",), ("---", "---")}
    assert listed - headings == expected
