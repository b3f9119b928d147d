from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from ranvier import TabularClassifier
from ranvier.errors import ConfigurationError, DataError, LabelError, UnknownNameError
from ranvier.training.programs import compilations, forget_programs
from tests.estimators.tables.tables import awkward, labels_of

FRAME = awkward(200)
LABELS = labels_of(FRAME)


def small(**changes: Any) -> TabularClassifier:
    settings: dict[str, Any] = {
        "hidden_layer_sizes": (16, 8),
        "epochs": 40,
        "n_members": 2,
        "random_state": 0,
    }
    return TabularClassifier(**(settings | changes))


@pytest.fixture(scope="module")
def fitted() -> TabularClassifier:
    return small().fit(FRAME, LABELS)


def test_a_raw_frame_is_learned(fitted: TabularClassifier) -> None:
    assert fitted.score(FRAME, LABELS) > 0.85
    assert fitted.classes_.tolist() == ["no", "yes"]
    assert [column.kind for column in fitted.schema_] == [
        *("number", "number", "category", "category", "category", "date", "dropped")
    ]
    assert fitted.feature_names_in_.tolist() == list(FRAME.columns)
    probabilities = fitted.predict_proba(FRAME)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    np.testing.assert_allclose(np.exp(fitted.predict_log_proba(FRAME)), probabilities)


def test_what_is_recorded(fitted: TabularClassifier) -> None:
    assert set(fitted.history_) == {"loss", "val_error", "val_log_loss"}
    assert all(len(values) == 40 for values in fitted.history_.values())
    assert fitted.history_["loss"][-1] < fitted.history_["loss"][0]
    assert fitted.n_members_ == 2
    for member in fitted.members_:
        errors = member.history["val_error"]
        assert member.score == min(errors)
        assert member.epoch == max(epoch for epoch, error in enumerate(errors, 1) if error == member.score)
    assert fitted.best_epochs_ == [member.epoch for member in fitted.members_]
    assert fitted.best_epoch_ == int(np.median(fitted.best_epochs_))
    assert fitted.validation_score_ == pytest.approx(np.mean([member.score for member in fitted.members_]))


def test_other_orders_more_columns_and_other_libraries_give_the_same(fitted: TabularClassifier) -> None:
    expected = fitted.predict_proba(FRAME)
    shuffled = FRAME[list(FRAME.columns)[::-1]].assign(more="x")
    np.testing.assert_array_equal(fitted.predict_proba(shuffled), expected)
    np.testing.assert_array_equal(fitted.predict_proba(pl.from_pandas(FRAME)), expected)
    with pytest.raises(DataError, match="'size', 'colour'"):
        fitted.predict(FRAME.drop(columns=["size", "colour"]))


def test_new_values_at_prediction_are_no_mistake(fitted: TabularClassifier) -> None:
    new = FRAME.head(6).copy()
    new["colour"] = ["violet", None, "red", "", "green", "blue"]
    new["size"] = [np.inf, -np.inf, 1e300, np.nan, 0.0, -1e300]
    new["day"] = pd.NaT
    new["open"] = [1, 0, None, 1, 0, 1]
    new["same"] = "different now"
    assert np.isfinite(fitted.predict_log_proba(new)).all()


def test_equal_seeds_give_equal_bits_whatever_the_order_of_the_rows(fitted: TabularClassifier) -> None:
    order = np.random.default_rng(0).permutation(len(FRAME))
    again = small().fit(FRAME.iloc[order], LABELS[order])
    np.testing.assert_array_equal(again.predict_proba(FRAME), fitted.predict_proba(FRAME))
    other = small(random_state=1).fit(FRAME, LABELS)
    assert (other.predict_proba(FRAME) != fitted.predict_proba(FRAME)).any()


def test_members_folds_seeds_and_settings_share_one_program() -> None:
    forget_programs()
    before = compilations()
    X, y = load_iris(return_X_y=True)
    search = GridSearchCV(
        small(epochs=4),
        {"learning_rate": [0.01, 0.05], "dropout": [0.1, 0.2], "weight_decay": [0.01, 0.1]},
        cv=3,
    )
    search.fit(X, y)
    cross_val_score(small(epochs=5, n_members=3, random_state=7, label_smoothing="auto"), X, y, cv=3)
    assert compilations() == before + 1


