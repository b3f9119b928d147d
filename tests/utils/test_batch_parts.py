from __future__ import annotations

from typing import Any

import pytest

from ranvier.errors import ConfigurationError
from ranvier.utils import pack_x_y_sample_weight, unpack_x_y_sample_weight


@pytest.mark.parametrize("parts", [("x",), ("x", "y"), ("x", "y", "w"), (["a", "b"],), ("x", None, "w")])
def test_round_trip(parts: tuple[Any, ...]) -> None:
    assert unpack_x_y_sample_weight(pack_x_y_sample_weight(*parts)) == (*parts, None, None)[:3]


def test_inputs_alone_stay_unpacked() -> None:
    assert pack_x_y_sample_weight("x") == "x"


@pytest.mark.parametrize("data", [(), (1, 2, 3, 4)])
def test_wrong_number_of_parts(data: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"received: a tuple of {len(data)}"):
        unpack_x_y_sample_weight(data)
