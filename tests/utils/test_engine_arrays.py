from __future__ import annotations

import sys

import jax
import jax.numpy as jnp
import numpy as np

from ranvier.utils.engine_arrays import jax_if_array


def test_arrays_and_others(monkeypatch):
    array = jnp.zeros(2)
    assert jax_if_array(array) is jax
    assert jax_if_array(np.zeros(2)) is None
    assert jax_if_array([1]) is None
    monkeypatch.delitem(sys.modules, "jax")
    assert jax_if_array(array) is None
