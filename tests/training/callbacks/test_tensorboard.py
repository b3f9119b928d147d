from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from ranvier.callbacks import CallbackList, TensorBoard
from ranvier.errors import ConfigurationError, UnsupportedError
from ranvier.variable import Variable
from tests.training.callbacks.stand_ins import Model, run

accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

EPOCHS = [{"accuracy": 0.5, "loss": 1.0, "val_loss": 2.0}, {"accuracy": 0.75, "loss": 0.5, "val_loss": 1.5}]


def read(folder) -> Any:
    accumulator = accumulators.EventAccumulator(str(folder), size_guidance={"histograms": 0})
    accumulator.Reload()
    return accumulator


def curves(folder) -> dict[str, list[tuple[int, float]]]:
    accumulator = read(folder)
    tags = accumulator.Tags()["scalars"]
    return {tag: [(event.step, event.value) for event in accumulator.Scalars(tag)] for tag in tags}


def test_epochs_are_curves_of_training_and_of_validation(tmp_path) -> None:
    run([TensorBoard(tmp_path)], EPOCHS, Model(0.125), steps=3)
    assert curves(tmp_path / "train") == {
        "epoch_accuracy": [(0, 0.5), (1, 0.75)],
        "epoch_learning_rate": [(0, 0.125), (1, 0.125)],
        "epoch_loss": [(0, 1.0), (1, 0.5)],
    }
    assert curves(tmp_path / "validation") == {"epoch_loss": [(0, 2.0), (1, 1.5)]}


@pytest.mark.parametrize(("update_freq", "steps"), [("batch", range(1, 7)), (1, range(1, 7)), (4, [4])])
def test_batches_are_curves(update_freq, steps, tmp_path) -> None:
    run([TensorBoard(tmp_path, update_freq=update_freq)], EPOCHS, steps=3)
    batch_loss = curves(tmp_path / "train")["batch_loss"]
    assert batch_loss == [(step, 1.0 if step <= 3 else 0.5) for step in steps]


def test_evaluations_are_curves_over_the_iterations(tmp_path) -> None:
    callback, model = TensorBoard(tmp_path), Model()
    callback.set_model(model)
    for iterations, loss in ((10, 1.0), (20, 0.5)):
        model.optimizer.iterations = iterations
        callback.on_test_begin()
        callback.on_test_end({"loss": loss})
    expected = {"evaluation_loss_vs_iterations": [(10, 1.0), (20, 0.5)]}
    assert curves(tmp_path / "validation") == expected


def test_nothing_is_written_where_nothing_happens(tmp_path) -> None:
    callback, model = TensorBoard(tmp_path), Model()
    model.optimizer = None  # type: ignore[assignment]
    callback.set_model(model)
    callback.on_test_end({"loss": 1.0})
    callback.on_epoch_end(0, {})
    callback.on_train_end()
    assert list(tmp_path.iterdir()) == []


def test_speed(tmp_path) -> None:
    run([TensorBoard(tmp_path, write_steps_per_second=True, update_freq=1)], EPOCHS, steps=3)
    found = curves(tmp_path / "train")
    assert [step for step, _ in found["epoch_steps_per_second"]] == [0, 1]
    assert len(found["batch_steps_per_second"]) == 6
    assert all(value > 0 for _, value in found["epoch_steps_per_second"] + found["batch_steps_per_second"])


def test_weights_are_histograms_and_pictures(tmp_path) -> None:
    class Layer:
        weights = (
            Variable(np.arange(6.0).reshape(2, 3), path="dense/kernel"),
            Variable(np.ones((2, 2, 2)), name="variable"),
        )

    model = Model()
    model.layers = [Layer()]  # type: ignore[attr-defined]
    run([TensorBoard(tmp_path, histogram_freq=2, write_images=True)], [{"loss": 1.0}] * 3, model)
    accumulator = read(tmp_path / "train")
    tags = accumulator.Tags()
    assert tags["histograms"] == ["dense/kernel/histogram", "variable/histogram"]
    assert tags["images"] == ["dense/kernel/image"]
    histograms = accumulator.Histograms("dense/kernel/histogram")
    assert [event.step for event in histograms] == [0, 2]
    assert histograms[0].histogram_value.sum == 15.0


class Sequential(Model):
    def to_json(self) -> str:
        layer = {"class_name": "Dense", "config": {"name": "dense", "dtype": "float32"}}
        return json.dumps({"class_name": "Sequential", "config": {"name": "net", "layers": [layer]}})


def test_layers_are_a_graph(tmp_path) -> None:
    from tensorboard.plugins.graph.keras_util import keras_model_to_graph_def

    run([TensorBoard(tmp_path)], [{"loss": 1.0}], Sequential())
    accumulator = read(tmp_path / "train")
    assert list(accumulator.PluginTagToContent("graph_keras_model")) == ["keras"]
    text = accumulator.Tensors("keras")[0].tensor_proto.string_val[0]
    graph = keras_model_to_graph_def(json.loads(text))
    assert [node.name for node in graph.node] == ["net/dense"]


def test_a_graph_is_not_written_against_the_users_will(tmp_path) -> None:
    run([TensorBoard(tmp_path, write_graph=False)], [{"loss": 1.0}], Sequential())
    assert "keras" not in read(tmp_path / "train").Tags()["tensors"]


def test_a_model_that_cannot_be_described_trains_on(tmp_path) -> None:
    class Functional(Model):
        def to_json(self) -> str:
            raise TypeError("a layer of your own")

    with pytest.warns(UserWarning, match="no configuration: a layer of your own"):
        run([TensorBoard(tmp_path)], EPOCHS, Functional())
    assert "epoch_loss" in curves(tmp_path / "train")


def test_a_subclassed_model_has_no_graph(tmp_path) -> None:
    class Own(Model):
        def to_json(self) -> str:
            raise NotImplementedError

    run([TensorBoard(tmp_path)], EPOCHS, Own())
    assert "keras" not in read(tmp_path / "train").Tags()["tensors"]


def test_two_trainings_write_two_files(tmp_path) -> None:
    callback = TensorBoard(tmp_path)
    run([callback], EPOCHS)
    run([callback], EPOCHS)
    assert len(list((tmp_path / "train").iterdir())) == 2


def test_an_interruption_leaves_what_was_reached(tmp_path) -> None:
    callback = TensorBoard(tmp_path, update_freq="batch")
    callback.set_model(Model())
    callback.on_train_batch_begin(0)
    callback.on_train_batch_end(0, {"loss": 1.0})
    CallbackList(callback).on_interrupt()
    assert curves(tmp_path / "train") == {"batch_loss": [(1, 1.0)]}


@pytest.mark.parametrize("name", ["histogram_freq", "update_freq"])
@pytest.mark.parametrize("value", [-1, True, 1.5, "often"])
def test_a_frequency_is_a_number(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"`{name}` of TensorBoard must be"):
        TensorBoard(**{name: value})


@pytest.mark.parametrize(
    "options",
    [{"profile_batch": 5}, {"profile_batch": (2, 4)}, {"embeddings_freq": 1}, {"embeddings_metadata": "a"}],
    ids=str,
)
def test_what_is_not_offered_says_so(options: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError, match="received"):
        TensorBoard(**options)


@pytest.mark.parametrize("nothing", [0, "0", (0, 0)])
def test_no_profile_is_no_profile(nothing: Any) -> None:
    TensorBoard(profile_batch=nothing)
