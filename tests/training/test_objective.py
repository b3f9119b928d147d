"""What ``compile`` asked for, matched to outputs."""

from __future__ import annotations

from typing import Any

import pytest

from ranvier.errors import ConfigurationError
from ranvier.training.objective import CompileArguments, Objective


@pytest.mark.parametrize("loss", ["mse", ["mse"], {"out": "mse"}, {"out": ["mse"]}])
def test_a_list_of_one_loss_is_that_loss(loss: Any) -> None:
    objective = Objective(CompileArguments(loss), ["out"], [(None, 1)], [(4, 1)])
    assert objective.terms[0].loss is not None
    assert objective.terms[0].loss.name == "mse"


@pytest.mark.parametrize("misplaced", ["accuracy", ["accuracy"], {"out": ["accuracy"]}])
def test_metrics_in_the_place_of_loss_weights(misplaced: Any) -> None:
    with pytest.raises(
        ConfigurationError, match=r"`loss_weights` must hold numbers.*write metrics=\['accuracy'\]"
    ):
        CompileArguments("mse", misplaced).check_names()
