from __future__ import annotations

import numpy as np

from ranvier import metrics
from ranvier.metrics.eager import arranged


def test_arguments_by_name_and_position_come_in_one_order() -> None:
    metric = metrics.Accuracy()
    for args, kwargs in (([[1], [2], [3]], {}), ([[1]], {"sample_weight": [3], "y_pred": [2]})):
        assert [each.tolist() for each in arranged(metric, args, kwargs)] == [[1], [2], [3]]
    assert arranged(metric, [[1], [2]], {})[2] is None
    values, weight = arranged(metrics.Mean(), [np.float32(3.0)], {})
    assert (values.shape, weight) == ((), None)
