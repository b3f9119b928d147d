from __future__ import annotations

import math
from typing import Any

import pytest
from sklearn.base import clone

from ranvier.errors import ConfigurationError, UnknownNameError
from ranvier.estimators import MLPClassifier, MLPRegressor
from ranvier.estimators.parameters import check_parameters, hidden_sizes


def check(**changes: Any) -> None:
    check_parameters("MLPRegressor", MLPRegressor(**changes).get_params(), MLPRegressor._loss_names)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activation", "ReLU"), ("solver", "adamw"), ("learning_rate", "const"), ("loss", "squared"),
    ],
)  # fmt: skip
def test_names(name: str, value: str) -> None:
    with pytest.raises(UnknownNameError, match=f"The '{name}' parameter of MLPRegressor must be a str among"):
        check(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alpha", -1.0), ("alpha", math.nan), ("learning_rate_init", 0.0), ("momentum", 1.1), ("beta_1", 1.0),
        ("epsilon", 0), ("dropout", 1.0), ("dropout", "0.1"), ("quantile", 1.0), ("huber_delta", 0.0),
        ("validation_fraction", 2), ("tol", True), ("max_iter", 0), ("max_fun", 1.5), ("batch_size", "all"),
        ("batch_size", 0), ("n_iter_no_change", 0), ("shuffle", "yes"), ("verbose", -1), ("verbose", "no"),
        ("progress_bar", None),
    ],
)  # fmt: skip
def test_values(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"The '{name}' parameter of MLPRegressor must be"):
        check(**{name: value})


def test_values_at_the_ends() -> None:
    check(alpha=0, momentum=1, validation_fraction=0.0, n_iter_no_change=math.inf, verbose=2, batch_size=1)


@pytest.mark.parametrize("sizes", [0, (5, -1), [2.5], "ab", [True]])
def test_sizes(sizes: Any) -> None:
    with pytest.raises(ConfigurationError, match="positive integers"):
        hidden_sizes(sizes)


def test_parameters_are_shown_as_scikit_learn_shows_them() -> None:
    assert repr(MLPClassifier(alpha=1.0, loss="focal")) == "MLPClassifier(alpha=1.0, loss='focal')"
    assert hidden_sizes(7) == (7,)
    assert hidden_sizes([7, 8]) == (7, 8)


def test_a_subclass_may_have_parameters_of_its_own() -> None:
    class Small(MLPClassifier):
        def __init__(self, width: int = 4, alpha: float = 0.1) -> None:
            super().__init__(hidden_layer_sizes=(width,), alpha=alpha, max_iter=200, tol=0.1, random_state=0)
            self.width = width

    X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    model = clone(Small(width=6)).fit(X, y)
    assert model.coefs_[0].shape == (1, 6)
    assert model.get_params() == {"width": 6, "alpha": 0.1}
    with pytest.raises(ConfigurationError, match="The 'alpha' parameter of Small"):
        Small(alpha=-1.0).fit(X, y)
