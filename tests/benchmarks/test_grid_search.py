"""The search runs and counts one compilation; the report divides the right figures."""

from __future__ import annotations

import time

import pytest

from benchmarks.grid_search import report, search

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_two_searches_are_one_compilation() -> None:
    found = search("ranvier.estimators", None, 1, time.time())
    assert found["compilations"] == 1
    assert found["score"] > 0.2
    assert found["whole"] >= found["search"] > 0.0


def test_report() -> None:
    measures = {"import": [1.0], "search": [2.0, 4.0, 3.0], "again": [1.0], "whole": [4.0], "score": [0.9]}
    slower = {name: [3.0 * value for value in values] for name, values in measures.items()}
    text = report({"ranvier": measures | {"compilations": [1.0]}, "sklearn, n_jobs=2": slower})
    assert "| ranvier | 1 s | 3 s (2 s–4 s) | 1 s | 4 s | 0.9000 | 1 |" in text
    assert "| ranvier | 3 | 3 | 3 | 3 |" in text
