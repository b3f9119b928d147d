"""Who takes part in the tabular benchmark, each with its defaults and what its users do to a table first."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

from sklearn.compose import TransformedTargetRegressor, make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

Maker = Callable[[str, int], Any]
"""Makes an estimator from the task and a seed."""

OURS, PEER = "ranvier", "sklearn MLP"

BINS = 255
"""The most levels of a category that scikit-learn's histograms take."""


def prepared(estimator: Any) -> Any:
    """Return a pipeline: numbers imputed and standardised, categories one-hot, then the estimator.

    Args:
        estimator: What takes numbers only.
    """
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    words = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"), OneHotEncoder(handle_unknown="ignore")
    )
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (words, make_column_selector(dtype_exclude="number")),
    )
    return make_pipeline(columns, estimator)


def _ours(task: str, seed: int) -> Any:
    from ranvier.estimators import TabularClassifier, TabularRegressor

    return (TabularClassifier if task == "classification" else TabularRegressor)(random_state=seed)


def _network(task: str, seed: int) -> Any:
    if task == "classification":
        return prepared(MLPClassifier(random_state=seed))
    # Without it targets far from 0 would be most of the error.
    return TransformedTargetRegressor(prepared(MLPRegressor(random_state=seed)), transformer=StandardScaler())


def _linear(task: str, seed: int) -> Any:
    del seed
    if task == "classification":
        return prepared(LogisticRegression(max_iter=2000))
    return prepared(RidgeCV(alphas=[0.01, 0.1, 1.0, 10.0, 100.0]))


def _many_levels(frame: Any) -> list[str]:
    """Return the categories that histograms have too few bins for."""
    return [
        name for name in frame.columns if frame[name].dtype == "category" and frame[name].nunique() > BINS
    ]


def _histograms(task: str, seed: int) -> Any:
    kind = HistGradientBoostingClassifier if task == "classification" else HistGradientBoostingRegressor
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    columns = make_column_transformer(
        (codes, _many_levels), remainder="passthrough", verbose_feature_names_out=False
    )
    return make_pipeline(
        columns.set_output(transform="pandas"), kind(random_state=seed, categorical_features="from_dtype")
    )


def _lightgbm(task: str, seed: int) -> Any:
    from lightgbm import LGBMClassifier, LGBMRegressor

    return (LGBMClassifier if task == "classification" else LGBMRegressor)(random_state=seed, verbosity=-1)


MODELS: dict[str, Maker] = {
    OURS: _ours,
    PEER: _network,
    "hist. boosting": _histograms,
    "LightGBM": _lightgbm,
    "linear": _linear,
}


def installed() -> list[str]:
    """Return the names of those that can run here."""
    absent = set() if importlib.util.find_spec("lightgbm") else {"LightGBM"}
    return [name for name in MODELS if name not in absent]
