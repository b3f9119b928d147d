from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from ranvier.errors import ConfigurationError, DataError, DataTypeError, UnknownNameError
from ranvier.plots import history_curves

HISTORY = {
    "accuracy": [0.5, 0.8, 0.9],
    "loss": [1.0, 0.5, 0.3],
    "val_accuracy": [0.4, 0.7, 0.6],
    "val_loss": [1.1, 0.6, 0.7],
    "learning_rate": [0.1, 0.1, 0.01],
}


def panels(figure):
    return {axes.get_title(loc="left"): axes for axes in figure.axes if axes.get_visible()}


def curves(axes):
    return {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines}


def test_loss_and_accuracy(drawn):
    figure = history_curves(HISTORY, title="digits")
    drawn(figure)
    assert list(panels(figure)) == ["Loss", "Accuracy"]
    assert curves(panels(figure)["Loss"]) == {
        "training": ([1, 2, 3], [1.0, 0.5, 0.3]),
        "validation": ([1, 2, 3], [1.1, 0.6, 0.7]),
        "best, epoch 2": ([2, 2], [0, 1]),
    }
    assert curves(panels(figure)["Accuracy"])["validation"][1] == [0.4, 0.7, 0.6]
    assert figure._suptitle.get_text() == "digits"


def test_abbreviations_are_written_as_such():
    history = {name: [1.0, 2.0] for name in ("val_rmse", "val_log_loss", "top_k_Score")}
    assert set(panels(history_curves(history))) == {"RMSE", "Log loss", "Top k Score"}


def test_without_validation(drawn):
    figure = history_curves({"loss": [1.0, 0.5]})
    drawn(figure)
    assert list(curves(panels(figure)["Loss"])) == ["training"]


def test_what_fit_returns():
    continued = SimpleNamespace(history=HISTORY, epoch=[5, 6, 7])
    assert curves(panels(history_curves(continued))["Loss"])["training"][0] == [6, 7, 8]
    assert (
        curves(panels(history_curves(SimpleNamespace(history=HISTORY, epoch=[0])))["Loss"])["training"][0][0]
        == 1
    )


def test_data_frames():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"epoch": [0, 1, 2], **HISTORY})
    assert list(panels(history_curves(frame))) == ["Loss", "Accuracy"]


@pytest.mark.parametrize(
    ("values", "places"), [([3.0, 2.0, 1.0], [2, 4, 6]), ([3.0, 1.0], [3, 6]), ([1.0], [6])]
)
def test_validation_every_few_epochs(values, places):
    figure = history_curves({"loss": [6, 5, 4, 3, 2, 1], "val_loss": values})
    assert curves(panels(figure)["Loss"])["validation"][0] == places


def test_chosen_metrics(drawn):
    figure = history_curves(HISTORY | {"auc": [0.1, 0.2, 0.3]}, metrics=["auc", "accuracy", "loss"])
    drawn(figure)
    assert list(panels(figure)) == ["AUC", "Accuracy", "Loss"]
    assert "Learning rate" in panels(history_curves(HISTORY, metrics=["learning_rate"]))


def test_many_epochs_and_broken_values(drawn):
    losses = list(np.linspace(1, 0.1, 100))
    losses[40] = float("nan")
    figure = history_curves({"loss": losses, "val_loss": losses[::-1]})
    drawn(figure)
    assert [line.get_marker() for line in panels(figure)["Loss"].lines[:2]] == ["None", "None"]
    drawn(history_curves({"loss": [float("nan")] * 3, "val_loss": [float("nan")] * 3}))


@pytest.mark.parametrize(
    ("history", "options", "error", "sentence"),
    [
        ([1, 2], {}, DataTypeError, "expects what `fit` returned, .*; received: list"),
        ({"loss": ["low"]}, {}, DataTypeError, "one number per epoch"),
        ({}, {}, DataError, "no epoch was trained"),
        ({"loss": []}, {}, DataError, "no epoch was trained"),
        (HISTORY, {"metrics": ["acuracy"]}, UnknownNameError, "Did you mean 'accuracy'"),
        (HISTORY, {"metrics": "loss"}, ConfigurationError, "must be a list of names; received: 'loss'"),
        (HISTORY, {"metrics": []}, ConfigurationError, "must be a list"),
    ],
)
def test_what_is_refused(history, options, error, sentence):
    with pytest.raises(error, match=sentence):
        history_curves(history, **options)
