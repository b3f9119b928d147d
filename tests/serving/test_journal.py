from __future__ import annotations

import io
import re

import pytest

from ranvier.serving.journal import Journal


def test_one_line_an_event_whatever_is_in_it() -> None:
    stream = io.StringIO()
    Journal(stream).info("reloaded", digest="ab12", seconds=0.25, rows=3, empty="")
    Journal(stream).error("fault", error='line one\nlevel=info event="forged" \x1b[31m ü')
    first, second = stream.getvalue().splitlines()
    assert re.fullmatch(
        r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ info event=reloaded digest=ab12 seconds=0\.250000 rows=3 empty=""',
        first,
    )
    assert second.endswith(
        r' error event=fault error="line one\nlevel=info event=\"forged\" \u001b[31m \u00fc"'
    )


def test_standard_error_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    Journal().info("started")
    assert capsys.readouterr().err.endswith("Z info event=started\n")
