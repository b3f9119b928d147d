"""Estimators as files: labels and probabilities as scikit-learn's converters give them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.exceptions import NotFittedError

from ranvier import MLPClassifier, MLPRegressor
from ranvier.errors import UnsupportedError
from tests.exports.python_file.test_source import rows_of
from tests.exports.running import FORMATS, numpy_alone, run_file

__all__ = ["numpy_alone"]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = np.random.default_rng(0).normal(size=(60, 5)).astype("float32")
FIRST, SECOND = X[:, 0] > 0, X[:, 1] > 0
SHORT: dict[str, Any] = {"solver": "lbfgs", "max_iter": 5, "hidden_layer_sizes": (8,), "random_state": 0}

LABELS: dict[str, Any] = {
    "two texts": np.where(FIRST, "yes", "no"),
    "truth values": FIRST,
    "three whole numbers": FIRST * 1 - SECOND * 1,
    "three fractions": FIRST * 2.0 - SECOND * 1.0,
    "three objects": np.array(["a", "b", "ü"], object)[FIRST * 1 + SECOND],
    "several at once": (X[:, :3] > 0).astype(int),
    "several at once, sparse": csr_matrix((X[:, :3] > 0).astype(int)),
    "one": np.full(60, "only"),
}


@pytest.mark.parametrize("case", LABELS)
def test_classifier(case: str, tmp_path: Path) -> None:
    classifier = MLPClassifier(**SHORT).fit(X, LABELS[case])
    labels = classifier.predict(X)
    labels = labels.toarray() if hasattr(labels, "toarray") else labels
    for suffix in FORMATS:
        classifier.export(tmp_path / f"m.{suffix}")
        found = run_file(tmp_path / f"m.{suffix}", {"X": X})
        assert list(found) == ["label", "probabilities"]
        assert found["label"].tolist() == labels.tolist()
        np.testing.assert_allclose(found["probabilities"], classifier.predict_proba(X), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("targets", "options"),
    [
        (X[:, 0], {}),
        (X[:, :2], {"activation": "tanh"}),
        (np.abs(X[:, 0]), {"loss": "poisson"}),
        (X[:, 0], {"batch_normalization": True, "solver": "adam", "dropout": 0.2}),
    ],
)
def test_regressor(targets: Any, options: dict[str, Any], tmp_path: Path, numpy_alone: Any) -> None:
    regressor = MLPRegressor(**{**SHORT, **options}).fit(X, targets)
    expected = regressor.predict(X)
    for suffix in FORMATS:
        regressor.export(tmp_path / f"m.{suffix}")
        found = run_file(tmp_path / f"m.{suffix}", {"X": X})
        np.testing.assert_allclose(found["variable"], expected.reshape(60, -1), rtol=1e-4, atol=1e-5)
    scope: dict[str, Any] = {"__name__": "exported"}
    exec((tmp_path / "m.py").read_text(), scope)
    np.testing.assert_allclose(scope["predict"](X), expected, rtol=1e-4, atol=1e-5)


def test_names_of_features(tmp_path: Path, numpy_alone: Any) -> None:
    frame = pd.DataFrame(X, columns=list("abcde"))
    classifier = MLPClassifier(**SHORT).fit(frame, LABELS["two texts"])
    classifier.export(tmp_path / "m.onnx", title="Yes or no")
    properties = {each.key: each.value for each in onnx.load(tmp_path / "m.onnx").metadata_props}
    assert json.loads(properties["feature_names"]) == list("abcde")
    assert properties["title"] == "Yes or no"
    classifier.export(tmp_path / "m.py")
    frame[list("edcba")].assign(more=1).to_csv(tmp_path / "rows.csv", index=False)
    done = numpy_alone(str(tmp_path / "m.py"), str(tmp_path / "rows.csv"))
    title, *rows = rows_of(done.stdout)
    assert title == ["label", "no", "yes"]
    assert [row[0] for row in rows] == classifier.predict(frame).tolist()
    np.testing.assert_allclose(
        [float(row[2]) for row in rows], classifier.predict_proba(frame)[:, 1], rtol=1e-3, atol=1e-6
    )


def test_equal_estimators_have_equal_files(tmp_path: Path) -> None:
    for suffix in FORMATS:
        for name in "ab":
            MLPClassifier(**SHORT).fit(X, LABELS["two texts"]).export(tmp_path / f"{name}.{suffix}")
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


def test_before_fit_and_formats(tmp_path: Path) -> None:
    with pytest.raises(NotFittedError):
        MLPClassifier().export(tmp_path / "m.onnx")
    with pytest.raises(UnsupportedError, match="tf_saved_model"):
        MLPClassifier(solver="lbfgs", max_iter=200).fit(X, FIRST).export(tmp_path / "m", "tf_saved_model")
