"""The tables of the tabular benchmark: those that ship with scikit-learn, generated ones, and files of the user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets

Array = Any
"""A NumPy array."""


@dataclass(frozen=True)
class Table:
    """A table to be learned.

    Attributes:
        name: What it is called in the results.
        frame: The features: numbers, and categories as pandas categoricals.
        target: Labels, or numbers.
        task: ``"classification"`` or ``"regression"``.
        rare: Whether one of two classes is so rare that the area under the ROC curve is what counts.
    """

    name: str
    frame: pd.DataFrame
    target: Array
    task: str
    rare: bool = False


def _shipped(name: str, task: str) -> Callable[[], Table]:
    def load() -> Table:
        bunch = getattr(datasets, f"load_{name}")(as_frame=True)
        return Table(name, bunch.data, bunch.target.to_numpy(), task)

    return load


def _classes(name: str, rare: bool = False, **options: Any) -> Callable[[], Table]:
    def make() -> Table:
        X, y = datasets.make_classification(random_state=1, **options)
        return Table(name, _frame(X), y, "classification", rare)

    return make


def _numbers(name: str, generator: str, **options: Any) -> Callable[[], Table]:
    def make() -> Table:
        X, y = getattr(datasets, generator)(random_state=1, **options)
        return Table(name, _frame(X), y, "regression")

    return make


def _hastie() -> Table:
    X, y = datasets.make_hastie_10_2(3000, random_state=1)
    return Table("hastie", _frame(X), y, "classification")


def _skewed() -> Table:
    """Numbers of very different sizes, heavy tails and ties; the target depends on their ranks."""
    random = np.random.RandomState(2)
    latent = random.normal(size=(2500, 8))
    frame = pd.DataFrame(
        {
            "income": np.exp(2.0 * latent[:, 0] + 8.0),
            "wide": random.standard_t(1.5, 2500) + latent[:, 1],
            "count": random.poisson(np.exp(latent[:, 2])),
            "zeros": np.maximum(latent[:, 3], 0.0) * 1e6,
            "tiny": 1e-7 * latent[:, 4],
            "offset": 1e5 + latent[:, 5],
            "noise": latent[:, 6],
            "constant": 3.0,
        }
    )
    y = latent[:, 0] * latent[:, 1] + np.abs(latent[:, 4]) + np.sqrt(frame["count"])
    y += (latent[:, 3] > 0.5) * latent[:, 5]
    return Table("skewed", frame, np.asarray(y + 0.3 * random.normal(size=2500)), "regression")


def _survey(name: str, rows: int, share: float, rare: bool) -> Callable[[], Table]:
    """Mostly categories, a tenth of the cells missing, some of them for a reason."""

    def make() -> Table:
        random = np.random.RandomState(3)
        levels = {"job": 14, "state": 50, "education": 7, "sex": 2, "housing": 4, "channel": 5}
        codes = {key: random.choice(count, rows, p=_shares(random, count)) for key, count in levels.items()}
        age, hours = random.uniform(18, 80, rows), random.gamma(4.0, 10.0, rows)
        effects = {key: random.normal(size=count) for key, count in levels.items()}
        pair = random.normal(size=(levels["job"], levels["education"]))
        score = sum(0.5 * effects[key][codes[key]] for key in levels) + pair[codes["job"], codes["education"]]
        score += 1.5 * np.sin(age / 12.0) + 0.02 * (hours - 40) * (codes["sex"] - 0.5)
        noisy = score + random.logistic(size=rows)
        y = noisy > np.quantile(noisy, 1.0 - share)
        frame = pd.DataFrame(
            {
                **{
                    key: pd.Categorical([f"{key} {code}" for code in codes[key]])
                    for key in levels
                },
                "age": age,
                "hours": hours,
            }
        )  # fmt: skip
        for key in ("job", "education", "age", "hours"):
            frame.loc[random.uniform(size=rows) < 0.1, key] = np.nan
        frame.loc[y & (random.uniform(size=rows) < 0.3), "channel"] = np.nan
        return Table(name, frame, np.where(y, "yes", "no"), "classification", rare)

    return make


def _shops() -> Table:
    """Hundreds of levels, each with few rows."""
    random = np.random.RandomState(4)
    rows, shops, items = 5000, 400, 150
    shop, item = random.randint(shops, size=rows), random.randint(items, size=rows)
    week, discount = random.uniform(0, 52, rows), random.choice([0.0, 0.1, 0.25, 0.5], rows)
    size, appeal = random.normal(size=shops), random.normal(size=items)
    demand = size[shop] + appeal[item] * (1.0 + discount) + np.cos(week * 2 * np.pi / 52) + 2 * discount
    frame = pd.DataFrame(
        {
            "shop": pd.Categorical([f"shop {code}" for code in shop]),
            "item": pd.Categorical([f"item {code}" for code in item]),
            "week": week,
            "discount": discount,
        }
    )
    return Table("shops", frame, np.exp(0.5 * demand + 0.3 * random.normal(size=rows)), "regression")


TABLES: dict[str, Callable[[], Table]] = {
    **{name: _shipped(name, "classification") for name in ("iris", "wine", "breast_cancer", "digits")},
    "diabetes": _shipped("diabetes", "regression"),
    "clusters": _classes("clusters", n_samples=2000, n_features=20, n_informative=10, n_classes=4),
    "noise": _classes("noise", n_samples=1500, n_features=100, n_informative=5, n_redundant=5),
    "flipped": _classes("flipped", n_samples=3000, n_features=15, n_informative=8, flip_y=0.2),
    "rare": _classes("rare", n_samples=4000, n_features=15, n_informative=6, weights=[0.97], rare=True),
    "hastie": _hastie,
    "friedman1": _numbers("friedman1", "make_friedman1", n_samples=2000, noise=1.0),
    "friedman2": _numbers("friedman2", "make_friedman2", n_samples=2000, noise=100.0),
    "friedman3": _numbers("friedman3", "make_friedman3", n_samples=2000, noise=0.1),
    "sparse": _numbers("sparse", "make_sparse_uncorrelated", n_samples=1000),
    "linear": _numbers("linear", "make_regression", n_samples=800, n_features=30, noise=50.0),
    "skewed": _skewed,
    "survey": _survey("survey", 4000, 0.4, rare=False),
    "rare survey": _survey("rare survey", 8000, 0.05, rare=True),
    "shops": _shops,
}


def from_file(path: Path) -> Table:
    """Read a CSV file whose last column is the target: numbers of more than twenty values are regression.

    Args:
        path: The file.
    """
    whole = pd.read_csv(path)
    target = whole.pop(whole.columns[-1])
    for name in whole:
        if not pd.api.types.is_numeric_dtype(whole[name]):
            whole[name] = whole[name].astype("category")
    numbers = pd.api.types.is_numeric_dtype(target) and target.nunique() > 20
    if not numbers:
        target = target.astype(str)
    return Table(path.stem, whole, target.to_numpy(), "regression" if numbers else "classification")


def _frame(X: Array) -> pd.DataFrame:
    return pd.DataFrame(X, columns=[f"x{number}" for number in range(X.shape[1])])


def _shares(random: np.random.RandomState, count: int) -> Array:
    return random.dirichlet(np.full(count, 2.0))
