from __future__ import annotations

import array
import subprocess
import sys

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import scipy.sparse

from ranvier.training.data.kinds import (
    class_name,
    is_array_like,
    is_buffer,
    is_jax_array,
    kind_of,
    libraries_of,
)


@pytest.mark.parametrize(
    "value",
    [
        None,
        3,
        "text",
        b"bytes",
        [1],
        (1,),
        {"a": 1},
        {1, 2},
        range(3),
        np.ones(2),
        jnp.ones(2),
        pd.DataFrame(),
        pa.chunked_array([[1]]),
        scipy.sparse.eye_array(2),
        array.array("d", [1.0]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_data_as_a_whole(value):
    assert is_array_like(value)


@pytest.mark.parametrize("value", [iter([1]), (x for x in [1]), zip([1], strict=True), {}.values(), object()])
def test_what_is_not_data_as_a_whole(value):
    assert not is_array_like(value)


def test_jax_arrays_are_recognised_without_importing_jax():
    assert is_jax_array(jnp.ones(2))
    assert not is_jax_array(np.ones(2))
    program = (
        "import sys, numpy as np\n"
        "from ranvier.training.data import Table, is_jax_array\n"
        "Table(np.ones((2, 1)), [0, 1])\n"
        "assert not is_jax_array(np.ones(2))\n"
        "sys.exit('jax' in sys.modules or 'narwhals' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_words_for_messages():
    assert class_name(3) == "int"
    assert class_name(np.ones(1)) == "numpy.ndarray"
    assert kind_of(iter([])) == "a list_iterator"
    assert kind_of(np.array(1)) == "a ndarray"
    assert kind_of(3) == "an int"


def test_ancestors_count_as_libraries():
    class Own(pd.DataFrame):
        pass

    assert "pandas" in libraries_of(Own())


def test_bytes_are_no_buffer_of_numbers():
    assert is_buffer(array.array("d"))
    assert not is_buffer(b"a")
    assert not is_buffer(3)
