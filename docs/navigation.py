"""Builds the parts of the navigation that follow from what exists: guides and the API reference."""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib.util
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

import ranvier

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

REFERENCE = "reference"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Insert the guides after the first page and append the reference."""
    navigation: list[Any] = list(config.nav or [])
    pages = sorted(f"guides/{path.name}" for path in Path(config.docs_dir, "guides").glob("*.md"))
    named = str(navigation)
    others = [page for page in pages if page not in named]
    if others:
        navigation.insert(1, {"Guides": others})
    modules = public_modules()
    if modules:
        pages = [{f"ranvier.{name}": f"{REFERENCE}/{name}.md"} for name in modules]
        navigation.append({"API reference": pages})
    config.nav = navigation
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add one page of reference per public module."""
    for name in public_modules():
        files.append(File.generated(config, f"{REFERENCE}/{name}.md", content=reference_page(name)))
    return files


def public_modules() -> list[str]:
    """List the names of the root package that are modules."""
    names = getattr(ranvier, "__all__", [])
    return sorted(name for name in names if importlib.util.find_spec(f"ranvier.{name}") is not None)


def reference_page(name: str) -> str:
    """Write the page of one module: its docstring, then each public name where it is defined.

    A public module often only gathers names, and the reference tool does not look through such an
    import by itself, so the place of each definition is named.
    """
    module = importlib.import_module(f"ranvier.{name}")
    if not hasattr(module, "__all__"):
        return f"# ranvier.{name}\n\n::: ranvier.{name}\n"
    heading = f"# ranvier.{name}\n\n{inspect.getdoc(module) or ''}\n"
    blocks: list[str] = []
    documented: dict[str, str] = {}
    for member in module.__all__:
        place = _place_of_definition(module, member)
        public_name = f"{module.__name__}.{member}"
        if place in documented:
            blocks.append(f"## {public_name}\n\nThe same as `{documented[place]}`.\n")
            continue
        documented[place] = public_name
        if not _is_written_out(place):
            blocks.append(_described(public_name, getattr(module, member)))
            continue
        blocks.append(f"::: {place}\n    options:\n      heading: {public_name}\n")
    return "\n".join([heading, *blocks])


def _place_of_definition(module: Any, member: str) -> str:
    found = getattr(module, member)
    defined_in = str(getattr(found, "__module__", ""))
    qualified = getattr(found, "__qualname__", None)
    if defined_in.startswith("ranvier") and qualified is not None:
        return f"{defined_in}.{qualified}"
    return f"{module.__name__}.{member}"


def _is_written_out(place: str) -> bool:
    """Whether the reference tool, which reads source text only, will find a definition."""
    home, _, name = place.rpartition(".")
    try:
        return name in _names_in_source(home)
    except ModuleNotFoundError:  # a part of a class
        return True


@functools.cache
def _names_in_source(module: str) -> frozenset[str]:
    specification = importlib.util.find_spec(module)
    if specification is None or specification.origin is None:
        raise ModuleNotFoundError(module)
    names: set[str] = set()
    for node in ast.parse(Path(specification.origin).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(target.id for target in targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
    return frozenset(names)


def _described(public_name: str, found: Any) -> str:
    """Write the entry of something that was made while the program ran, such as an operation from a table."""
    lines = [f"## {public_name}", ""]
    if callable(found):
        short_name = public_name.rpartition(".")[2]
        with contextlib.suppress(ValueError):  # where no signature is known
            lines += ["```text", f"{short_name}{inspect.signature(found)}", "```", ""]
    lines.append(inspect.getdoc(found) or "")
    return "\n".join(lines) + "\n"
