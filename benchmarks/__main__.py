"""``python -m benchmarks``: measure, print, and with ``--write`` keep the results."""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
from pathlib import Path

from benchmarks.contest import Contest, Samples
from benchmarks.preparation import prepare
from benchmarks.processes import CONTESTANTS, ROOT, available, describe
from benchmarks.programs import PROGRAMS
from benchmarks.tables import aims_section, header, program_section, whole_section
from benchmarks.whole_processes import WholeProcesses

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
TITLE = "# Benchmark results"
EXPLANATION = """\
Every figure is the median over fresh processes, with the least and the greatest in brackets. The
contestants take turns, and the order rotates from round to round. All get the same float32 rows, batch size
and number of epochs, print nothing, and use as many threads as they choose by themselves.

- **import**: of what the program names. **build**: of the model, `compile` included. **first fit**: in a
  fresh process, compilation included. **second fit**: of a new model of the same architecture in the same
  process. **steady epoch**: the mean of a long fit of that model without validation. **evaluate**: on the
  test rows, the first time and again. **one-row predict**: the median of many. **whole process**: from
  starting the interpreter to the first fit's evaluation and one prediction, the reading of the arrays
  included.
- **ranvier** finds its compiled programs in the cache on disk, as from the second run of a program on.
  **ranvier-empty-cache** finds an empty folder, as the first time.
- **products**: the floor. The float32 matrix products of one epoch, forward and backward, and nothing else,
  in one compiled loop over batches that already lie on the device.
- **sklearn** has no RMSprop (p004 uses its Adam) and cannot validate on given rows (p001 trains without).
  **torch** is eager, with the loop its users write; it validates and evaluates in one batch.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks; return 1 if a process failed."""
    options = _parse(arguments)
    contestants = [peer for peer in available(options.python) if peer.name in options.peers]
    names = [contestant.name for contestant in contestants]
    absent = [name for name in options.peers if name not in names]
    if absent:
        print(f"not installed for {options.python}: {', '.join(absent)}", file=sys.stderr)
    sections = [TITLE, header(describe(options.python), _command(arguments), _today()), EXPLANATION]
    with tempfile.TemporaryDirectory(prefix="ranvier-benchmarks-") as name:
        folder = Path(name)
        contest = Contest(options.python, folder, quick=options.quick)
        results: dict[str, Samples] = {}
        for program in (PROGRAMS[key] for key in options.programs):
            prepare(program).write(folder / program.name)
            results[program.name] = contest.measure(program, contestants, options.repeats)
            section = program_section(program, results[program.name])
            print(f"{section}\n", flush=True)
            sections.append(section)
        whole = WholeProcesses(options.python, folder, names, quick=options.quick)
        if options.whole_processes:
            prepare(PROGRAMS["p000"]).write(folder / "p000")
        figures = whole.measure(options.repeats) if options.whole_processes else {}
    last = [section for section in (whole_section(figures), aims_section(results)) if section]
    print("\n\n".join(last))
    sections += last
    if options.write:
        written = "\n\n".join(section.strip() for section in sections)
        others = with_other_headings(RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "", written)
        RESULTS.write_text("\n\n".join([written, *others]) + "\n", encoding="utf-8")
    failures = contest.failures + whole.failures
    for failure in failures:
        print(f"failed: {failure}", file=sys.stderr)
    return 1 if failures else 0


def with_other_headings(kept: str, written: str) -> list[str]:
    """Return the sections of a text whose headings another does not have: what other benchmarks wrote.

    Args:
        kept: Markdown with headings of the second level.
        written: Likewise.
    """
    sections = [f"## {section.strip()}" for section in f"\n{kept}".split("\n## ")[1:]]
    headings = {line for line in written.splitlines() if line.startswith("## ")}
    return [section for section in sections if section.partition("\n")[0] not in headings]


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    peers = [contestant.name for contestant in CONTESTANTS]
    add = parser.add_argument
    add(
        "--programs",
        nargs="+",
        choices=list(PROGRAMS),
        default=list(PROGRAMS),
        metavar="PROGRAM",
        help=f"of {', '.join(PROGRAMS)}; all by default",
    )
    add(
        "--peers",
        nargs="+",
        choices=peers,
        default=peers,
        metavar="PEER",
        help=f"of {', '.join(map(repr, peers))}; by default all that are installed",
    )
    add("--repeats", type=int, default=3, help="rounds, each with a fresh process per peer (default 3)")
    add("--quick", action="store_true", help="two epochs, one round: shows that everything works")
    add("--python", default=sys.executable, help="the interpreter that has the peers (default: this one)")
    add(
        "--whole-processes",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="also imports, the command line, and memory over many row counts",
    )
    add("--write", action="store_true", help="write benchmarks/RESULTS.md")
    options = parser.parse_args(arguments)
    if options.repeats < 1:
        parser.error(f"--repeats must be at least 1; received: {options.repeats}")
    if options.quick:
        options.repeats = 1
    return options  # fmt: skip


def _command(arguments: list[str] | None) -> str:
    words = list(sys.argv[1:] if arguments is None else arguments)
    if "--python" in words:
        words[words.index("--python") + 1] = "PYTHON"  # its place on one machine says nothing to others
    return " ".join(["python -m benchmarks", *words])


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


if __name__ == "__main__":
    sys.exit(main())
