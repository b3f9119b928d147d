"""The tables of scikit-learn against its own loaders, rows of the split included."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ranvier.datasets import bundled, iris
from ranvier.errors import MissingExtraError

sklearn_datasets = pytest.importorskip("sklearn.datasets")

HEADERS = {
    "load_digits": ("digits.csv.gz", {}),
    "load_iris": ("iris.csv", {"header_lines": 1}),
    "load_wine": ("wine_data.csv", {"header_lines": 1}),
    "load_breast_cancer": ("breast_cancer.csv", {"header_lines": 1}),
    "load_diabetes": ("diabetes_data_raw.csv.gz", {"delimiter": None, "scaled": False}),
}


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("loader", HEADERS)
def test_equals_the_loader(loader, moved, monkeypatch):
    file, options = HEADERS[loader]
    if moved:
        monkeypatch.setattr(bundled, "FOLDER", Path("elsewhere"))
    table = bundled.bundled_table(loader, file, **options)
    scaled = {"scaled": False} if "scaled" in options else {}
    expected = getattr(sklearn_datasets, loader)(**scaled)
    np.testing.assert_array_equal(table, np.column_stack([expected.data, expected.target]))


def test_without_sklearn(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        MissingExtraError, match=r"needs the package 'scikit-learn'.* pip install 'ranvier\[data\]'"
    ):
        iris.load_data()


def test_sklearn_is_not_imported():
    program = (
        "import sys\nfrom ranvier.datasets import digits, iris\ndigits.load_data(); iris.load_data()\n"
        "print(*({'jax', 'pandas', 'pooch', 'scipy', 'sklearn'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""
