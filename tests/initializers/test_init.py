from __future__ import annotations

import subprocess
import sys
from typing import Any

import keras
import numpy as np
import pytest
from keras.src.initializers import ALL_OBJECTS_DICT

from ranvier import initializers
from ranvier.errors import ConfigurationError, UnknownNameError
from ranvier.initializers import HeNormal, Initializer


def halves(shape: Any, dtype: Any = None) -> Any:
    return np.full(shape, 0.5, dtype)


class Own(Initializer):
    def __init__(self, value: float = 1.0) -> None:
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        return np.full(shape, self.value, dtype)

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value}


@pytest.mark.parametrize("name", sorted(set(ALL_OBJECTS_DICT) - {"Initializer", "initializer"}))
def test_every_name_of_keras(name: str) -> None:
    assert type(initializers.get(name)).__name__ == ALL_OBJECTS_DICT[name].__name__


def test_every_public_name_of_keras() -> None:
    public = {name for name in dir(keras.initializers) if not name.startswith("_")}
    assert public <= {*initializers.__all__, "src"}
    for name in public - {"src", "get", "serialize", "deserialize"}:
        assert getattr(initializers, name).__name__ == getattr(keras.initializers, name).__name__


@pytest.mark.parametrize("name", sorted(set(initializers.REGISTRY.entries) - {"GivenValues"}))
def test_every_initializer_goes_round(name: str) -> None:
    initializer = initializers.get(name)
    description = initializers.serialize(initializer)
    assert description["class_name"] == name
    again = initializers.deserialize(description)
    assert type(again) is type(initializer)
    assert again.get_config() == initializer.get_config()


def test_get_of_other_things() -> None:
    initializer = HeNormal(seed=1)
    assert initializers.get(None) is None
    assert initializers.get(initializer) is initializer
    assert isinstance(initializers.get(HeNormal), HeNormal)
    assert initializers.get(halves) is halves
    configuration = {"class_name": "HeNormal", "config": {"seed": 1}}
    np.testing.assert_array_equal(initializers.get(configuration)((2, 3)), initializer((2, 3)))


@pytest.mark.parametrize(
    ("name", "closest"),
    [("he_nomal", "'he_normal'"), ("GlorotUnifrom", "'GlorotUniform'"), ("xavier_uniform", "uniform")],
)
def test_unknown_name(name: str, closest: str) -> None:
    with pytest.raises(UnknownNameError, match=rf"^Unknown initializer; received: '{name}'.*{closest}"):
        initializers.get(name)


@pytest.mark.parametrize("identifier", [0.5, [1.0], object()])
def test_what_is_no_initializer(identifier: Any) -> None:
    with pytest.raises(ConfigurationError, match="as initializer; received"):
        initializers.get(identifier)


def test_users_own_go_round() -> None:
    own = initializers.deserialize(initializers.serialize(Own(2.0)), {"Own": Own})
    assert own((2,), "float32").tolist() == [2.0, 2.0]
    assert initializers.deserialize(initializers.serialize(halves), {"halves": halves}) is halves


def test_same_seed_same_bytes_across_processes() -> None:
    program = (
        "from ranvier import initializers as i, random as r; r.set_random_seed(3);"
        "print(b''.join(i.get(n)((5, 4)).tobytes() for n in"
        " ('he_normal', 'glorot_uniform', 'orthogonal', 'random_normal')).hex())"
    )
    runs = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout for _ in "ab"
    }
    assert len(runs) == 1


def test_nothing_touches_the_engine() -> None:
    program = (
        "import sys; from ranvier import initializers as i;"
        "i.get('he_normal')((5, 4)); print('jax' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert run.stdout.strip() == "False"
