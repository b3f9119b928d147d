"""With the rest of scikit-learn."""

from __future__ import annotations

import io
import pickle
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from ranvier.estimators import MLPClassifier, MLPRegressor
from ranvier.training.programs import compilations
from tests.estimators.data import diabetes, digits, iris

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:os.fork"),
]

X, Y = iris()
QUICK: dict[str, Any] = {
    "hidden_layer_sizes": (6,),
    "max_iter": 15,
    "random_state": 0,
    "learning_rate_init": 0.05,
}


def test_one_compilation_for_a_whole_search() -> None:
    images, labels = digits(1500)
    before = compilations()
    grid = {"alpha": [1e-5, 1e-3, 0.1, 1.0], "learning_rate_init": [1e-3, 3e-3, 1e-2]}
    search = GridSearchCV(MLPClassifier((13,), max_iter=3, random_state=0), grid, cv=5)
    search.fit(images, labels)
    # 60 fits, and the one on all rows after them.
    assert compilations() - before == 1
    assert search.best_score_ > 0.3
    changed = MLPClassifier(
        (13,), max_iter=2, random_state=5, beta_1=0.8, tol=0.1, epsilon=1e-6, shuffle=False
    )
    changed.fit(images[:1300], labels[:1300], sample_weight=np.linspace(0.5, 1, 1300))
    assert compilations() - before == 1


def test_pipeline_of_a_frame() -> None:
    frame = pd.DataFrame(X, columns=["a", "b", "c", "d"]).assign(kind=np.where(X[:, 0] > 0, "long", "short"))
    columns = ColumnTransformer(
        [
            ("numbers", StandardScaler(), ["a", "b", "c", "d"]),
            ("words", OneHotEncoder(sparse_output=False), ["kind"]),
        ]
    )
    pipeline = make_pipeline(columns, MLPClassifier(**QUICK)).set_output(transform="pandas")
    pipeline.fit(frame, Y)
    assert pipeline.score(frame, Y) > 0.9
    assert pipeline[-1].feature_names_in_.tolist()[0] == "numbers__a"
    assert "MLPClassifier" in pipeline._repr_html_()
    assert permutation_importance(pipeline, frame, Y, n_repeats=2, random_state=0).importances_mean.max() > 0


def test_cross_validation_calibration_and_target_transformers() -> None:
    assert cross_val_score(MLPClassifier(**QUICK), X, Y, cv=3).mean() > 0.8
    calibrated = CalibratedClassifierCV(MLPClassifier(**QUICK), cv=3).fit(X, Y)
    assert calibrated.score(X, Y) > 0.9
    features, numbers = diabetes()
    transformed = TransformedTargetRegressor(MLPRegressor(**QUICK), transformer=StandardScaler())
    assert transformed.fit(features, 100 * numbers + 1000).score(features, 100 * numbers + 1000) > 0.4


def test_clones_pickles_and_joblib() -> None:
    model = MLPClassifier(**QUICK).partial_fit(X, Y, classes=np.unique(Y))
    memory = io.BytesIO()
    joblib.dump(model, memory)
    memory.seek(0)
    for copy in (pickle.loads(pickle.dumps(model)), joblib.load(memory)):
        np.testing.assert_array_equal(copy.predict_proba(X), model.predict_proba(X))
        # The copy goes on training as the original would.
        one, two = (each.partial_fit(X, Y).coefs_[0].copy() for each in (copy, clone_of_state(model)))
        np.testing.assert_array_equal(one, two)
    fresh = clone(model)
    assert not hasattr(fresh, "coefs_")
    assert fresh.get_params() == model.get_params()


def clone_of_state(model: Any) -> Any:
    return pickle.loads(pickle.dumps(model))


def test_metadata_routing() -> None:
    with sklearn.config_context(enable_metadata_routing=True):
        model = MLPClassifier(**QUICK).set_fit_request(sample_weight=True, eval_set=True)
        model.set_score_request(sample_weight=True)
        weights = np.ones(len(Y))
        found = cross_validate(model, X, Y, cv=3, params={"sample_weight": weights}, return_estimator=True)
        assert found["test_score"].mean() > 0.8
        pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), model)
        pipeline.fit(X, Y, eval_set=(X, Y), sample_weight=weights)
        assert len(pipeline[-1].validation_scores_) == 15
        # A pipeline can transform validation rows that come by scikit-learn's names.
        model = MLPClassifier(**QUICK).set_fit_request(X_val=True, y_val=True)
        scaled = Pipeline([("scale", StandardScaler()), ("net", model)], transform_input=["X_val"])
        scaled.fit(1000.0 * X, Y, X_val=1000.0 * X[::2], y_val=Y[::2])
        assert scaled[-1].best_validation_score_ == pytest.approx(scaled.score(1000.0 * X[::2], Y[::2]))
