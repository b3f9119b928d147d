"""The perceptron: steps worked by hand, scikit-learn's checks, and its perceptron as an oracle."""

from __future__ import annotations

import itertools
import subprocess
import sys
import warnings

import numpy as np
import pytest

sklearn_checks = pytest.importorskip("sklearn.utils.estimator_checks")

from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import ConvergenceWarning, NotFittedError  # noqa: E402
from sklearn.linear_model import Perceptron as Oracle  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

from ranvier.datasets import digits, iris  # noqa: E402
from ranvier.errors import ConfigurationError  # noqa: E402
from ranvier.perceptron import Perceptron, step  # noqa: E402

CORNERS = np.array(list(itertools.product([0.0, 1.0], repeat=2)))
AND, OR, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0])


def separable(classes: int = 2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, 120)
    centres = 8 * np.stack(
        [np.cos(angles := 2 * np.pi * np.arange(classes) / classes), np.sin(angles)], axis=1
    )
    return centres[y] + rng.normal(size=(120, 2)), y


def test_step():
    np.testing.assert_array_equal(step([-1.0, 0.0, 1e-9]), [0, 0, 1])
    assert step(2.0) == 1


def test_two_steps_by_hand():
    """From zero: (1, 2) should fire and does not, so w = (1, 2), b = 1; then (3, -1) fires and should not."""
    x, y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1, 0])
    with pytest.warns(ConvergenceWarning, match=r"After 1 passes .* still makes mistakes \(2 in the last\)"):
        neuron = Perceptron(max_iter=1, shuffle=False).fit(x, y)
    np.testing.assert_array_equal(neuron.coef_, [[1 - 3, 2 + 1]])
    np.testing.assert_array_equal(neuron.intercept_, [0])
    assert neuron.errors_ == [2]
    assert (neuron.n_iter_, neuron.converged_) == (1, False)


@pytest.mark.parametrize("y", [AND, OR, 1 - AND, CORNERS[:, 0].astype(int)])
def test_what_one_neuron_can_learn(y):
    neuron = Perceptron(random_state=0).fit(CORNERS, y)
    np.testing.assert_array_equal(neuron.predict(CORNERS), y)
    assert neuron.converged_
    assert neuron.errors_[-1] == 0
    assert all(errors > 0 for errors in neuron.errors_[:-1])
    assert neuron.n_iter_ == len(neuron.errors_) < 100


def test_what_it_cannot():
    with pytest.warns(ConvergenceWarning, match=r"if no line separates the classes it will never settle"):
        neuron = Perceptron(max_iter=50, random_state=0).fit(CORNERS, XOR)
    assert neuron.n_iter_ == 50
    assert min(neuron.errors_) > 0
    assert neuron.score(CORNERS, XOR) < 1


@pytest.mark.parametrize("seed", range(5))
def test_mistakes_stay_below_the_bound(seed):
    """Novikoff: at most (R / margin)^2 mistakes, with the bias as one more input of 1."""
    x, y = separable(seed=seed)
    neuron = Perceptron(random_state=seed).fit(x, y)
    extended = np.column_stack([x, np.ones(len(x))])
    signs = 2 * y - 1
    best = Oracle(penalty=None, max_iter=2000, tol=None, random_state=0).fit(x, y)
    direction = np.append(best.coef_[0], best.intercept_)
    margin = (signs * (extended @ direction)).min() / np.linalg.norm(direction)
    assert margin > 0
    assert sum(neuron.errors_) <= (np.linalg.norm(extended, axis=1).max() / margin) ** 2


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_equals_sklearns_rule(classes):
    """Without shuffling, the same mistakes in the same order give the same weights.

    scikit-learn labels with -1 and 1 and learns the classes one after the other; it also counts a sum of
    exactly zero as a mistake for either class, which only the first example meets.
    """
    x, y = separable(classes)
    x, y = np.roll(x, -y.argmax(), axis=0), np.roll(y, -y.argmax())  # a member of the last class comes first
    ours = Perceptron(shuffle=False).fit(x, y)
    oracle = Oracle(penalty=None, shuffle=False, tol=None, max_iter=ours.n_iter_, eta0=1.0).fit(x, y)
    np.testing.assert_array_equal(ours.predict(x), oracle.predict(x))
    np.testing.assert_array_equal(ours.predict(x), y)
    if classes == 2:  # both take the first example for a mistake
        np.testing.assert_allclose(ours.coef_, oracle.coef_)
        np.testing.assert_allclose(ours.intercept_, oracle.intercept_)


def test_learning_rate_scales_the_weights():
    x, y = separable()
    one, half = (Perceptron(learning_rate=rate, random_state=3).fit(x, y) for rate in (1.0, 0.5))
    np.testing.assert_allclose(half.coef_ * 2, one.coef_)
    assert half.errors_ == one.errors_


def test_seeds():
    x, y = separable(3)
    weights = [Perceptron(random_state=seed).fit(x, y).coef_ for seed in (0, 0, 1)]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[0], weights[2])


def test_names_of_classes():
    x, y = separable(3)
    names = np.array(["setosa", "versicolor", "virginica"])
    neurons = Perceptron(random_state=0).fit(x, names[y])
    np.testing.assert_array_equal(neurons.predict(x), names[y])
    assert neurons.decision_function(x).shape == (120, 3)
    assert neurons.coef_.shape == (3, 2)
    assert Perceptron().fit(x[y < 2], y[y < 2]).decision_function(x).shape == (120,)


def test_real_data():
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    model = make_pipeline(StandardScaler(), Perceptron(max_iter=10, random_state=0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x_train.reshape(-1, 64), y_train)
    assert model.score(x_test.reshape(-1, 64), y_test) > 0.9
    (x_train, y_train), (x_test, y_test) = iris.load_data()
    neuron = Perceptron(random_state=0).fit(x_train, y_train == 0)
    assert neuron.score(x_test, y_test == 0) == 1.0


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"learning_rate": 0.0}, "`learning_rate` must be positive; received: 0.0"),
        ({"max_iter": 0}, "`max_iter` must be at least 1; received: 0"),
    ],
)
def test_wrong_settings(settings, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        Perceptron(**settings).fit(CORNERS, AND)


def test_one_class_only():
    with pytest.raises(ConfigurationError, match=r"at least two classes; received: one class only, .*1"):
        Perceptron().fit(CORNERS, np.ones(4, int))


def test_predict_before_fit():
    with pytest.raises(NotFittedError):
        Perceptron().predict(CORNERS)


def test_clone_and_parameters():
    neuron = clone(Perceptron(learning_rate=0.1, max_iter=7, shuffle=False, random_state=1))
    assert neuron.get_params() == {"learning_rate": 0.1, "max_iter": 7, "random_state": 1, "shuffle": False}


def test_every_check_of_sklearn():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = sklearn_checks.check_estimator(Perceptron(), on_skip=None)
    failed = [result["check_name"] for result in results if result["status"] == "failed"]
    assert failed == []
    assert len(results) > 40


def test_without_sklearn():
    program = (
        "import sys\nsys.modules['sklearn'] = None\n"
        "try:\n    import ranvier.perceptron\nexcept ImportError as error:\n    print(type(error).__name__, error)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("MissingExtraError The perceptron needs the package 'scikit-learn'")
    assert "pip install 'ranvier[data]'" in answer.stdout
