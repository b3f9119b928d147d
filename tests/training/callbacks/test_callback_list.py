from __future__ import annotations

import numpy as np
import pytest

from ranvier.callbacks import (
    Callback,
    CallbackList,
    CSVLogger,
    EarlyStopping,
    History,
    LambdaCallback,
    LearningRateScheduler,
    ModelCheckpoint,
    ProgbarLogger,
    ReduceLROnPlateau,
    TensorBoard,
    TerminateOnNaN,
)
from ranvier.errors import ConfigurationError
from tests.training.callbacks.stand_ins import Model

HOOKS = [name for name in vars(CallbackList) if name.startswith("on_")]


class Recorder(Callback):
    def __init__(self, calls: list, name: str = "a") -> None:
        super().__init__()
        for hook in HOOKS:
            setattr(self, hook, lambda *args, _hook=hook, **kwargs: calls.append((name, _hook, args, kwargs)))


def test_the_list_has_the_hooks_of_keras(keras_callbacks) -> None:
    theirs = {name for name in dir(keras_callbacks.CallbackList) if name.startswith(("on_", "set_"))}
    assert theirs <= set(dir(CallbackList))


@pytest.mark.parametrize("hook", HOOKS)
def test_every_callback_is_called_in_order(hook: str) -> None:
    calls: list = []
    callbacks = CallbackList([Recorder(calls, "a"), [Recorder(calls, "b")]])
    if hook == "on_interrupt":
        callbacks.on_interrupt()
        assert [call[:2] for call in calls] == [("a", hook), ("b", hook)]
        return
    numbered = any(word in hook for word in ("epoch", "batch", "progress"))
    getattr(callbacks, hook)(*((3,) if numbered else ()), {"loss": 0.5})
    assert [call[:2] for call in calls] == [("a", hook), ("b", hook)]
    _, _, args, kwargs = calls[0]
    assert (*args, *kwargs.values()) == ((3, {"loss": 0.5}) if numbered else ({"loss": 0.5},))
    assert list(kwargs) == (["logs"] if "batch" in hook else [])


def test_logs_become_sorted_floats() -> None:
    seen = []
    callbacks = CallbackList(LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs)))
    given = {
        "loss": np.float32(0.5),
        "accuracy": 1,
        "nested": {"z": np.array(2.0)},
        "name": "x",
        "rows": np.ones(2),
    }
    callbacks.on_epoch_end(0, given)
    assert list(seen[0]) == ["accuracy", "loss", "name", "z", "rows"]
    assert [type(seen[0][name]) for name in ("accuracy", "loss", "z")] == [float] * 3
    assert isinstance(seen[0]["rows"], np.ndarray)
    assert given["accuracy"] == 1  # the loop's own are not changed


def test_what_one_callback_adds_the_next_sees() -> None:
    model = Model(0.25)
    callbacks = CallbackList(LearningRateScheduler(lambda epoch: 0.125), add_history=True, model=model)
    callbacks.on_train_begin()
    callbacks.on_epoch_begin(0)
    callbacks.on_epoch_end(0, {"loss": 1.0, "accuracy": 0.5})
    assert model.history.history == {"accuracy": [0.5], "loss": [1.0], "learning_rate": [0.125]}
    assert list(model.history.history) == ["accuracy", "loss", "learning_rate"]


def test_predictions_stay_arrays() -> None:
    seen = []
    callbacks = CallbackList(LambdaCallback(on_predict_batch_end=lambda batch, logs: seen.append(logs)))
    outputs = np.ones((1, 1))
    callbacks.on_predict_batch_end(0, {"outputs": outputs})
    assert seen[0]["outputs"] is outputs


def test_history_and_bar_are_added_once() -> None:
    history, bar = History(), ProgbarLogger()
    model = Model()
    callbacks = CallbackList([history, bar], add_history=True, add_progbar=True, model=model)
    assert callbacks.callbacks == [history, bar]
    assert model.history is history
    added = CallbackList(None, add_history=True, add_progbar=True).callbacks
    assert [type(each) for each in added] == [History, ProgbarLogger]
    assert CallbackList().history is None


