"""Samples to Markdown: medians with their range, and how many times longer than ours."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from benchmarks.processes import OURS, OURS_EMPTY, PRODUCTS
from benchmarks.programs import AIMS, Aim, Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.contest import Samples

COLUMNS = {
    "import": "import",
    "build": "build",
    "first_fit": "first fit",
    "second_fit": "second fit",
    "steady_epoch": "steady epoch",
    "first_evaluate": "first evaluate",
    "evaluate": "evaluate",
    "predict_one": "one-row predict",
    "whole": "whole process",
}
# Whose median ours is compared with, and which of ours: what includes compilation is compared twice.
RATIOS = (
    ("import", OURS),
    ("first_fit", OURS_EMPTY),
    ("first_fit", OURS),
    ("second_fit", OURS),
    ("steady_epoch", OURS),
    ("evaluate", OURS),
    ("predict_one", OURS),
    ("whole", OURS_EMPTY),
    ("whole", OURS),
)


def seconds(value: float) -> str:
    """Write a time with three digits and the unit that suits it."""
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if value * factor >= 1 or unit == "µs":
            return f"{value * factor:.3g} {unit}"
    raise AssertionError


def spread(values: Sequence[float]) -> str:
    """Write the median of some times and, if there are several, the least and the greatest."""
    if len(values) == 1:
        return seconds(values[0])
    return f"{seconds(statistics.median(values))} ({seconds(min(values))}–{seconds(max(values))})"


def ratio(samples: Samples, measure: str, name: str, base: str) -> float | None:
    """Return how many times ``base``'s median ``name``'s is, or None where one was not measured."""
    above, below = (samples.get(which, {}).get(measure) for which in (name, base))
    if not above or not below:
        return None
    return statistics.median(above) / statistics.median(below)


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def program_section(program: Program, samples: Samples) -> str:
    """Write the figures of one program, and the ratios to ours."""
    parts = [f"## {program.name}: {program.title}"]
    rows = [
        [name, *(spread(measures[key]) if key in measures else "" for key in COLUMNS), _accuracy(measures)]
        for name, measures in samples.items()
    ]
    parts.append(table(["", *COLUMNS.values(), "accuracy"], rows))
    others = [name for name in samples if name not in (OURS, OURS_EMPTY)]
    if OURS in samples and others:
        names = [
            f"{COLUMNS[measure]}{', empty cache' if base == OURS_EMPTY else ''}" for measure, base in RATIOS
        ]
        ratios = [
            [name, *(_times(ratio(samples, measure, name, base)) for measure, base in RATIOS)]
            for name in others
        ]
        parts += ["Times ours (above 1: ours is faster):", table(["", *names], ratios)]
    return "\n\n".join(parts)


def aims_section(results: dict[str, Samples]) -> str | None:
    """Compare what was reached with the aims; None where nothing of it was measured."""
    peers = list(AIMS[0].at_least)
    rows = [_aim_row(aim, results[aim.program]) for aim in AIMS if OURS in results.get(aim.program, {})]
    if not rows:
        return None
    heading = ["fit alone", *(f"{peer} / ours" for peer in peers), "steady epoch, ours / products"]
    return "## Aims\n\nReached, the aim in brackets; bold where missed.\n\n" + table(heading, rows)


def _aim_row(aim: Aim, samples: Samples) -> list[str]:
    base = OURS_EMPTY if aim.measure == "first_fit" and OURS_EMPTY in samples else OURS
    cells = [f"{aim.program}, {COLUMNS[aim.measure]}"]
    for peer, least in aim.at_least.items():
        reached = ratio(samples, aim.measure, peer, base)
        cells.append(_judged(reached, f"≥ {least:g}", reached is not None and reached >= least))
    reached = ratio(samples, "steady_epoch", OURS, PRODUCTS)
    cells.append(_judged(reached, f"≤ {aim.products:g}", reached is not None and reached <= aim.products))
    return cells


def _judged(reached: float | None, aim: str, good: bool) -> str:
    if reached is None:
        return f"({aim})"
    return f"{_times(reached)} ({aim})" if good else f"**{_times(reached)}** ({aim})"


def whole_section(samples: Samples) -> str | None:
    """Write the figures of whole processes; None where there are none."""
    rows = []
    for title, measures in samples.items():
        for measure, values in measures.items():
            if measure == "row_counts_megabytes":
                rows.append([title, "memory grown", f"{statistics.median(values):.0f} MB"])
            else:
                rows.append([title, WHOLE_MEASURES[measure], spread(values)])
    return "## Whole processes\n\n" + table(["", "what", "figure"], rows) if rows else None


WHOLE_MEASURES = {
    "import": "time of the import",
    "whole": "start to exit",
    "whole_empty": "start to exit, empty cache",
    "row_counts_seconds": "time of all predictions",
}


def header(description: dict[str, Any], command: str, date: str) -> str:
    """Write when, where and how the figures were measured."""
    versions = ", ".join(f"{name} {version}" for name, version in description["versions"].items())
    machine = f"{description['processor']}, {description['cores']} cores, {description['system']}"
    return f"{date}. {machine}. {versions}.\n\n```console\n$ {command}\n```"


def _accuracy(measures: dict[str, list[float]]) -> str:
    return f"{statistics.median(measures['accuracy']):.3f}" if "accuracy" in measures else ""


def _times(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
