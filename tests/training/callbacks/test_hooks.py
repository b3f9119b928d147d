from __future__ import annotations

import functools
from unittest.mock import MagicMock

import pytest

from ranvier.callbacks import Callback, LambdaCallback
from ranvier.training.callbacks.hooks import heard_when, is_heard

EVENTS = ["on_train_batch_begin", "on_train_batch_end", "on_test_batch_begin", "on_predict_batch_end"]


@pytest.mark.parametrize("name", [*EVENTS, "on_batch_begin", "on_train_progress", "no_such_hook"])
def test_nobody_hears_the_empty_hooks(name: str) -> None:
    assert not is_heard(Callback(), name)


def test_a_hook_of_a_class_is_heard() -> None:
    class Listener(Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    assert is_heard(Listener(), "on_train_batch_end")
    assert not is_heard(Listener(), "on_train_batch_begin")


def test_the_other_name_of_a_batch_hook_is_heard() -> None:
    class Listener(Callback):
        def on_batch_end(self, batch, logs=None):
            pass

    assert is_heard(Listener(), "on_train_batch_end")
    assert not is_heard(Listener(), "on_train_batch_begin")


def test_a_hook_of_one_object_is_heard() -> None:
    callback = Callback()
    callback.on_test_batch_begin = lambda batch, logs=None: None  # type: ignore[method-assign]
    assert is_heard(callback, "on_test_batch_begin")
    assert is_heard(LambdaCallback(on_train_batch_end=lambda batch, logs: None), "on_train_batch_end")
    assert is_heard(LambdaCallback(on_batch_end=lambda batch, logs: None), "on_train_batch_end")
    assert not is_heard(LambdaCallback(on_epoch_end=lambda epoch, logs: None), "on_train_batch_end")


def test_a_hook_wrapped_around_an_empty_one_is_heard() -> None:
    class Listener(Callback):
        @functools.wraps(Callback.on_train_batch_end)
        def on_train_batch_end(self, batch, logs=None):
            pass

    assert is_heard(Listener(), "on_train_batch_end")


def test_objects_that_are_called_are_heard() -> None:
    callback = LambdaCallback(on_train_batch_end=MagicMock())
    assert is_heard(callback, "on_train_batch_end")
    assert heard_when(lambda callback: False)(MagicMock())  # returned unchanged
