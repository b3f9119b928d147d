from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn import neural_network
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from ranvier.errors import ConfigurationError, DataError, LabelError, ShapeError, UnknownNameError
from ranvier.estimators import MLPClassifier
from tests.estimators.data import digits, iris

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = iris()
QUICK: dict[str, Any] = {
    "hidden_layer_sizes": (8,),
    "max_iter": 60,
    "learning_rate_init": 0.05,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def fitted() -> MLPClassifier:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return MLPClassifier(**QUICK).fit(X, Y)


def test_names_probabilities_and_labels(fitted: MLPClassifier) -> None:
    assert fitted.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    chances = fitted.predict_proba(X)
    np.testing.assert_allclose(chances.sum(axis=1), 1.0, rtol=1e-5)
    np.testing.assert_array_equal(fitted.predict(X), fitted.classes_[chances.argmax(axis=1)])
    assert fitted.score(X, Y) > 0.9
    # Weights are float32; what is predicted has the precision of the rows, as in scikit-learn.
    assert {each.dtype.name for each in (*fitted.coefs_, *fitted.intercepts_)} == {"float32"}
    np.testing.assert_allclose(chances.sum(axis=1), 1.0, rtol=1e-15)
    for rows, name in ((X, "float64"), (X.astype(np.float32), "float32"), (X.astype(int), "float64"),
                       (X.tolist(), "float64"), (sparse.csr_matrix(X, dtype=np.float32), "float32")):  # fmt: skip
        assert fitted.predict_proba(rows).dtype == fitted.predict_log_proba(rows).dtype == name


@pytest.mark.parametrize("targets", ["three", "two", "one", "sets"])
def test_logarithms_are_finite_where_probabilities_round_to_0(targets: str) -> None:
    y: Any = {
        "three": Y,
        "two": Y == "setosa",
        "one": np.full(len(Y), "only"),
        "sets": np.c_[Y == "setosa", Y == "virginica"].astype(int),
    }[targets]
    model = MLPClassifier(**QUICK).fit(X, y)
    chances, logarithms = model.predict_proba(X), model.predict_log_proba(X)
    np.testing.assert_allclose(np.exp(logarithms), chances, rtol=1e-12)
    assert chances.shape == (len(X), {"three": 3, "two": 2, "one": 1, "sets": 2}[targets])
    far = model.predict_log_proba(1e6 * X)
    assert np.isfinite(far).all()
    assert targets == "one" or far.min() == pytest.approx(-708.4, abs=0.1)
    single = model.predict_log_proba((1e6 * X).astype(np.float32))
    assert targets == "one" or single.min() == pytest.approx(-87.3, abs=0.1)
    assert len(model.predict(X)) == len(X)


def test_several_labels_per_row() -> None:
    sets = np.c_[Y == "setosa", Y != "virginica"].astype(int)
    dense = MLPClassifier(**QUICK).fit(X, sets)
    assert dense.out_activation_ == "logistic"
    assert dense.score(X, sets) > 0.9
    thin = MLPClassifier(**QUICK).fit(X, sparse.csr_matrix(sets))
    assert sparse.issparse(thin.predict(X))
    np.testing.assert_array_equal(thin.predict(X).toarray(), dense.predict(X))


@pytest.mark.parametrize("make", [sparse.csr_matrix, sparse.csc_array, sparse.coo_matrix])
def test_sparse_features_give_what_dense_ones_give(make: Any, fitted: MLPClassifier) -> None:
    thin = MLPClassifier(**QUICK).fit(make(X), Y)
    np.testing.assert_array_equal(thin.coefs_[0], fitted.coefs_[0])
    np.testing.assert_allclose(thin.predict_proba(make(X)), fitted.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize(
    ("loss", "several"),
    [("cross_entropy", False), ("focal", True), ("focal", False), ("squared_error", True)],
)
def test_losses_learn(loss: str, several: bool) -> None:
    y = Y if several else Y == "virginica"
    model = MLPClassifier(**QUICK | {"max_iter": 80}, loss=loss).fit(X, y, eval_set=(X, y))
    assert model.score(X, y) > 0.9
    assert model.best_validation_score_ == pytest.approx(model.score(X, y))


def test_focal_loss_by_hand() -> None:
    # Before any step every weight is known: a network of no hidden layer and one step of no size.
    first = MLPClassifier(
        (), loss="focal", focal_gamma=1.0, alpha=0.0, learning_rate_init=1e-12, max_iter=1, random_state=0
    ).fit(X, Y)
    chance = first.predict_proba(X)[np.arange(len(X)), np.searchsorted(first.classes_, Y)].astype(float)
    assert first.loss_ == pytest.approx(np.mean(-(1 - chance) * np.log(chance)), rel=1e-5)


def test_class_weights_are_sample_weights() -> None:
    by_class = {"setosa": 0.5, "versicolor": 3.0}
    weighted = MLPClassifier(**QUICK, class_weight=by_class).fit(X, Y)
    by_row = np.array([by_class.get(label, 1.0) for label in Y])
    same = MLPClassifier(**QUICK).fit(X, Y, sample_weight=by_row)
    np.testing.assert_array_equal(weighted.coefs_[0], same.coefs_[0])
    few = np.r_[0:50, 50:55]
    balanced = MLPClassifier(**QUICK, class_weight="balanced").fit(X[few], Y[few])
    counts = {"setosa": 55 / 100, "versicolor": 55 / 10}
    same = MLPClassifier(**QUICK, class_weight=counts).fit(X[few], Y[few])
    np.testing.assert_allclose(balanced.coefs_[0], same.coefs_[0], rtol=1e-5)


def test_weighing_a_row_is_repeating_it_bit_for_bit() -> None:
    counts = np.random.RandomState(0).randint(0, 3, len(X))
    weighted = MLPClassifier(**QUICK).fit(X, Y, sample_weight=counts)
    repeated = MLPClassifier(**QUICK).fit(np.repeat(X, counts, axis=0), np.repeat(Y, counts))
    np.testing.assert_array_equal(weighted.coefs_[0], repeated.coefs_[0])
    shuffled = np.random.RandomState(1).permutation(len(X))
    again = MLPClassifier(**QUICK).fit(X[shuffled], Y[shuffled], sample_weight=counts[shuffled])
    np.testing.assert_array_equal(again.coefs_[0], weighted.coefs_[0])


def test_early_stopping_keeps_the_best_weights() -> None:
    images, y = digits()
    model = MLPClassifier((30,), early_stopping=True, max_iter=60, random_state=0, n_iter_no_change=3)
    model.fit(images, y)
    assert len(model.validation_scores_) == len(model.validation_loss_curve_) == model.n_iter_ <= 60
    assert model.best_validation_score_ == max(model.validation_scores_)
    assert model.best_loss_ is None


def test_own_validation_rows() -> None:
    images, y = digits()
    model = MLPClassifier((30,), early_stopping=True, max_iter=25, random_state=0)
    model.fit(images[:300], y[:300], eval_set=(images[300:], y[300:], np.ones(100)))
    assert model.score(images[300:], y[300:]) == pytest.approx(model.best_validation_score_)
    assert model.t_ == 300 * model.n_iter_
    for wrong in ([images, y], (images,), "validation"):
        with pytest.raises(ConfigurationError, match="`eval_set` must be a tuple"):
            model.fit(images, y, eval_set=wrong)
    same = MLPClassifier((30,), early_stopping=True, max_iter=25, random_state=0)
    same.fit(images[:300], y[:300], X_val=images[300:], y_val=y[300:], sample_weight_val=np.ones(100))
    assert same.validation_loss_curve_ == model.validation_loss_curve_
    with pytest.raises(ConfigurationError, match="not both"):
        model.fit(images, y, eval_set=(images, y), X_val=images)
    with pytest.raises(ConfigurationError, match="received no `y_val`"):
        model.fit(images, y, X_val=images)
    with pytest.raises(LabelError, match=r"received also: \[77\]"):
        model.fit(images, y, eval_set=(images, np.where(y == 3, 77, y)))


def test_validation_rows_that_cannot_be_stratified() -> None:
    y = np.where(np.arange(len(X)) == 7, "single", Y)
    model = MLPClassifier(**QUICK, early_stopping=True).fit(X, y)
    assert model.validation_scores_ is not None
    for few in (2, 10):
        with pytest.raises(DataError, match="validation set is too small"):
            MLPClassifier(early_stopping=True).fit(X[45:55][:few], Y[45:55][:few])


def test_dropout_and_batch_normalization_learn_and_repeat() -> None:
    options = QUICK | {"dropout": 0.2, "batch_normalization": True, "max_iter": 40, "batch_size": 50}
    one, two = (MLPClassifier(**options).fit(X, Y) for _ in range(2))
    assert one.score(X, Y) > 0.9
    assert set(one.normalizations_[0]) == {"gamma", "beta", "moving_mean", "moving_variance"}
    np.testing.assert_array_equal(one.predict_proba(X), two.predict_proba(X))
    np.testing.assert_allclose(one.to_model().predict(X, verbose=0), one.predict_proba(X), atol=1e-5)


def test_partial_fit_needs_and_keeps_classes() -> None:
    model = MLPClassifier((5,), random_state=0)
    with pytest.raises(ConfigurationError, match="needs `classes`"):
        model.partial_fit(X, Y)
    model.partial_fit(X[:40], Y[:40], classes=np.unique(Y))
    assert model.n_iter_ == 1
    assert len(model.classes_) == 3
    with pytest.raises(LabelError, match="those of the first call"):
        model.partial_fit(X, Y, classes=["setosa"])
    with pytest.raises(LabelError, match="labels of the first fit"):
        model.partial_fit(X, np.where(Y == "setosa", "rosa", Y))
    with pytest.raises(ConfigurationError, match="balanced"):
        MLPClassifier(class_weight="balanced").partial_fit(X, Y, classes=np.unique(Y))
    with pytest.raises(ConfigurationError, match="does not support early_stopping"):
        MLPClassifier(early_stopping=True).partial_fit(X, Y, classes=np.unique(Y))
    assert not hasattr(MLPClassifier(solver="lbfgs"), "partial_fit")
    sets = np.c_[Y == "setosa", Y != "virginica"].astype(int)
    assert MLPClassifier((5,)).partial_fit(X, sets).predict(X).shape == sets.shape


@pytest.mark.parametrize(
    ("class_weight", "error", "message"),
    [
        ("blanced", UnknownNameError, "balanced"),
        ({"rosa": 2.0}, ConfigurationError, "received also"),
        ([1.0, 2.0], ConfigurationError, "must be a dict"),
        ({"setosa": -1.0}, ConfigurationError, "at least 0"),
    ],
)
def test_class_weights_without_meaning(class_weight: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        MLPClassifier(class_weight=class_weight).fit(X, Y)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_bad_data() -> None:
    with pytest.raises(LabelError, match="several columns"):
        MLPClassifier().fit(X, np.c_[Y == "setosa", np.arange(len(Y)) % 3])
    with pytest.raises(ShapeError, match="one number for each of the 150 rows"):
        MLPClassifier().fit(X, Y, sample_weight=np.ones(3))
    with pytest.raises(DataError, match="at least 0"):
        MLPClassifier().fit(X, Y, sample_weight=-np.ones(150))
    with pytest.raises(DataError, match=r"contain large values .* received in `X`: .*e\+300"):
        MLPClassifier().fit(X * 1e300, Y)
    late = MLPClassifier(**QUICK)
    with pytest.raises(ShapeError):
        late.fit(X, Y, sample_weight=np.ones(3))
    assert late.fit(X, Y == "setosa").classes_.tolist() == [False, True]
    with pytest.raises(NotFittedError):
        MLPClassifier().predict(X)
    model = MLPClassifier(**QUICK, warm_start=True).fit(X, Y, sample_weight=2.0)
    with pytest.raises(ConfigurationError, match="needs the architecture of the last one"):
        model.set_params(hidden_layer_sizes=(9,)).fit(X, Y)
    for labels in (Y[:100], np.where(Y == "setosa", "rosa", Y)):
        with pytest.raises(LabelError, match="same classes as in the previous call to fit"):
            model.fit(X[: len(labels)], labels)


def test_weights_set_by_hand_are_trained_on() -> None:
    """One step worked by hand: inputs 0.6, 0.8, 0.7; hidden sigmoids; rate 0.1; alpha 0.1."""
    model = MLPClassifier(2, "logistic", solver="sgd", learning_rate_init=0.1, alpha=0.1, momentum=0.0)
    model.coefs_ = [np.array([[0.1, 0.2], [0.3, 0.1], [0.5, 0.0]]), np.array([[0.1], [0.2]])]
    model.intercepts_ = [np.array([0.1, 0.1]), np.array([1.0])]
    model.partial_fit([[0.6, 0.8, 0.7]], [0], classes=[0, 1])
    hidden = 1 / (1 + np.exp(-np.array([0.75, 0.30])))
    chance = 1 / (1 + np.exp(-(hidden @ [0.1, 0.2] + 1.0)))
    inner = chance * np.array([0.1, 0.2]) * hidden * (1 - hidden)
    np.testing.assert_allclose(model.intercepts_[1], [1.0 - 0.1 * chance], rtol=1e-6)
    np.testing.assert_allclose(
        model.coefs_[1][:, 0], 0.99 * np.array([0.1, 0.2]) - 0.1 * chance * hidden, rtol=1e-5
    )
    expected = 0.99 * np.array([[0.1, 0.2], [0.3, 0.1], [0.5, 0.0]]) - 0.1 * np.outer([0.6, 0.8, 0.7], inner)
    np.testing.assert_allclose(model.coefs_[0], expected, atol=1e-7)
    wrong = MLPClassifier(3)
    wrong.coefs_, wrong.intercepts_ = model.coefs_, model.intercepts_
    with pytest.raises(ConfigurationError, match=r"set by hand must have the shapes \[\(3, 3\), \(3, 1\)\]"):
        wrong.partial_fit([[0.6, 0.8, 0.7]], [0], classes=[0, 1])


@pytest.mark.parametrize("several", [False, True])
def test_weights_set_by_hand_predict(several: bool) -> None:
    """As programs do that keep the arrays of scikit-learn's network in a file of their own."""
    y = np.c_[Y == "setosa", Y != "virginica"].astype(int) if several else Y
    theirs = neural_network.MLPClassifier((5,), "tanh", max_iter=20, random_state=0).fit(X, y)
    ours = MLPClassifier((5,), "tanh")
    for name in ("coefs_", "intercepts_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        setattr(ours, name, getattr(theirs, name))
    ours._label_binarizer = theirs._label_binarizer
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)
    assert ours._label_binarizer.y_type_ == theirs._label_binarizer.y_type_
    assert ours.to_model().predict(X, verbose=0).shape == (150, 2 if several else 3)


def test_a_single_class_is_learned_at_once() -> None:
    model = MLPClassifier(early_stopping=True, random_state=0).fit(X, np.full(len(X), "only"))
    assert model.n_iter_ == 12
    assert model.validation_scores_ == [1.0] * 12
