from __future__ import annotations

import contextlib
import io
import re
import sys
import types
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ranvier.errors import ConfigurationError
from ranvier.training.progress import Progbar
from ranvier.training.progress import bar as bar_module


class Clock:
    """Both bars read this clock; it moves when it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        return self.now


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="session")
def keras_progbar() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("keras")
    from keras.src.utils import progbar

    return progbar


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    for name in ("NO_COLOR", "COLUMNS", "PYCHARM_HOSTED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(bar_module, "monotonic", clock.time)
    return clock


def shown(make, steps, clock: Clock, stream: io.StringIO | None = None) -> str:
    """Drive a bar: each step is (seconds passed, current, values, finalize)."""
    stream = Tty() if stream is None else stream
    clock.now = 100.0
    with contextlib.redirect_stdout(stream):
        bar = make()
        for seconds, current, values, finalize in steps:
            clock.now += seconds
            bar.update(current, values, finalize=finalize)
    return stream.getvalue()


def loss(value: float) -> list[tuple[str, Any]]:
    return [("loss", value), ("val_accuracy", value / 10)]


SEQUENCES = {
    "an epoch": [(0.5, 1, loss(3.0), None), (0.01, 2, loss(2.0), None), (0.2, 3, loss(0.0004), None)],
    "throttled": [(0.06, 1, loss(1.0), None), *((0.01, n, loss(1.0 / n), None) for n in range(2, 4))],
    "slow": [(90.0, 1, [], None), (3.0, 2, [], None)],
    "hours": [(5000.0, 1, [], None), (4000.0, 2, [], None)],
    "microseconds": [(2e-5, 1, [], None), (3e-5, 3, [], None)],
    "nothing yet": [(1.0, 0, None, None), (1.0, 2, loss(1.0), None)],
    "no first step": [(1.0, 2, loss(1.0), None), (1.0, 3, loss(2.0), None)],
    "finalized late": [(1.0, 1, loss(1.0), False), (1.0, 3, loss(5.0), False), (0.0, 3, loss(7.0), True)],
    "shorter": [
        (1.0, 1, [("a", 1.0), ("b", 2.0)], None),
        (1.0, 2, [("a", 123456.0)], None),
        (0.1, 3, [], None),
    ],
    "odd values": [
        (1.0, 1, [("a", np.float32(0.5)), ("b", np.arange(3)), ("c", -2)], None),
        (1.0, 3, [], True),
    ],
    "not finite": [(1.0, 1, [("a", float("nan")), ("b", float("inf"))], None), (1.0, 3, [], True)],
    "beyond": [(1.0, 3, loss(1.0), None), (1.0, 5, loss(1.0), None)],
}
OPTIONS = [
    {"target": 3},
    {"target": 3, "width": 7, "interval": 0.0, "unit_name": "sample"},
    {"target": None},
    {"target": 1000},
    {"target": 3, "stateful_metrics": ["loss"]},
    {"target": 3, "stateless_metrics": ["loss"]},
    {"target": 3, "stateless_metrics": set()},
    {"target": 3, "verbose": 2},
    {"target": 3, "verbose": 0},
]


@pytest.mark.parametrize("steps", SEQUENCES.values(), ids=SEQUENCES)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_terminal_shows_what_keras_shows(options, steps, keras_progbar, clock, monkeypatch) -> None:
    monkeypatch.setattr(keras_progbar, "time", types.SimpleNamespace(time=clock.time))
    ours = shown(lambda: Progbar(**options), steps, clock)
    theirs = shown(lambda: keras_progbar.Progbar(**options), steps, clock)
    if options.get("verbose") == 2 and "c: -2" in ours:
        theirs = theirs.replace("-2.0000e+00", "-2.0000")  # a slip of Keras': no absolute value here
    assert ours == theirs


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    target=st.one_of(st.none(), st.integers(0, 50)),
    steps=st.lists(
        st.tuples(
            st.floats(0, 200, allow_nan=False),
            st.integers(0, 50),
            st.lists(st.tuples(st.sampled_from("abc"), st.floats(-1e6, 1e6)), max_size=3),
            st.sampled_from([None, False, True]),
        ),
        max_size=8,
    ),
)
def test_any_course_looks_as_in_keras(target, steps, keras_progbar, clock) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras_progbar, "time", types.SimpleNamespace(time=clock.time))
        ours = shown(lambda: Progbar(target), steps, clock)
        theirs = shown(lambda: keras_progbar.Progbar(target), steps, clock)
    assert ours == theirs


def test_add_counts_on(keras_progbar, clock, monkeypatch) -> None:
    monkeypatch.setattr(keras_progbar, "time", types.SimpleNamespace(time=clock.time))
    texts = []
    for kind in (Progbar, keras_progbar.Progbar):
        with contextlib.redirect_stdout(Tty()) as stream:
            bar = kind(5)
            bar.add(2, [("a", 1.0)])
            bar.add(3)
        texts.append(stream.getvalue())
    assert texts[0] == texts[1]


def test_by_hand(clock, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    steps = [(2.0, 1, [("loss", 1.0)], None), (0.3, 31, [("loss", 0.5)], None), (0.09, 41, loss(0.25), True)]
    text = shown(lambda: Progbar(41, stateless_metrics=()), steps, clock)
    lines = [line.rstrip() for line in re.split("[\b\r\n]+", text) if line]
    assert lines == [
        " 1/41 ──────────────────── 1:20 2s/step - loss: 1.0000",
        "31/41 ━━━━━━━━━━━━━━━───── 0s 10ms/step - loss: 0.5000",
        "41/41 ━━━━━━━━━━━━━━━━━━━━ 2s 10ms/step - loss: 0.2500 - val_accuracy: 0.0250",
    ]


def test_without_colours_there_are_no_escape_codes(clock, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown(lambda: Progbar(3), SEQUENCES["an epoch"], clock)


@pytest.mark.parametrize("verbose", [1, 2])
@pytest.mark.parametrize("target", [3, None])
def test_a_file_gets_one_plain_line(verbose: int, target: int | None, clock) -> None:
    steps = [*SEQUENCES["an epoch"][:2], (0.2, 3, loss(0.25), True)]
    text = shown(lambda: Progbar(target, verbose=verbose), steps, clock, io.StringIO())
    count = "3/3" if target else "3/Unknown"
    assert text == f"{count} - 1s - 105ms/step - loss: 0.2500 - val_accuracy: 0.0250\n"


def test_a_label_leads_the_plain_line(clock) -> None:
    def labelled() -> Progbar:
        bar = Progbar(3)
        bar.label = "Epoch 1/2 - "
        return bar

    text = shown(labelled, SEQUENCES["an epoch"], clock, io.StringIO())
    assert text.startswith("Epoch 1/2 - 3/3 - 1s - ")


def test_a_notebook_gets_carriage_returns_only(clock) -> None:
    kind = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})
    text = shown(lambda: Progbar(3), SEQUENCES["an epoch"], clock, kind())
    assert "\b" not in text
    assert text.count("\r") == 2


def test_a_narrow_terminal_cuts_all_lines_but_the_last(clock, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(lambda: Progbar(3), SEQUENCES["shorter"], clock)
    first, second, last = (line.lstrip("\b") for line in text.split("\r")[1:])
    assert first.rstrip("\b") == "1/3 ━━━━━━──────────"[:19]
    assert len(second.rstrip("\b")) == 19
    assert last.rstrip().endswith(" - b: 2.0000")


@pytest.mark.parametrize("styled", [True, False])
def test_an_ascii_terminal_gets_an_ascii_bar(styled: bool, clock, monkeypatch) -> None:
    if not styled:
        monkeypatch.setenv("NO_COLOR", "1")

    class AsciiTerminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    raw = io.BytesIO()
    stream = AsciiTerminal(raw, encoding="ascii", newline="")
    clock.now = 100.0
    monkeypatch.setattr(sys, "stdout", stream)
    bar = Progbar(4, width=8)
    bar.update(1, [("größe", 1.0)])
    bar.update(4)
    monkeypatch.undo()
    text = raw.getvalue().decode("ascii")
    assert ("==......" in text) is not styled
    assert "========" in text
    assert "gr??e: 1.0000" in text


def test_what_is_no_number_is_shown_as_it_is(clock) -> None:
    text = shown(lambda: Progbar(1), [(1.0, 1, [("name", "adam")], None)], clock, io.StringIO())
    assert text.endswith(" - name: adam\n")


def test_the_warm_up_does_not_count(clock) -> None:
    def patient() -> Progbar:
        bar = Progbar(100)
        bar.warm_up = 10
        return bar

    steps = [(5.0, 10, [], None), (0.9, 100, [], None)]
    assert shown(patient, steps, clock, io.StringIO()).endswith("10ms/step\n")
    assert shown(lambda: Progbar(100), steps, clock, io.StringIO()).endswith("59ms/step\n")


def test_an_unfinished_line_can_be_left(clock, monkeypatch) -> None:
    stream = Tty()
    monkeypatch.setattr(sys, "stdout", stream)
    bar = Progbar(3)
    bar.leave()
    assert stream.getvalue() == ""
    bar.update(1)
    bar.leave()
    bar.leave()
    assert stream.getvalue().endswith("step\n")
    bar.update(3)
    text = stream.getvalue()
    bar.leave()
    assert stream.getvalue() == text


def test_stateful_and_stateless_exclude_each_other() -> None:
    with pytest.raises(ConfigurationError, match="exclude each other"):
        Progbar(3, stateful_metrics=["a"], stateless_metrics=["b"])
