"""Methods of TensorFlow's tensors on the engine's arrays."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.compat.array_methods import teach_arrays


def test_arrays_give_their_values_and_shape() -> None:
    teach_arrays()
    teach_arrays()
    array: Any = jnp.arange(6.0).reshape(2, 3)
    copy = array.numpy()
    assert isinstance(copy, np.ndarray)
    copy[0, 0] = 9.0
    assert float(array[0, 0]) == 0.0
    assert array.get_shape() == (2, 3)


def test_there_are_no_values_while_tracing() -> None:
    teach_arrays()
    with pytest.raises(jax.errors.TracerArrayConversionError):
        jax.jit(lambda x: x.numpy())(jnp.ones(2))
    assert jax.jit(lambda x: x * x.get_shape()[0])(jnp.ones(2)).tolist() == [2.0, 2.0]


def test_ranvier_alone_changes_no_class() -> None:
    code = "import ranvier; ranvier.Sequential; print(hasattr(ranvier.ops.ones(2), 'numpy'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_program_of_tensorflow_finds_them() -> None:
    code = "from ranvier.compat import install; install(force=True); import tensorflow as tf; print(tf.ones(2).numpy())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[1. 1.]"
