"""The parameters of the estimators, written once, and the checks of their values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from ranvier.errors import ConfigurationError, UnknownNameError, unknown_name

CHOICES: Mapping[str, tuple[str, ...]] = {
    "activation": ("identity", "logistic", "tanh", "relu"),
    "solver": ("lbfgs", "sgd", "adam"),
    "learning_rate": ("constant", "invscaling", "adaptive"),
}

FLAGS = (
    *("shuffle", "warm_start", "nesterovs_momentum", "early_stopping"),
    *("batch_normalization", "progress_bar"),
)

RANGES: Mapping[str, tuple[float, float, str]] = {
    "alpha": (0.0, math.inf, "[)"),
    "learning_rate_init": (0.0, math.inf, "()"),
    "power_t": (0.0, math.inf, "[)"),
    "tol": (0.0, math.inf, "[)"),
    "momentum": (0.0, 1.0, "[]"),
    "validation_fraction": (0.0, 1.0, "[)"),
    "beta_1": (0.0, 1.0, "[)"),
    "beta_2": (0.0, 1.0, "[)"),
    "epsilon": (0.0, math.inf, "()"),
    "dropout": (0.0, 1.0, "[)"),
    "focal_gamma": (0.0, math.inf, "[)"),
    "huber_delta": (0.0, math.inf, "()"),
    "quantile": (0.0, 1.0, "()"),
}

COUNTS = ("max_iter", "max_fun")


@dataclass(eq=False, repr=False)
class LossFirst:
    """The parameter that scikit-learn's regressor takes first.

    Attributes:
        loss: The name of the loss.
    """

    loss: str = "squared_error"


@dataclass(eq=False, repr=False)
class Parameters:
    """What classifier and regressor share; names, order and defaults are scikit-learn's, then Ranvier's own.

    Attributes:
        hidden_layer_sizes: The number of units of each hidden layer; one number for one layer.
        activation: Of the hidden layers: ``"identity"``, ``"logistic"``, ``"tanh"`` or ``"relu"``.
        solver: ``"adam"``, ``"sgd"`` or ``"lbfgs"``.
        alpha: The strength of the L2 penalty on weights; it is divided by the number of rows of a batch.
        batch_size: The rows of a step; ``"auto"`` is 200, or all rows if they are fewer.
        learning_rate: How the rate of ``"sgd"`` changes: ``"constant"``, ``"invscaling"``, ``"adaptive"``.
        learning_rate_init: The learning rate at the beginning.
        power_t: The exponent of ``"invscaling"``.
        max_iter: The largest number of passes over the rows; of iterations for ``"lbfgs"``.
        shuffle: Whether the rows are taken in a new order in each pass.
        random_state: What first weights, validation rows, orders and dropout derive from.
        tol: The least improvement that counts; for ``"lbfgs"`` the gradient that counts as 0.
        verbose: Whether each iteration is printed.
        warm_start: Whether ``fit`` begins with the weights of the last fit.
        momentum: The momentum of ``"sgd"``.
        nesterovs_momentum: Whether it is Nesterov's.
        early_stopping: Whether the score on validation rows decides when to stop, instead of the loss.
        validation_fraction: The share of the rows set aside for that, if ``fit`` is given no ``eval_set``.
        beta_1: Adam's share of the old mean of gradients.
        beta_2: Adam's share of the old mean of squares.
        epsilon: What Adam adds to the root.
        n_iter_no_change: How many iterations without improvement end the training.
        max_fun: The largest number of evaluations of the loss for ``"lbfgs"``.
        dropout: The share of hidden units dropped in training, in [0, 1).
        batch_normalization: Whether hidden layers are batch-normalized before their activation.
        callbacks: Objects of ``ranvier.callbacks``, told of every iteration.
        progress_bar: Whether a bar over the iterations is shown.
    """

    hidden_layer_sizes: Any = (100,)
    activation: str = "relu"
    _: KW_ONLY
    solver: str = "adam"
    alpha: float = 0.0001
    batch_size: Any = "auto"
    learning_rate: str = "constant"
    learning_rate_init: float = 0.001
    power_t: float = 0.5
    max_iter: int = 200
    shuffle: bool = True
    random_state: Any = None
    tol: float = 1e-4
    verbose: Any = False
    warm_start: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool = False
    validation_fraction: float = 0.1
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    n_iter_no_change: float = 10
    max_fun: int = 15000
    dropout: float = 0.0
    batch_normalization: bool = False
    callbacks: Any = None
    progress_bar: bool = False


def check_parameters(owner: str, parameters: Mapping[str, Any], losses: Iterable[str]) -> None:
    """Refuse values that have no meaning; the sentences begin as scikit-learn's do.

    Args:
        owner: The name of the estimator's class.
        parameters: Values by name.
        losses: The names of the losses.

    Raises:
        ConfigurationError: Naming the parameter.
    """
    for name, choices in {**CHOICES, "loss": tuple(losses)}.items():
        if parameters[name] not in choices:
            error = unknown_name(f"`{name}`", parameters[name], choices)
            known = ", ".join(map(repr, choices))
            raise UnknownNameError(f"{_subject(owner, name)} must be a str among {{{known}}}. {error}")
    for name in FLAGS:
        if not isinstance(parameters[name], bool | np.bool_):
            raise _refusal(owner, name, "True or False", parameters[name])
    if not isinstance(parameters["verbose"], bool | np.bool_ | Integral) or parameters["verbose"] < 0:
        raise _refusal(owner, "verbose", "True, False or an integer of at least 0", parameters["verbose"])
    for name in COUNTS:
        _check_count(owner, name, parameters[name])
    if parameters["n_iter_no_change"] != math.inf:
        _check_count(owner, "n_iter_no_change", parameters["n_iter_no_change"])
    if not (isinstance(parameters["batch_size"], str) and parameters["batch_size"] == "auto"):
        _check_count(owner, "batch_size", parameters["batch_size"], "'auto' or ")
    for name, limits in RANGES.items():
        if name in parameters:
            _check_range(owner, name, parameters[name], *limits)
    if parameters["solver"] == "lbfgs":
        _check_full_batch(parameters)


def hidden_sizes(given: Any) -> tuple[int, ...]:
    """Return the sizes of the hidden layers.

    Args:
        given: A number or an iterable of numbers.

    Raises:
        ConfigurationError: If there is one that is no positive integer.
    """
    sizes = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, Integral) or size < 1:
            raise ConfigurationError(
                f"`hidden_layer_sizes` must hold positive integers, one for each hidden layer; received: {given!r}."
            )
    return tuple(int(size) for size in sizes)


def _subject(owner: str, name: str) -> str:
    return f"The '{name}' parameter of {owner}"


def _refusal(owner: str, name: str, wanted: str, received: Any) -> ConfigurationError:
    return ConfigurationError(f"{_subject(owner, name)} must be {wanted}; received: {received!r}.")


def _check_count(owner: str, name: str, value: Any, otherwise: str = "") -> None:
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise _refusal(owner, name, f"{otherwise}an integer of at least 1", value)


def _check_range(owner: str, name: str, value: Any, low: float, high: float, ends: str) -> None:
    known = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    inside = known and low <= value <= high
    if inside and (value != low or ends[0] == "[") and (value != high or ends[1] == "]"):
        return
    upper = "infinity" if high == math.inf else f"{high:g}"
    raise _refusal(owner, name, f"a number in {ends[0]}{low:g}, {upper}{ends[1]}", value)


def _check_full_batch(parameters: Mapping[str, Any]) -> None:
    for name in ("dropout", "batch_normalization", "callbacks"):
        if parameters[name]:
            raise ConfigurationError(
                f"solver='lbfgs' has no mini-batches, so it cannot be combined with `{name}`; "
                f"received: {name}={parameters[name]!r}. Use solver='adam' or 'sgd'."
            )
