"""One compilation for each architecture, whatever else changes; the same bytes whatever the chunks."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

import numpy as np
import psutil
import pytest

from ranvier import callbacks, constraints, layers, losses, models, optimizers, regularizers
from ranvier.random import set_random_seed
from ranvier.training.programs import compilations, forget_programs

FEATURES, CLASSES = 5, 3


@pytest.fixture(autouse=True)
def no_programs() -> None:
    forget_programs()


def data(rows: int = 90) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    x = random.normal(size=(rows, FEATURES)).astype("float32")
    return x, (x @ random.normal(size=(FEATURES, CLASSES))).argmax(1)


def network(rate: float = 0.2, strength: float = 0.01, name: str | None = None) -> models.Sequential:
    return models.Sequential(
        [
            layers.Input((FEATURES,)),
            layers.Dense(8, activation="relu", kernel_regularizer=regularizers.L2(strength)),
            layers.Dropout(rate),
            layers.Dense(CLASSES, activation="softmax"),
        ],
        name=name,
    )


def compiled(model: Any, rate: float = 0.001, **arguments: Any) -> Any:
    model.compile(optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"], **arguments)
    return model


def count(function: Any) -> int:
    before = compilations()
    function()
    return compilations() - before


def test_one_compilation_serves_models_rates_strengths_and_schedules() -> None:
    x, y = data()
    assert count(lambda: compiled(network()).fit(x, y, epochs=2, verbose=0)) == 1

    def others() -> None:
        compiled(network(rate=0.5)).fit(x, y, epochs=1, verbose=0)
        compiled(network(strength=0.3), rate=0.1).fit(x, y, epochs=3, verbose=0)
        compiled(network(name="another"), steps_per_execution=3).fit(x, y, verbose=0)
        schedule = optimizers.schedules.ExponentialDecay(0.01, 10, 0.5)
        model = compiled(network(), rate=schedule)
        model.fit(x, y, verbose=0)
        model.optimizer.learning_rate = 0.5
        model.fit(x, y, verbose=0)

    assert count(others) == 0


def test_folds_of_a_cross_validation_share_a_program() -> None:
    x, y = data(1000)
    compiled(network()).fit(x[:799], y[:799], verbose=0)
    assert count(lambda: [compiled(network()).fit(x[:n], y[:n], verbose=0) for n in (797, 798, 800)]) == 0


def test_validation_and_evaluation_of_one_size_share_a_program() -> None:
    x, y = data()
    model = compiled(network())
    assert count(lambda: model.fit(x, y, validation_split=0.2, verbose=0)) == 2
    assert count(lambda: model.evaluate(x[:18], y[:18], verbose=0)) == 0


def test_another_structure_is_another_program() -> None:
    x, y = data()
    compiled(network()).fit(x, y, verbose=0)
    wider = models.Sequential([layers.Input((FEATURES,)), layers.Dense(9), layers.Dense(CLASSES, "softmax")])
    assert count(lambda: compiled(wider).fit(x, y, verbose=0)) == 1
    frozen = network()
    frozen.layers[0].trainable = False
    assert count(lambda: compiled(frozen).fit(x, y, verbose=0)) == 1


def test_freezing_after_a_training_is_respected() -> None:
    x, y = data()
    model = compiled(network())
    model.fit(x, y, verbose=0)
    model.layers[0].trainable = False
    compiled(model)
    before, other = model.layers[0].get_weights(), model.layers[2].get_weights()
    model.fit(x, y, verbose=0)
    for mine, old in zip(model.layers[0].get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, old)
    assert np.abs(model.layers[2].get_weights()[0] - other[0]).max() > 0


def trained(**arguments: Any) -> tuple[list[np.ndarray], dict[str, list[float]]]:
    set_random_seed(5)
    x, y = data()
    model = compiled(network(), **arguments.pop("compile", {}))
    history = model.fit(x, y, epochs=3, batch_size=16, verbose=0, **arguments)
    return model.get_weights(), history.history


class Listener(callbacks.Callback):
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        assert np.isfinite(logs["loss"])


@pytest.mark.parametrize(
    "arguments",
    [
        {"compile": {"steps_per_execution": 2}},
        {"compile": {"steps_per_execution": 100}},
        {"callbacks": [Listener()]},
    ],
    ids=["two", "all", "single"],
)
def test_the_trajectory_does_not_depend_on_the_chunks(arguments: dict[str, Any]) -> None:
    expected, history = trained()
    received, other = trained(**arguments)
    assert other == history
    for one, two in zip(received, expected, strict=True):
        np.testing.assert_array_equal(one, two)


def test_eager_steps_follow_the_compiled_ones() -> None:
    expected, _ = trained()
    received, _ = trained(compile={"run_eagerly": True})
    for one, two in zip(received, expected, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)


class Whole(layers.Layer):
    """A user's identity, for which batches may not be padded."""

    def call(self, inputs: Any) -> Any:
        return inputs * 1.0


