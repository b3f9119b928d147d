from __future__ import annotations

import signal
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from ranvier.callbacks import Callback, EarlyStopping, LambdaCallback, LearningRateScheduler, ModelCheckpoint
from ranvier.errors import NonFiniteLossError
from ranvier.estimators import MLPClassifier, MLPRegressor, rows
from ranvier.models import load_model
from tests.estimators.data import diabetes, digits

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = diabetes()
IMAGES, LABELS = digits()


def test_callbacks_see_every_iteration_and_can_stop() -> None:
    seen: list[dict[str, Any]] = []

    class Watch(Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
            seen.append(dict(logs or {}))
            self.model.stop_training = epoch == 3

    model = MLPClassifier((10,), callbacks=[Watch()], random_state=0).fit(
        IMAGES[:300], LABELS[:300], eval_set=(IMAGES[300:], LABELS[300:])
    )
    assert model.n_iter_ == len(seen) == 4
    assert set(seen[0]) == {"loss", "val_loss", "val_accuracy"}
    assert [each["loss"] for each in seen] == model.loss_curve_
    assert [each["val_accuracy"] for each in seen] == model.validation_scores_


def test_callbacks_of_batches_and_of_learning_rates() -> None:
    steps: list[int] = []
    rates: list[float] = []
    watch = LambdaCallback(on_train_batch_end=lambda batch, logs: steps.append(batch))
    schedule = LearningRateScheduler(lambda epoch, rate: rates.append(rate) or rate / 2)
    plain = MLPRegressor(hidden_layer_sizes=(5,), batch_size=200, max_iter=3, random_state=0)
    model = plain.set_params(callbacks=[watch, schedule]).fit(X, Y)
    assert steps == [0, 1, 2] * 3
    np.testing.assert_allclose(rates, [0.001, 0.0005, 0.00025], rtol=1e-6)
    # Batch hooks change nothing.
    again = clone(plain).set_params(callbacks=[schedule]).fit(X, Y)
    np.testing.assert_allclose(again.coefs_[0], model.coefs_[0], rtol=1e-5)


def test_what_a_callback_restores_is_kept(tmp_path: Any) -> None:
    path = str(tmp_path / "best.keras")
    stop = EarlyStopping(monitor="val_loss", patience=1, restore_best_weights=True)
    model = MLPRegressor(
        hidden_layer_sizes=(5,), max_iter=5, random_state=0, callbacks=[stop, ModelCheckpoint(path)]
    )
    model.fit(X[:300], Y[:300], eval_set=(X[300:], Y[300:]))
    np.testing.assert_allclose(
        load_model(path, compile=False).predict(X, verbose=0)[:, 0], model.predict(X), atol=1e-5
    )


def test_the_last_weights_are_not_kept_when_earlier_ones_were_better() -> None:
    model = MLPRegressor(hidden_layer_sizes=(5,), solver="sgd", learning_rate_init=0.02,
                         momentum=0.98, max_iter=30, random_state=0, n_iter_no_change=100, batch_size=20)  # fmt: skip
    model.fit(X, Y)
    assert model.best_loss_ < model.loss_
    assert np.isfinite(model.predict(X)).all()


def test_divergence_keeps_the_best_weights_and_says_so() -> None:
    model = MLPRegressor(hidden_layer_sizes=(5,), solver="sgd", learning_rate_init=0.05, max_iter=100, random_state=0,
                         batch_size=442, momentum=1.0, activation="identity", n_iter_no_change=200)  # fmt: skip
    with pytest.warns(ConvergenceWarning, match="NaN or infinite in iteration"):
        model.fit(X * 5, Y)
    assert np.isfinite(model.predict(X)).all()
    assert model.n_iter_ == len(model.loss_curve_)
    with pytest.raises(NonFiniteLossError, match="first iteration"):
        MLPRegressor(hidden_layer_sizes=(5,), random_state=0).fit(X * 1e30, Y)


def test_control_c_keeps_what_was_learned() -> None:
    def interrupt(epoch: int, logs: Any) -> None:
        if epoch == 4:
            signal.raise_signal(signal.SIGINT)

    model = MLPRegressor(
        hidden_layer_sizes=(5,), random_state=0, callbacks=LambdaCallback(on_epoch_end=interrupt)
    )
    with pytest.warns(UserWarning, match="interrupted by user"):
        model.fit(X, Y)
    assert 4 <= model.n_iter_ <= 6
    assert np.isfinite(model.predict(X)).all()


def test_verbose_lines_and_the_bar(capsys: pytest.CaptureFixture[str]) -> None:
    options: dict[str, Any] = {"max_iter": 4, "random_state": 0}
    MLPRegressor(hidden_layer_sizes=(5,), verbose=True, early_stopping=True, **options).fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Iteration 1, loss = ")
    assert lines[1].startswith("Validation score: ")
    assert len(lines) == 8
    MLPRegressor(hidden_layer_sizes=(5,), progress_bar=True, **options).fit(X, Y)
    assert capsys.readouterr().out.startswith("4/4 - ")
    model = MLPRegressor(hidden_layer_sizes=(5,), solver="sgd", verbose=1, learning_rate="adaptive",
                         learning_rate_init=2e-6, n_iter_no_change=1, tol=10.0, random_state=0)  # fmt: skip
    model.fit(X, Y)
    said = capsys.readouterr().out
    assert "Setting learning rate to 0.000000" in said
    assert "Learning rate too small. Stopping." in said


def test_batches_larger_than_the_data() -> None:
    with pytest.warns(UserWarning, match="taken as 442"):
        large = MLPRegressor(hidden_layer_sizes=(5,), batch_size=1000, max_iter=2, random_state=0).fit(X, Y)
    exact = MLPRegressor(hidden_layer_sizes=(5,), batch_size=442, max_iter=2, random_state=0).fit(X, Y)
    np.testing.assert_array_equal(large.coefs_[0], exact.coefs_[0])


def test_rows_too_large_to_be_dense_are_streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"batch_size": 64, "max_iter": 3, "random_state": 0, "early_stopping": True}
    resident = MLPClassifier((5,), **options).fit(IMAGES, LABELS)
    monkeypatch.setattr("ranvier.training.data.table.default_budget", lambda: 0)
    monkeypatch.setattr(rows, "LARGEST_EVALUATED", 16)
    streamed = MLPClassifier((5,), **options).fit(sparse.csr_matrix(IMAGES), LABELS)
    np.testing.assert_allclose(streamed.coefs_[0], resident.coefs_[0], atol=1e-5)
    np.testing.assert_allclose(streamed.validation_scores_, resident.validation_scores_, atol=1e-6)
