from __future__ import annotations

import functools

import pytest

from ranvier.functions import activations


@pytest.mark.parametrize("name", activations.__all__)
def test_logits_kind(name: str) -> None:
    expected = name if name in ("softmax", "sigmoid") else None
    assert activations.logits_kind(getattr(activations, name)) == expected


def test_logits_kind_of_a_wrapper_is_none() -> None:
    assert activations.logits_kind(functools.partial(activations.softmax, axis=0)) is None
    assert activations.logits_kind(functools.wraps(activations.softmax)(lambda x: 2 * x)) is None


def test_exported_names_are_sorted() -> None:
    assert activations.__all__ == sorted(activations.__all__)
