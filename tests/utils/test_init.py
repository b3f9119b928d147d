from __future__ import annotations

import subprocess
import sys
import warnings

import pytest

import ranvier.utils
from ranvier.errors import UnsupportedError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras


def test_every_name_is_there():
    assert ranvier.utils.__all__ == sorted(ranvier.utils.__all__)
    for name in ranvier.utils.__all__:
        assert callable(getattr(ranvier.utils, name))
    assert {*ranvier.utils.__all__} <= {*dir(ranvier.utils)}


def test_unknown_name():
    with pytest.raises(AttributeError, match=r"module 'ranvier\.utils' has no attribute 'to_categorial'"):
        _ = ranvier.utils.to_categorial


def test_nothing_heavy_is_imported():
    program = (
        "import sys\n"
        "from ranvier.utils import to_categorical, normalize, pad_sequences, split_dataset, get_file\n"
        "to_categorical([0, 1]); normalize([1.0]); pad_sequences([[1]])\n"
        "print(*({'jax', 'matplotlib', 'sklearn', 'pooch', 'requests'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""


def test_every_name_of_keras_is_there_or_explained():
    for name in vars(keras.utils):
        if name.startswith("_"):
            continue
        if name in ranvier.utils.__all__:
            assert callable(getattr(ranvier.utils, name))
            continue
        with pytest.raises(UnsupportedError, match=rf"Ranvier has no `utils\.{name}`\. .+\.$"):
            getattr(ranvier.utils, name)
