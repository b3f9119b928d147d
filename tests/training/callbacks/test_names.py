from __future__ import annotations

import subprocess
import sys

import pytest

import ranvier.callbacks


def test_the_callbacks_of_keras_are_there(keras_callbacks) -> None:
    theirs = {name for name in dir(keras_callbacks) if name[0].isupper()}
    assert theirs - {"OrbaxCheckpoint", "RemoteMonitor"} <= set(ranvier.callbacks.__all__)


def test_names_are_found_when_they_are_used() -> None:
    assert set(ranvier.callbacks.__all__) <= set(dir(ranvier.callbacks))
    assert all(getattr(ranvier.callbacks, name).__name__ == name for name in ranvier.callbacks.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'RemoteMonitor'"):
        ranvier.callbacks.RemoteMonitor  # noqa: B018


def test_the_engine_is_not_loaded() -> None:
    program = (
        "import sys, ranvier.callbacks as c\n"
        "[getattr(c, name) for name in c.__all__]\n"
        "assert not {'jax', 'tensorboard', 'tensorflow'} & set(sys.modules), 'loaded'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
