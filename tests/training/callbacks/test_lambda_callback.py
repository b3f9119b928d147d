from __future__ import annotations

import pytest

from ranvier.callbacks import Callback, LambdaCallback
from ranvier.errors import ConfigurationError, UnknownNameError


@pytest.mark.parametrize("name", [name for name in vars(Callback) if name.startswith("on_")])
def test_a_function_takes_the_place_of_a_hook(name: str) -> None:
    seen = []
    callback = LambdaCallback(**{name: lambda *args, **kwargs: seen.append((args, kwargs))})
    getattr(callback, name)(1, logs={})
    assert seen == [((1,), {"logs": {}})]


def test_none_is_no_function() -> None:
    LambdaCallback(on_epoch_end=None, on_test_end=None).on_epoch_end(0)


def test_an_unknown_hook_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean .*'on_epoch_end'"):
        LambdaCallback(on_epoch_ends=print)


def test_a_hook_must_be_a_function() -> None:
    with pytest.raises(ConfigurationError, match="`on_epoch_end` must be a function; received: 3"):
        LambdaCallback(on_epoch_end=3)
