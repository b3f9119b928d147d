"""The load test asks a real server, and its arithmetic is right."""

from __future__ import annotations

import pytest

from benchmarks import serving
from benchmarks.clients import Load, request_of


def test_a_small_load_on_a_real_server(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "PEERS", {})
    monkeypatch.setattr(serving, "_BETWEEN_FILES", 0.01)
    assert serving.main(["--rounds", "1", "--requests", "60"]) == 0
    printed = capsys.readouterr().out
    assert "| 16 | ranvier serve | " in printed
    assert "Requests lost: 0." in printed
    assert "600 requests answered by" in printed
    assert printed.endswith("lost: 0, answered wrongly: 0.\n")


def test_figures_are_medians_over_rounds() -> None:
    ours = [Load(2.0, [0.001, 0.002, 0.003, 0.004]), Load(1.0, [0.002] * 4), Load(4.0, [0.003] * 4)]
    theirs = [Load(4.0, [0.006] * 4)]
    assert ours[0].rate() == 2.0
    assert [ours[0].percentile(share) for share in (0.0, 0.5, 0.99)] == [0.001, 0.003, 0.004]
    lines = serving.table({(serving.OURS, 1): ours, ("other", 1): theirs}).splitlines()
    assert lines[2] == "| 1 | ranvier serve | 2 | 3 ms | 3 ms |  |  |  |"
    assert lines[3] == "| 1 | other | 1 | 6 ms | 6 ms | 2.00 | 2.00 | 2.00 |"


def test_a_request() -> None:
    head, body = request_of([1.5, 2.0]).split(b"\r\n\r\n")
    assert body == b'{"rows": [[1.5, 2.0]]}'
    assert head.endswith(b"content-length: 22")
