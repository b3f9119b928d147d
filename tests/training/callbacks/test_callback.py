from __future__ import annotations

from ranvier.callbacks import Callback
from tests.training.callbacks.stand_ins import Model


def test_every_hook_of_keras_exists(keras_callbacks) -> None:
    theirs = {name for name in vars(keras_callbacks.Callback) if name.startswith(("on_", "set_"))}
    assert theirs <= set(vars(Callback))


def test_all_hooks_do_nothing() -> None:
    callback = Callback()
    for name in (name for name in vars(Callback) if name.startswith("on_")):
        numbered = "epoch" in name or "batch" in name or "progress" in name
        arguments = () if name == "on_interrupt" else (0, {}) if numbered else ({},)
        assert getattr(callback, name)(*arguments) is None


def test_a_subclass_need_not_call_the_constructor() -> None:
    class Own(Callback):
        def __init__(self) -> None:
            pass

    callback = Own()
    assert callback.params is None
    assert callback.model is None
    model = Model()
    callback.set_model(model)
    callback.set_params({"epochs": 3})
    assert callback.model is model
    assert callback.params == {"epochs": 3}
    other = Model()
    callback.model = other
    assert callback.model is other


def test_the_old_names_of_batch_hooks_are_called() -> None:
    seen = []

    class Own(Callback):
        def on_batch_begin(self, batch, logs=None):
            seen.append(("begin", batch, logs))

        def on_batch_end(self, batch, logs=None):
            seen.append(("end", batch, logs))

    Own().on_train_batch_begin(1, {})
    Own().on_train_batch_end(2, {"loss": 0.5})
    assert seen == [("begin", 1, {}), ("end", 2, {"loss": 0.5})]
