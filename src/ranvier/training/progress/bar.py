"""The progress bar, in Keras' format."""

from __future__ import annotations

import math
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ranvier.errors import ConfigurationError
from ranvier.training.progress.terminal import Terminal, current_terminal, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BOLD, _GREEN, _WHITE = 1, 32, 37


class Segment(NamedTuple):
    """A piece of a line, and the escape code of its style or None."""

    text: str
    style: int | None = None


class Progbar:
    """A line that shows how far a loop has come, and the values it has reached.

    On a terminal and in a notebook the line is overwritten; elsewhere (a file, a pipe) one plain
    line is written at the end.

    Args:
        target: The number of steps, or None where it is not known.
        width: The bar's length in characters.
        verbose: 0 for nothing, 1 for the bar, 2 for one line at the end.
        interval: The least number of seconds between two redrawings.
        stateful_metrics: Names of values to show as they come; the others are averaged over the
            steps. By default all are averaged.
        stateless_metrics: Names of values to average; the others are shown as they come. To be
            given instead of ``stateful_metrics``.
        unit_name: What a step is called.

    Attributes:
        label: Written in front of the one line where the bar is not live.
        warm_up: The number of first steps that the time per step leaves out.

    Raises:
        ConfigurationError: If both ``stateful_metrics`` and ``stateless_metrics`` are given.
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ConfigurationError(
                "`stateful_metrics` and `stateless_metrics` exclude each other: the first names the only "
                f"values not to average, the second the only ones to average; received: {stateful_metrics!r} "
                f"and {stateless_metrics!r}. Give one of them."
            )
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.stateful_metrics = None if stateful_metrics is None else set(stateful_metrics)
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self.label = ""
        self.warm_up = 1
        self._values: dict[str, tuple[Any, int]] = {}  # the weighted sum, and the sum of the weights
        self._seen = 0
        self._start = monotonic()
        self._warmed_up: float | None = None
        self._last_drawn = -math.inf
        self._drawn_width = 0
        self._unfinished = False

    def update(
        self, current: int, values: Sequence[tuple[str, Any]] | None = None, finalize: bool | None = None
    ) -> None:
        """Show a new state.

        Args:
            current: The number of steps done.
            values: Names and values of the last step, or of all steps where they are stateful.
            finalize: Whether this is the end; by default when ``current`` reaches the target.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        for name, value in values or ():
            self._record(name, value, current, finalize)
        self._seen = current
        now = monotonic()
        seconds_per_step = self._seconds_per_step(current, now)
        due = finalize or (self.verbose == 1 and now - self._last_drawn >= self.interval)
        if not (self.verbose and due):
            return
        self._last_drawn = now
        terminal = current_terminal()
        if self.verbose == 1 and terminal.live:
            self._draw(current, now, seconds_per_step, finalize, terminal)
        elif finalize:
            self._write_plain(current, now, seconds_per_step)

    def add(self, n: int, values: Sequence[tuple[str, Any]] | None = None) -> None:
        """Show that ``n`` more steps are done."""
        self.update(self._seen + n, values)

    def leave(self) -> None:
        """End the line where the bar stands unfinished, so that what follows begins a new one."""
        if self._unfinished:
            write("\n")
            self._unfinished = False

    def _record(self, name: str, value: Any, current: int, finalize: bool) -> None:
        if self.stateless_metrics is not None:
            averaged = name in self.stateless_metrics
        else:
            averaged = name not in (self.stateful_metrics or ())
        if finalize or not averaged or not _is_number(value):
            self._values[name] = (value, 1)
            return
        weight = max(current - self._seen, 1)
        total, count = value * weight, weight
        if name in self._values:
            total, count = total + self._values[name][0], count + self._values[name][1]
        self._values[name] = (total, count)

    def _seconds_per_step(self, current: int, now: float) -> float:
        """Estimate a step's duration, without the first steps: they include compilation."""
        if not current:
            return 0.0
        if self._warmed_up is not None and current > self.warm_up:
            estimate = (now - self._warmed_up) / (current - self.warm_up)
        else:
            estimate = (now - self._start) / current
        if current == self.warm_up:
            self._warmed_up = now
        return estimate

    def _draw(
        self, current: int, now: float, seconds_per_step: float, finalize: bool, terminal: Terminal
    ) -> None:
        line = self._bar(current, terminal)
        if self.target and not finalize:
            duration = _format_remaining(seconds_per_step * (self.target - current))
        else:
            duration = f"{now - self._start:.0f}s"
        line += [Segment(" "), Segment(duration, _BOLD)]
        line.append(Segment(f" {_format_step(seconds_per_step, self.unit_name)}{self._metrics()}"))
        if not finalize and terminal.columns is not None:
            # A line that wraps cannot be overwritten; the last one need not be.
            line = _cut(line, terminal.columns - 1)
        width = sum(len(segment.text) for segment in line)
        back = "\r" if terminal.notebook else "\b" * self._drawn_width + "\r"
        padding = " " * (self._drawn_width - width)
        write(back + _render(line, terminal.styled) + padding + ("\n" if finalize else ""))
        self._drawn_width = width
        self._unfinished = not finalize

    def _bar(self, current: int, terminal: Terminal) -> list[Segment]:
        if not self.target:
            return [Segment(f"{current:7d}/Unknown")]
        filled = int(self.width * (current / self.target))
        done, left = ("━", "━") if terminal.styled else ("━", "─")
        if not terminal.unicode:
            done, left = ("=", "=") if terminal.styled else ("=", ".")
        line = [Segment(self._count(current), _BOLD), Segment(" ")]
        if filled > 0:
            line.append(Segment(done * filled, _GREEN))
        line.append(Segment(left * (self.width - filled), _WHITE))
        return line

    def _count(self, current: int) -> str:
        return f"{current:{len(str(self.target))}d}/{self.target}"

    def _write_plain(self, current: int, now: float, seconds_per_step: float) -> None:
        count = self._count(current) if self.target else f"{current}/Unknown"
        step = _format_step(seconds_per_step, self.unit_name)
        write(f"{self.label}{count} - {now - self._start:.0f}s - {step}{self._metrics()}\n")

    def _metrics(self) -> str:
        return "".join(
            f" - {name}: {_format_value(total, count)}" for name, (total, count) in self._values.items()
        )


def _is_number(value: Any) -> bool:
    return not isinstance(value, str) and np.issubdtype(np.asarray(value).dtype, np.number)


def _format_value(total: Any, count: int) -> str:
    if not _is_number(total):
        return str(total)
    mean = (total if isinstance(total, float) else float(np.mean(total))) / count
    return f"{mean:.4f}" if abs(mean) > 1e-3 else f"{mean:.4e}"


def _format_step(seconds: float, unit_name: str) -> str:
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s/{unit_name}"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.0f}ms/{unit_name}"
    return f"{seconds * 1e6:.0f}us/{unit_name}"


def _format_remaining(seconds: float) -> str:
    whole = int(seconds)
    if seconds > 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    if seconds > 60:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole}s"


def _cut(line: list[Segment], columns: int) -> list[Segment]:
    """Keep the first characters of a line."""
    kept = []
    for text, style in line:
        kept.append(Segment(text[: max(columns, 0)], style))
        columns -= len(text)
    return kept


def _render(line: list[Segment], styled: bool) -> str:
    return "".join(
        f"\x1b[{style}m{text}\x1b[0m" if styled and style is not None else text for text, style in line
    )
