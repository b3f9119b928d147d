from __future__ import annotations

import sys

import pytest

from ranvier.cli.main import main


def test_missing_click_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "ranvier.cli.commands", raising=False)
    monkeypatch.setitem(sys.modules, "click", None)
    assert main() == 1
    assert capsys.readouterr().err == (
        "Error: The command line needs the package 'click', which is not installed. "
        "Install it with: pip install 'ranvier[cli]'\n"
    )


def test_another_missing_module_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ranvier.cli.commands", None)
    with pytest.raises(ModuleNotFoundError, match="commands"):
        main()


def test_main_carries_out_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ranvier", "--version"])
    with pytest.raises(SystemExit) as exit:
        main()
    assert exit.value.code == 0
    assert capsys.readouterr().out.startswith("ranvier ")