def test_labels_of_every_type_come_back() -> None:
    X, y = load_iris(return_X_y=True)
    for labels in (y.astype("float32"), y == 1, y.astype(str), np.array(["a", "b", "c"], object)[y], y - 5):
        found = small(epochs=2, n_members=1).fit(X, labels).predict(X)
        assert found.dtype == np.unique(labels).dtype
        assert set(found.tolist()) <= set(labels.tolist())


def test_a_class_with_one_row_and_many_classes() -> None:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(61, 2))
    y = np.array([*range(20)] * 3 + [20])
    classifier = small(epochs=3).fit(X, y)
    assert classifier.predict_proba(X).shape == (61, 21)


def test_weights_of_rows_and_classes() -> None:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(200, 2))
    y = (generator.random(200) < 0.1).astype(int)
    plain = small().fit(X, y).predict_proba(X)[:, 1].mean()
    balanced = small(class_weight="balanced").fit(X, y).predict_proba(X)[:, 1].mean()
    heavy = small(class_weight={1: 50.0}).fit(X, y).predict_proba(X)[:, 1].mean()
    rows = small().fit(X, y, np.where(y == 1, 9.5, 1.0)).predict_proba(X)[:, 1].mean()
    assert plain < 0.3 < balanced < heavy
    assert rows > 0.3


def test_rows_of_ones_own_choose_the_epoch() -> None:
    X, y = load_iris(return_X_y=True)
    classifier = small(epochs=10).fit(X[::2], y[::2], eval_set=(X[1::2], y[1::2]))
    assert all(member.validation is None for member in classifier.members_)
    found = classifier.members_[0].history["val_error"]
    assert len(found) == 10
    assert round(found[-1] * 75) == pytest.approx(found[-1] * 75)
    with pytest.raises(LabelError, match="received also"):
        classifier.fit(X, y, eval_set=(X, y + 1))
    with pytest.raises(ConfigurationError, match="must be a tuple"):
        classifier.fit(X, y, eval_set=[X, y])
    weighted = (X[1::2], y[1::2], np.ones(75))
    assert (
        small(epochs=10).fit(X[::2], y[::2], eval_set=weighted).history_
        == classifier.fit(X[::2], y[::2], eval_set=(X[1::2], y[1::2])).history_
    )


def test_calibration_makes_probabilities_better() -> None:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(600, 4))
    y = (X[:, 0] + 0.1 * generator.normal(size=600) > 0).astype(int)
    plain = small(calibrate=False).fit(X[:400], y[:400])
    better = small(calibrate=True).fit(X[:400], y[:400])
    assert plain.temperature_ == 1.0
    assert better.temperature_ < 1.0  # smoothed labels make a network too unsure
    losses = [log_loss(y[400:], each.predict_proba(X[400:])) for each in (plain, better)]
    assert losses[1] < losses[0]
    np.testing.assert_array_equal(plain.predict(X), better.predict(X))
    outside = small(calibrate=True).fit(X[:400], y[:400], eval_set=(X[400:], y[400:]))
    assert outside.temperature_ < 1.0


def test_a_changed_schema_is_obeyed(fitted: TabularClassifier) -> None:
    schema = fitted.schema_.copy()
    schema["count"].kind = "category"
    schema["count"].levels = None
    schema["town"].kind = "dropped"
    schema["town"].reason = "too many"
    again = small(epochs=2, schema=schema).fit(FRAME, LABELS)
    assert again.schema_["count"].levels == [str(number) for number in range(9)]
    assert again.schema_["town"].reason == "too many"
    assert fitted.schema_["count"].kind == "number"
    assert clone(again).schema["town"].kind == "dropped"
    by_dict = small(epochs=2, schema=again.schema_.as_dict()).fit(FRAME, LABELS)
    np.testing.assert_array_equal(by_dict.predict_proba(FRAME), again.predict_proba(FRAME))


def test_pipelines_pickles_and_clones(fitted: TabularClassifier) -> None:
    pipeline = make_pipeline(FunctionTransformer(), small(epochs=2)).fit(FRAME, LABELS)
    assert pipeline.predict(FRAME).shape == (200,)
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict_proba(FRAME), fitted.predict_proba(FRAME))
    assert repr(clone(fitted)) == repr(small())