def test_params_and_model_reach_everybody() -> None:
    model, first, second = Model(), Callback(), Callback()
    callbacks = CallbackList([first], model=model, verbose=0, epochs=2, steps=3)
    assert first.params == callbacks.params == {"verbose": 0, "epochs": 2, "steps": 3}
    assert first.model is callbacks.model is model
    callbacks.append(second)
    assert callbacks.callbacks == [first, second]
    assert CallbackList(callbacks).callbacks == [first, second]
    assert CallbackList({"a": first, "b": None}).callbacks == [first]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (EarlyStopping, "received the class 'EarlyStopping'. Create the object: EarlyStopping()"),
        (lambda epoch, logs: None, "LambdaCallback(on_epoch_end=function)"),
        ("early_stopping", "received: 'early_stopping'"),
    ],
)
def test_what_is_no_callback_is_refused(wrong, says: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        CallbackList([wrong])
    assert says in str(raised.value)


def test_keras_own_callbacks_are_taken(keras_callbacks) -> None:
    callbacks = CallbackList(keras_callbacks.History(), model=Model())
    callbacks.on_train_begin()
    callbacks.on_epoch_end(0, {"loss": 1.0})
    callbacks.on_train_progress(1, {})
    callbacks.on_interrupt()
    assert callbacks.callbacks[0].history == {"loss": [1.0]}
    assert callbacks.has_train_batch_hooks  # its hooks are not known to be empty
    assert not callbacks.wants_train_progress


def quiet(tmp_path) -> list:
    return [
        History(),
        EarlyStopping(),
        ModelCheckpoint(tmp_path / "a.keras"),
        CSVLogger(tmp_path / "a.csv"),
        TensorBoard(tmp_path),
        TerminateOnNaN(),
        ProgbarLogger(),
        LearningRateScheduler(lambda epoch: 0.1),
        LambdaCallback(on_epoch_end=lambda epoch, logs: None),
        Callback(),
    ]


def test_nobody_slows_the_loop_down_unasked(tmp_path) -> None:
    callbacks = CallbackList(quiet(tmp_path))
    assert not callbacks.has_train_batch_hooks
    assert not callbacks.has_test_batch_hooks
    assert not callbacks.has_predict_batch_hooks


@pytest.mark.parametrize(
    ("make", "train", "test", "predict"),
    [
        (lambda path: LambdaCallback(on_train_batch_begin=print), True, False, False),
        (lambda path: LambdaCallback(on_batch_begin=print), True, False, False),
        (lambda path: LambdaCallback(on_test_batch_end=print), False, True, False),
        (lambda path: LambdaCallback(on_predict_batch_begin=print), False, False, True),
        (lambda path: ModelCheckpoint(path / "a.keras", save_freq=5), True, False, False),
        (lambda path: TensorBoard(path, update_freq="batch"), True, False, False),
    ],
)
def test_who_listens_to_batches_is_heard(make, train: bool, test: bool, predict: bool, tmp_path) -> None:
    callbacks = CallbackList([*quiet(tmp_path), make(tmp_path)])
    assert callbacks.has_train_batch_hooks is train
    assert callbacks.has_test_batch_hooks is test
    assert callbacks.has_predict_batch_hooks is predict


def test_a_subclass_of_ours_that_listens_is_heard(tmp_path) -> None:
    class Own(ModelCheckpoint):
        def on_train_batch_end(self, batch, logs=None):
            super().on_train_batch_end(batch, logs)

    assert CallbackList(Own(tmp_path / "a.keras")).has_train_batch_hooks


def test_progress_is_wanted_where_somebody_looks() -> None:
    assert not CallbackList(History()).wants_train_progress
    callbacks = CallbackList(TerminateOnNaN())
    assert callbacks.wants_train_progress
    assert not callbacks.wants_test_progress
    assert not callbacks.wants_predict_progress
    assert callbacks.handles_non_finite_loss
    assert not CallbackList(History()).handles_non_finite_loss


def test_a_restored_epoch_comes_before_the_given_one() -> None:
    restored = Callback()
    callbacks = CallbackList([Callback(), restored])
    assert callbacks.first_epoch(2) == 2
    restored.resumed_epoch = 0
    assert callbacks.first_epoch(2) == 0


def test_an_exception_in_a_callback_propagates() -> None:
    def fail(epoch, logs):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        CallbackList(LambdaCallback(on_epoch_end=fail)).on_epoch_end(0, {})


def test_weights_are_shown_only_to_who_may_look(tmp_path) -> None:
    class Own(History):
        pass

    blind = [
        CSVLogger(tmp_path / "a.csv"),
        LearningRateScheduler(float),
        ReduceLROnPlateau(),
        TerminateOnNaN(),
    ]
    blind += [History(), ProgbarLogger(), EarlyStopping(), TensorBoard(tmp_path)]
    assert not CallbackList(blind).reads_weights
    patched = History()
    patched.on_epoch_end = lambda epoch, logs=None: None  # type: ignore[method-assign]
    for seeing in (
        Callback(),
        Own(),
        patched,
        LambdaCallback(),
        EarlyStopping(restore_best_weights=True),
        ModelCheckpoint(tmp_path / "a.keras"),
        TensorBoard(tmp_path, histogram_freq=1),
    ):
        assert CallbackList([*blind, seeing]).reads_weights
