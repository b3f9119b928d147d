from __future__ import annotations

import subprocess
import sys

import pytest

from ranvier import models, saving, utils


def test_names_are_those_of_their_homes() -> None:
    assert saving.load_model is models.load_model
    assert saving.register_keras_serializable is utils.register_keras_serializable
    assert set(dir(saving)) == set(saving.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        saving.nothing  # noqa: B018


def test_marking_a_class_loads_no_engine() -> None:
    program = "import sys, ranvier; ranvier.saving.register_keras_serializable(); print('jax' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