def test_one_class_is_predicted_always() -> None:
    classifier = small().fit(FRAME, ["same"] * 200)
    assert set(classifier.predict(FRAME)) == {"same"}
    assert classifier.predict_proba(FRAME).tolist() == [[1.0]] * 200
    assert not hasattr(classifier, "members_")
    with pytest.raises(ConfigurationError, match="one label"):
        classifier.explain(FRAME)


def test_the_model_predicts_as_a_member_does(fitted: TabularClassifier) -> None:
    encoded = fitted._encoder.encode(fitted._aligned(FRAME))
    model = fitted.to_model(1)
    found = np.asarray(model.predict(list(encoded.parts().values()), verbose=0))
    logits = fitted._outputs_of(encoded)[1]
    powers = np.exp(logits)
    np.testing.assert_allclose(found, powers / powers.sum(axis=1, keepdims=True), rtol=1e-4, atol=1e-5)
    assert not model.compiled
    with pytest.raises(ConfigurationError, match="from 0 to 1"):
        fitted.to_model(2)


def test_the_simple_recipe_and_validation_by_log_loss() -> None:
    classifier = small(recipe="td-s", validation_metric="log_loss").fit(FRAME, LABELS)
    assert classifier.score(FRAME, LABELS) > 0.8
    assert not any(name.startswith("periodic") for name in classifier.members_[0].weights)
    member = classifier.members_[0]
    assert member.score == min(member.history["val_log_loss"])
    last = small(validation_fraction=0.0, epochs=3).fit(FRAME, LABELS)
    assert last.best_epochs_ == [3, 3]
    assert last.validation_score_ is None
    assert last.temperature_ == 1.0


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"recipe": "tdd"}, UnknownNameError, "Did you mean 'td'"),
        ({"validation_metric": "errors"}, UnknownNameError, "Did you mean 'error'"),
        ({"n_members": 0}, ConfigurationError, "`n_members` must be 'auto' or an integer"),
        ({"epochs": 1.5}, ConfigurationError, "`epochs`"),
        ({"batch_size": True}, ConfigurationError, "`batch_size`"),
        ({"dropout": 1.0}, ConfigurationError, r"`dropout` must be 'auto' or a number in \[0, 1\)"),
        ({"learning_rate": 0}, ConfigurationError, "greater than 0"),
        ({"label_smoothing": -0.1}, ConfigurationError, "`label_smoothing`"),
        ({"progress_bar": 1}, ConfigurationError, "`progress_bar` must be True or False"),
        ({"hidden_layer_sizes": (0,)}, ConfigurationError, "`hidden_layer_sizes`"),
        ({"class_weight": "balance"}, UnknownNameError, "Did you mean 'balanced'"),
        ({"class_weight": [1, 2]}, ConfigurationError, "a dict of weights by label"),
        ({"class_weight": {"maybe": 1.0}}, ConfigurationError, "name labels of `y`"),
        ({"class_weight": {"no": 0.0, "yes": 0.0}}, ConfigurationError, "not all 0"),
        ({"calibrate": True, "validation_fraction": 0.0}, ConfigurationError, "needs rows set aside"),
    ],
)
def test_impossible_settings_are_refused(
    settings: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        small(**({"epochs": 1, "n_members": 1} | settings)).fit(FRAME, LABELS)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "target y is None"),
        ([None, *LABELS[1:]], "missing in 1 of 200 rows"),
        ([np.nan, *[1.0] * 199], "contains NaN"),
        (LABELS[:-1], "inconsistent numbers of samples"),
        (np.linspace(0, 1, 200), "Unknown label type"),
        (np.ones((200, 2)), "shape|1d array"),
    ],
)
def test_impossible_labels_are_refused(y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small().fit(FRAME, y)


def test_columns_that_count_rows_are_warned_about() -> None:
    frame = FRAME.assign(number=np.arange(200))
    with pytest.warns(UserWarning, match="'number' is left out"):
        classifier = small(epochs=1, n_members=1).fit(frame, LABELS)
    schema = classifier.schema_
    schema["number"].kind = "number"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        small(epochs=1, n_members=1, schema=schema).fit(frame, LABELS)
