"""Every example runs from its file and reaches its target, well below what it usually reaches."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

AT_LEAST = {
    "backpropagation": 1.0,  # all four rows of XOR
    "breast_cancer_diagnosis": 0.95,  # accuracy
    "class_and_sample_weights": 0.2,  # gain in recall
    "diabetes_regression": 0.40,  # R squared
    "digits_convolution": 0.955,
    "digits_dense": 0.955,
    "early_stopping_and_checkpoint": 0.93,
    "mnist_two_ways": 0.968,
    "perceptron": 1.0,
    "pruning_digits": 0.94,
    "sentiment": 0.98,
}
AT_MOST = {
    "own_layer_loss_metric": 0.03,  # distance of the exponent
    "series_forecast": 0.95,  # error over that of the better naive forecast
}
NEEDS_MNIST = {"mnist_two_ways"}


def run_example(name: str) -> float:
    """Import an example from its file and call its ``main``."""
    specification = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    result = module.main()
    assert isinstance(result, float)
    return result


def test_every_example_has_a_target() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {*AT_LEAST, *AT_MOST}


@pytest.mark.parametrize("name", sorted([*AT_LEAST, *AT_MOST]))
def test_example_reaches_its_target(
    name: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    if name in NEEDS_MNIST:
        request.getfixturevalue("data_home")
    result = run_example(name)
    if name in AT_LEAST:
        assert result >= AT_LEAST[name]
    else:
        assert result <= AT_MOST[name]
    assert capsys.readouterr().out.strip()


def test_mnist_example_says_why_it_skips(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ranvier.datasets import mnist
    from ranvier.errors import DownloadError

    def absent() -> None:
        raise DownloadError("No network.")

    monkeypatch.setattr(mnist, "load_data", absent)
    assert math.isnan(run_example("mnist_two_ways"))
    assert "Skipped, because MNIST is not there: No network." in capsys.readouterr().out
