from __future__ import annotations

import importlib
import sys

import pytest

import ranvier
from ranvier import estimators
from ranvier.errors import MissingExtraError


def test_names_stand_at_the_root_too() -> None:
    assert ranvier.MLPClassifier is estimators.MLPClassifier
    assert ranvier.MLPRegressor is estimators.MLPRegressor


def test_without_scikit_learn_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingExtraError, match=r"ranvier\[data\]"):
        importlib.reload(estimators)
