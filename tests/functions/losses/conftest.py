"""What the tests of the loss functions share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def run() -> Callable[..., Any]:
    """Call a function as one compiled program, which takes less time than one for each operation."""

    def call(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        return jax.device_get(jax.jit(lambda: function(*arguments, **options))())

    return call
