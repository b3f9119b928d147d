from __future__ import annotations

import numpy as np

from ranvier.layers import Dense, Input
from ranvier.models import Sequential
from ranvier.training.programs import compilations
from ranvier.utils import clear_session


def test_names_and_programs_begin_anew() -> None:
    inputs, targets = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")

    def train() -> str:
        model = Sequential([Input((2,)), Dense(1)])
        model.compile("sgd", "mse")
        model.train_on_batch(inputs, targets)
        return model.layers[0].name

    assert train() == "dense"
    compiled = compilations()
    clear_session(free_memory=False)
    assert train() == "dense"
    assert compilations() == compiled
    clear_session()
    train()
    assert compilations() == compiled + 1
