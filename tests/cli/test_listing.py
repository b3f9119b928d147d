from __future__ import annotations

import pytest

from ranvier.cli.listing import aligned, cut, line_width, plain, wrapped


@pytest.mark.parametrize(("columns", "width"), [("40", 60), ("80", 80), ("300", 100)])
def test_lines_follow_the_terminal_within_bounds(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert line_width() == width


def test_cells_are_aligned() -> None:
    assert aligned([("a", "bbb"), ("ccc", "d")], right=(1,), marks="-") == [
        "a    bbb",
        "--------",
        "ccc    d",
    ]


def test_long_lines_are_cut() -> None:
    (line,) = aligned([("a", "x" * 200)])
    assert (len(line), line[-1]) == (line_width(), "…")
    assert cut("abc", 2) == "a…"


def test_letters_of_two_places_and_of_none() -> None:
    assert aligned([("日本", "b"), ("e\u0301cd", "d")], right=(1,)) == ["日本  b", "e\u0301cd   d"]
    assert cut("日本語", 5) == "日本…"
    assert cut("日本語", 6) == "日本語"


def test_text_of_strangers_is_harmless() -> None:
    assert plain("a\x1b[2J\nb") == r"a\x1b[2J b"


def test_paragraphs() -> None:
    lines = wrapped("word " * 40, "! ", "  ").splitlines()
    assert lines[0].startswith("! word")
    assert all(line.startswith("  word") for line in lines[1:])
