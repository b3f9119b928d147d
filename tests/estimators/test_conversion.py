from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError, NotBuiltError, UnsupportedError
from ranvier.estimators import MLPClassifier, MLPRegressor
from ranvier.layers import Activation, BatchNormalization, Dense, Dropout, Flatten, Input
from ranvier.models import Model, Sequential
from tests.estimators.data import iris

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = iris()


def test_there_and_back() -> None:
    for options in ({}, {"batch_normalization": True, "dropout": 0.25}):
        one = MLPClassifier((5, 4), "tanh", max_iter=3, random_state=0, **options).fit(X, Y)
        model = one.to_model()
        two = MLPClassifier.from_model(model, classes=one.classes_)
        np.testing.assert_array_equal(two.predict_proba(X), one.predict_proba(X))
        assert two.hidden_layer_sizes == (5, 4)
        assert two.activation == "tanh"
        assert two.dropout == one.dropout
    assert two.partial_fit(X, Y).n_iter_ == 1


def test_regressors_and_sigmoids() -> None:
    rate = Sequential([Input((4,)), Dense(3, "relu"), Dense(1, "exponential")])
    model = MLPRegressor.from_model(rate)
    assert model.loss == "poisson"
    np.testing.assert_allclose(model.predict(X), rate.predict(X, verbose=0)[:, 0], rtol=1e-5)
    line = MLPRegressor.from_model(Sequential([Input((4,)), Dense(2)]))
    assert line.predict(X).shape == (150, 2)
    two = MLPClassifier.from_model(Sequential([Input((4,)), Dense(1, "sigmoid")]), classes=["no", "yes"])
    assert set(two.predict(X)) <= {"no", "yes"}
    sets = MLPClassifier.from_model(Sequential([Input((4,)), Dense(3, "sigmoid")]))
    assert sets.predict(X).shape == (150, 3)


@pytest.mark.parametrize(
    "layers",
    [
        [Dense(3, "relu"), Dense(3, "tanh"), Dense(3, "softmax")],
        [Dense(3, "relu"), Dropout(0.5), Dense(3, "relu"), Dense(3, "softmax")],
        [Dense(3, "gelu"), Dense(3, "softmax")],
        [Dense(3, use_bias=False)],
        [Dense(3), Dropout(0.5)],
        [Dense(3, "relu"), BatchNormalization(), Dense(3)],
        [Dense(3), BatchNormalization(scale=False), Activation("relu"), Dense(3)],
        [BatchNormalization(), Dense(3)],
    ],
)
def test_models_that_are_something_else(layers: list[object]) -> None:
    with pytest.raises(UnsupportedError, match="stands for a `Sequential`"):
        MLPRegressor.from_model(Sequential([Input((4,)), *layers]))


def test_wrong_models() -> None:
    with pytest.raises(UnsupportedError, match="Flatten"):
        MLPRegressor.from_model(Sequential([Input((4, 2)), Flatten(), Dense(1)]))
    inputs = Input((4,))
    with pytest.raises(UnsupportedError, match="a Model"):
        MLPRegressor.from_model(Model(inputs, Dense(1)(inputs)))
    with pytest.raises(NotBuiltError):
        MLPRegressor.from_model(Sequential([Dense(1)]))
    with pytest.raises(ConfigurationError, match="softmax or sigmoid"):
        MLPClassifier.from_model(Sequential([Input((4,)), Dense(3)]))
    with pytest.raises(ConfigurationError, match="without activation"):
        MLPRegressor.from_model(Sequential([Input((4,)), Dense(3, "softmax")]))
    with pytest.raises(ConfigurationError, match="3 different labels"):
        MLPClassifier.from_model(Sequential([Input((4,)), Dense(3, "softmax")]), classes=["a", "b"])
