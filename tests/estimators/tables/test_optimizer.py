"""A training from equal weights, step by step that of the published implementation.

``reference.npz`` was computed with pytabkit 1.8.0 (RealMLP-TD, hidden layers of 6 and 5 units, no dropout, batches of
50 rows in order, steps 0 to 11 of 20): raw rows, weights before and after, losses, outputs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.estimators.tables.encoding import Encoded
from ranvier.estimators.tables.first_weights import indicator_values
from ranvier.estimators.tables.forward import logits
from ranvier.estimators.tables.losses import SmoothedCrossentropy
from ranvier.estimators.tables.network import Architecture, build, put_weights, take_weights, weight_shapes
from ranvier.estimators.tables.optimizer import BIASES, KERNELS, SCALES, SHARES, TableAdam, group_of
from ranvier.estimators.tables.scaling import RobustScaling
from ranvier.losses import MeanSquaredError


@pytest.mark.parametrize(("task", "rate"), [("regression", 0.2), ("classification", 0.04)])
def test_steps_are_those_of_the_reference(task: str, rate: float) -> None:
    with np.load(Path(__file__).with_name("reference.npz")) as reference:
        arrays = dict(reference)
    numbers, codes = arrays["numbers"].astype(np.float64), arrays["codes"]
    rows = Encoded(RobustScaling.learn(numbers).scaled(numbers), codes[:, :2], codes[:, 2:])
    classes = task == "classification"
    activation = "selu" if classes else "mish"
    architecture = Architecture(
        4, (4, 3), (12,), (6, 5), 3 if classes else 1, activation, True, True, classes
    )
    before, after = (
        {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}
        for prefix in (f"{task}/before/", f"{task}/after/")
    )
    before |= indicator_values((4, 3), rows.indicators)
    assert {name: value.shape for name, value in before.items()} == weight_shapes(architecture)

    model = build(architecture, 0.0, 20)
    put_weights(model, before)
    loss: Any = SmoothedCrossentropy(0.1) if classes else MeanSquaredError()
    model.compile(TableAdam(rate, 0.02, 20), loss)
    targets = arrays[f"{task}/targets"]
    mean, deviation = (0.0, 1.0) if classes else (targets.mean(), targets.std())
    y = targets.astype(np.int32) if classes else ((targets - mean) / deviation)[:, None].astype(np.float32)
    losses = []
    for step in range(12):
        chosen = np.arange(50) + 50 * (step % 4)
        losses.append(float(model.train_on_batch(list(rows.take(chosen).parts().values()), y[chosen])))

    np.testing.assert_allclose(losses, arrays[f"{task}/losses"], atol=1e-5)
    found = take_weights(model)
    for name, value in after.items():
        np.testing.assert_allclose(found[name], value, atol=1e-3, err_msg=name)
    outputs = logits(rows, architecture, found) * deviation + mean
    if not classes:
        outputs = np.clip(outputs, targets.min(), targets.max())
    np.testing.assert_allclose(outputs, arrays[f"{task}/outputs"], atol=1e-3)


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("hidden_1/kernel", KERNELS),
        ("embedding/embeddings", KERNELS),
        ("output/bias", BIASES),
        ("periodic/bias", SHARES),
        ("periodic/kernel", SHARES),
        ("activation_2/share", SHARES),
        ("input_scale/scale", SCALES),
    ],
)
def test_groups(path: str, group: int) -> None:
    assert group_of(path) == group


def test_an_optimizer_survives_its_configuration() -> None:
    config = TableAdam(0.04, 0.02, 100).get_config()
    again = TableAdam.from_config(config)
    assert again.get_config() == config
    assert again.structure() == TableAdam(0.1, 0.5, 7).structure()
    assert again.structure() != TableAdam(0.1, 0.0, 7).structure()
