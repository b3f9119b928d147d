from __future__ import annotations

import re

import numpy as np
import pytest

from ranvier.estimators import TabularRegressor

X = np.random.default_rng(0).normal(size=(60, 3))
Y = X @ [1.0, -2.0, 0.5]
OPTIONS = {"n_members": 3, "epochs": 4, "hidden_layer_sizes": (4,), "recipe": "td-s", "random_state": 0}


def test_one_bar_over_all_members(capsys: pytest.CaptureFixture[str]) -> None:
    shown = TabularRegressor(progress_bar=True, **OPTIONS).fit(X, Y)
    (line,) = capsys.readouterr().out.splitlines()
    assert re.match(r"12/12 - \d+s - .*/epoch - loss: .* - val_rmse: ", line)
    silent = TabularRegressor(**OPTIONS).fit(X, Y)
    np.testing.assert_array_equal(shown.predict(X), silent.predict(X))


def test_a_training_that_is_stopped_leaves_the_bar(capsys: pytest.CaptureFixture[str]) -> None:
    from ranvier.callbacks import Callback

    class Stop(Callback):
        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            if epoch == 1:
                raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted by user"):
        TabularRegressor(progress_bar=True, callbacks=[Stop()], **OPTIONS).fit(X, Y)
    assert "12/12" not in capsys.readouterr().out
