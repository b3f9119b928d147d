"""Names of Keras that Ranvier does not have."""

from __future__ import annotations

import pytest

from ranvier import layers, utils
from ranvier.absences import absent
from ranvier.errors import MissingNameError, UnsupportedError


def test_a_known_name_says_what_to_do() -> None:
    lookup = absent("ranvier.things", ["Thing"], {"Other": "Use `Thing`."})
    with pytest.raises(MissingNameError, match=r"^Ranvier has no `things.Other`. Use `Thing`.$"):
        lookup("Other")


def test_an_unknown_name_gets_the_closest() -> None:
    lookup = absent("ranvier.things", ["Thing", "Theme"], {})
    with pytest.raises(AttributeError, match=r"has no attribute 'Thig'. Did you mean 'Thing'") as caught:
        lookup("Thig")
    assert not isinstance(caught.value, UnsupportedError)
    with pytest.raises(AttributeError, match=r"has no attribute '__thing__'$"):
        lookup("__thing__")


@pytest.mark.parametrize("module", [layers, utils])
def test_hasattr_is_false(module: object) -> None:
    for name in ("LSTM", "load_img", "Nothing"):
        assert not hasattr(module, name)