@pytest.mark.parametrize("rows", [90, 33, 7])
def test_a_padded_last_batch_changes_nothing(rows: int) -> None:
    x, y = data(rows)
    results = []
    for exact in (False, True):
        set_random_seed(1)
        stack = [
            layers.Input((FEATURES,)),
            layers.Dense(6, activation="tanh"),
            *([Whole()] if exact else []),
            layers.BatchNormalization(),
            layers.Dense(CLASSES, activation="softmax"),
        ]
        model = compiled(models.Sequential(stack))
        history = model.fit(x, y, epochs=3, batch_size=16, validation_data=(x, y), verbose=0, shuffle=False)
        results.append((history.history, model.get_weights()))
    (padded, mine), (unpadded, others) = results
    for name in unpadded:
        np.testing.assert_allclose(padded[name], unpadded[name], rtol=2e-5, atol=1e-6, err_msg=name)
    for one, two in zip(mine, others, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-5)


def test_constraints_hold_after_every_update() -> None:
    x, y = data()
    model = models.Sequential(
        [
            layers.Input((FEATURES,)),
            layers.Dense(8, kernel_constraint=constraints.NonNeg()),
            layers.Dense(CLASSES, activation="softmax", kernel_constraint=constraints.MaxNorm(0.3)),
        ]
    )
    compiled(model, rate=0.1).fit(x, y, epochs=3, verbose=0)
    assert model.layers[0].get_weights()[0].min() >= 0
    assert np.linalg.norm(model.layers[1].get_weights()[0], axis=0).max() <= 0.3 + 1e-5


def test_what_a_user_holds_is_not_touched_by_later_steps() -> None:
    x, y = data()
    model = compiled(network())
    model.fit(x, y, verbose=0)
    held = [variable.value for variable in model.weights]
    copies = [np.array(value) for value in held]
    predictions = model.predict(x, verbose=0)
    saved = predictions.copy()
    model.fit(x, y, epochs=3, verbose=0)
    for value, copy in zip(held, copies, strict=True):
        np.testing.assert_array_equal(value, copy)
    np.testing.assert_array_equal(predictions, saved)


def test_the_data_of_the_user_stay_as_they_are() -> None:
    x, y = data()
    before = x.copy()
    compiled(network()).fit(x, y, epochs=2, verbose=0)
    np.testing.assert_array_equal(x, before)


def test_two_models_train_in_two_threads() -> None:
    x, y = data()

    def work(seed: int, found: dict[int, Any]) -> None:
        model = compiled(network(rate=0.0))
        model.set_weights(
            [np.full(w.shape, 0.1 * (seed + 1), np.float32) + i for i, w in enumerate(model.weights)]
        )
        history = model.fit(x, y, epochs=5, shuffle=False, verbose=0)
        found[seed] = (model.get_weights(), history.history)

    alone: dict[int, Any] = {}
    together: dict[int, Any] = {}
    for seed in range(3):
        work(seed, alone)
    threads = [threading.Thread(target=work, args=(seed, together)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in range(3):
        assert together[seed][1] == alone[seed][1]
        for one, two in zip(together[seed][0], alone[seed][0], strict=True):
            np.testing.assert_array_equal(one, two)


_SCRIPT = """
import hashlib, numpy as np
from ranvier import layers, models, utils
utils.set_random_seed(11)
x = np.random.normal(size=(50, 4)).astype("float32")
model = models.Sequential([layers.Input((4,)), layers.Dense(6, "relu"), layers.Dropout(0.3), layers.Dense(1)])
model.compile("adam", "mse")
history = model.fit(x, x.sum(1), epochs=3, verbose=0)
digest = hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights()))
print(digest.hexdigest(), history.history["loss"])
"""


def test_the_same_seed_gives_the_same_bytes_in_another_process() -> None:
    outputs = {
        subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(outputs) == 1


def test_many_row_counts_compile_few_programs_and_memory_stays_level() -> None:
    model = models.Sequential(
        [
            layers.Input((20,)),
            layers.Dense(64, activation="relu"),
            layers.BatchNormalization(),
            layers.Dense(3),
        ]
    )
    x = np.ones((700, 20), np.float32)
    model.predict(x, verbose=0)
    process = psutil.Process()
    before = process.memory_info().rss
    compiled_programs = count(lambda: [model.predict(x[:rows], verbose=0) for rows in range(1, 301)])
    assert compiled_programs <= 8
    assert process.memory_info().rss - before < 100 * 2**20


def test_many_row_counts_of_training_and_evaluation_share_programs() -> None:
    x, y = data(500)
    model = compiled(network())

    def run() -> None:
        for rows in range(257, 289, 3):
            model.fit(x[:rows], y[:rows], verbose=0)
            model.evaluate(x[:rows], y[:rows], verbose=0)

    assert count(run) <= 4


def test_a_loss_of_the_user_is_not_given_padding() -> None:
    x, y = data(37)
    seen: list[int] = []

    def loss(y_true: Any, y_pred: Any) -> Any:
        seen.append(y_pred.shape[0])
        return losses.mean_squared_error(y_true, y_pred)

    model = models.Sequential([layers.Input((FEATURES,)), layers.Dense(1)])
    model.compile("sgd", loss)
    model.fit(x, y, batch_size=16, verbose=0)
    assert set(seen) == {16, 5}
