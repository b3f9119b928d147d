"""Between an estimator's weights and a model."""

from __future__ import annotations

from typing import Any

from ranvier import activations
from ranvier.errors import NotBuiltError, UnsupportedError
from ranvier.estimators.network import ACTIVATIONS, EPSILON, Architecture, Weights, build, take_weights
from ranvier.layers import Activation, BatchNormalization, Dense, Dropout
from ranvier.models import Sequential

HIDDEN = ("identity", "logistic", "tanh", "relu")
OUTPUT = ("identity", "logistic", "softmax", "exp")


def model_of(architecture: Architecture, dropout: float, weights: Weights) -> Sequential:
    """Return a new model; arguments as for :func:`~ranvier.estimators.network.build`."""
    return build(architecture, dropout, weights)


def read_model(model: Any) -> tuple[Architecture, Weights, float]:
    """Return architecture, weights and dropout rate of a model that an estimator can stand for.

    Args:
        model: A ``Sequential`` of dense layers, with or without batch normalization and dropout.

    Raises:
        NotBuiltError: If the model has no weights yet.
        UnsupportedError: If it holds other layers, or hidden layers that differ but in size.
    """
    if not isinstance(model, Sequential):
        raise _unsupported(f"a {type(model).__name__}")
    if not model.built:
        raise NotBuiltError(
            f"The model {model.name!r} has no weights yet; call it on data, or `build` it first."
        )
    blocks = _blocks(model)
    hidden, (output, after, *_) = blocks[:-1], blocks[-1]
    if after:
        raise _unsupported(f"{type(after[0]).__name__} after the last Dense")
    chosen = {_name(_activation_of(block), HIDDEN) for block in hidden}
    normalized = {any(isinstance(layer, BatchNormalization) for layer in after) for _, after in hidden}
    rates = {sum(layer.rate for layer in after if isinstance(layer, Dropout)) for _, after in hidden}
    for what, found in (("activations", chosen), ("normalizations", normalized), ("dropout rates", rates)):
        if len(found) > 1:
            raise _unsupported(f"hidden layers with different {what}: {sorted(map(str, found))}")
    sizes = (blocks[0][0].kernel.shape[0], *(int(dense.units) for dense, _ in blocks))
    architecture = Architecture(
        sizes,
        next(iter(chosen), "relu"),
        _name(output.activation, OUTPUT),
        next(iter(normalized), False),
    )
    return architecture, take_weights(model), float(next(iter(rates), 0.0))


def _blocks(model: Sequential) -> list[tuple[Any, list[Any]]]:
    blocks: list[tuple[Any, list[Any]]] = []
    for layer in model.layers:
        if isinstance(layer, Dense) and layer.use_bias:
            blocks.append((layer, []))
        elif blocks and isinstance(layer, BatchNormalization | Activation | Dropout):
            blocks[-1][1].append(layer)
        else:
            raise _unsupported(f"the layer {layer.name!r} ({type(layer).__name__})")
    return blocks


def _activation_of(block: tuple[Any, list[Any]]) -> Any:
    """Return the activation of a hidden layer, if its parts come in the order of an estimator's."""
    dense, after = block
    linear = dense.activation is activations.get("linear")
    kinds = [type(layer) for layer in after if not isinstance(layer, Dropout)]
    dropped = [type(layer) for layer in after[-1:]] == [Dropout]
    in_order = sum(isinstance(layer, Dropout) for layer in after) == int(dropped)
    if in_order and kinds == []:
        return dense.activation
    if in_order and linear and kinds == [Activation]:
        return after[0].activation
    if in_order and linear and kinds == [BatchNormalization, Activation]:
        normalization = after[0]
        plain = normalization.center and normalization.scale and normalization.epsilon == EPSILON
        if plain and normalization.axis in (-1, 1):
            return after[1].activation
    raise _unsupported(f"after {dense.name!r} the layers {[type(layer).__name__ for layer in after]}")


def _name(activation: Any, allowed: tuple[str, ...]) -> str:
    for name in allowed:
        if activations.get(ACTIVATIONS[name]) is activation:
            return name
    raise _unsupported(f"the activation {getattr(activation, '__name__', activation)!r}")


def _unsupported(received: str) -> UnsupportedError:
    return UnsupportedError(
        "An estimator stands for a `Sequential` of `Dense` layers with biases, whose hidden layers have one activation "
        f"({', '.join(HIDDEN)}), each perhaps `Dense`, `BatchNormalization`, `Activation`, `Dropout`; "
        f"received: {received}. Use the model itself."
    )
