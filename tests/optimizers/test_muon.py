"""Muon: which rule moves what."""

from __future__ import annotations

import numpy as np
import pytest

from ranvier.errors import ConfigurationError
from ranvier.optimizers import Muon
from ranvier.variable import Variable


def boxes() -> list[Variable]:
    shapes = {"hidden/kernel": (2, 3), "hidden/bias": (3,), "embedding/table": (4, 2), "out/kernel": (3, 2)}
    return [Variable(np.ones(shape, np.float32), path=path) for path, shape in shapes.items()]


def test_adam_takes_vectors_embeddings_and_what_is_named() -> None:
    optimizer = Muon(exclude_layers=["out"])
    assert [optimizer.uses_adam(box) for box in boxes()] == [False, True, True, True]
    assert not Muon(exclude_embeddings=False).uses_adam(boxes()[2])
    optimizer.build(boxes())
    assert [array.shape for array in optimizer.read_state()["velocity"]] == [(), (3,), (4, 2), (3, 2)]


def test_names_that_decide_are_part_of_the_structure() -> None:
    first, second = Muon(exclude_layers=["out"]), Muon(exclude_layers=["out"])
    first.build(boxes())
    second.build([Variable(np.ones((2, 3), np.float32), path="hidden/kernel") for _ in range(4)])
    assert first.structure() != second.structure()


def test_a_step_of_a_multiple_of_the_identity_by_hand() -> None:
    # Newton-Schulz with one iteration of a = 1, b = c = 0 only divides by the norm: I / sqrt(2).
    optimizer = Muon(0.1, ns_steps=1, muon_a=1.0, muon_b=0.0, muon_c=0.0, rms_rate=0.5, weight_decay=None)
    params = [np.zeros((2, 2), np.float32)]
    scalars = {name: column[0] for name, column in optimizer.scalars(0, 1).items()}
    moved, _ = optimizer.update([3 * np.eye(2, dtype=np.float32)], optimizer.init(params), params, scalars)
    np.testing.assert_allclose(moved[0], -0.1 * 0.5 * 2**0.5 * np.eye(2) / 2**0.5, atol=1e-6)


def test_wrong_arguments() -> None:
    with pytest.raises(ConfigurationError, match="`ns_steps` must be a whole number from 0 upwards"):
        Muon(ns_steps=2.5)  # type: ignore[arg-type]
