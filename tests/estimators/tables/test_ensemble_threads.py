from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from ranvier.callbacks import LambdaCallback
from ranvier.estimators import TabularClassifier


@pytest.mark.parametrize(("batch", "threads"), [(64, 1), (512, 2)])
def test_products_of_few_rows_have_one_thread_and_get_theirs_back(batch: int, threads: int) -> None:
    seen: list[int] = []

    def look(epoch: int, logs: Any) -> None:
        seen.extend(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")

    X = np.random.RandomState(0).normal(size=(700, 2))
    watch = LambdaCallback(on_epoch_end=look)
    with threadpool_limits(2, "blas"):
        TabularClassifier(
            n_members=1, epochs=1, hidden_layer_sizes=(4,), batch_size=batch, callbacks=[watch]
        ).fit(X, X[:, 0] > 0)
        after = {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}
    assert set(seen) == {threads}
    assert after == {2}
