from __future__ import annotations

import sys

import pytest

from ranvier.errors import FileWriteError
from ranvier.tables.writing import table_writer


def test_closed_standard_output_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(FileWriteError, match="Standard output is closed"), table_writer("-"):
        pass
