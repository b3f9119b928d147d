"""Schedules that users write."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from ranvier.errors import FileFormatError, UnknownNameError, UnsupportedError
from ranvier.optimizers import SGD, schedules


class Transformers(schedules.LearningRateSchedule):
    """The rise and fall of the first transformer, with JAX inside, as users write it."""

    def __init__(self, warmup_steps: int = 4) -> None:
        self.warmup_steps = warmup_steps

    def __call__(self, step: Any) -> Any:
        step = jnp.asarray(step, jnp.float32)
        return 0.1 * jnp.minimum(step**-0.5, step * self.warmup_steps**-1.5)

    def get_config(self) -> dict[str, Any]:
        return {"warmup_steps": self.warmup_steps}


class Steep(schedules.CosineDecay):
    def __call__(self, step: Any) -> Any:
        return super().__call__(step) ** 2


def test_users_schedule_is_called_for_every_step() -> None:
    table = Transformers().table(np.arange(3))
    np.testing.assert_allclose(table, [0.0, 0.1 / 8, 0.2 / 8], rtol=1e-6)
    column = SGD(Transformers()).scalars(0, 3)["learning_rate"]
    np.testing.assert_allclose(column, table, rtol=1e-6)


def test_division_by_zero_at_the_first_step_is_no_warning() -> None:
    class Plain(schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            return np.minimum(step**-0.5, step * 0.1)

    np.testing.assert_allclose(Plain().table(np.arange(2)), [0.0, 0.1])


def test_call_overridden_in_a_subclass_of_ours_counts() -> None:
    np.testing.assert_allclose(Steep(0.5, 10).table(np.arange(1)), [0.25])


def test_users_schedule_is_found_in_a_configuration() -> None:
    described = schedules.serialize(Transformers(8))
    again = schedules.deserialize(described, {"Transformers": Transformers})
    assert again.warmup_steps == 8
    optimizer = SGD.from_config(SGD(Transformers(8)).get_config(), {"Transformers": Transformers})
    assert float(optimizer.learning_rate) == 0.0


def test_a_schedule_without_methods_says_which_to_write() -> None:
    with pytest.raises(UnsupportedError, match="__call__"):
        schedules.LearningRateSchedule()(0)
    with pytest.raises(UnsupportedError, match="get_config"):
        schedules.LearningRateSchedule().get_config()


def test_wrong_configurations() -> None:
    with pytest.raises(UnknownNameError, match="'CosineDecay'"):
        schedules.deserialize({"class_name": "CosinDecay", "config": {}})
    with pytest.raises(FileFormatError, match="class_name"):
        schedules.deserialize("CosineDecay")


def test_a_number_gives_a_number_and_an_array_an_array() -> None:
    schedule = schedules.PolynomialDecay(1.0, 10, 0.0)
    assert isinstance(schedule(5), float)
    assert schedule(np.arange(4).reshape(2, 2)).shape == (2, 2)
