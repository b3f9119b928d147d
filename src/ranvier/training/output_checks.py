"""Whether the last layer of a network and its loss fit together, looked at once before training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ranvier import activations, notices
from ranvier.errors import ConfigurationError
from ranvier.layers.activation import Softmax
from ranvier.layers.configuration import is_own
from ranvier.losses import Loss
from ranvier.symbolic import SymbolicTensor
from ranvier.training.objective import Term

_PROBABILITIES = tuple(
    getattr(activations, name)
    for name in ("softmax", "sigmoid", "hard_sigmoid", "sparse_sigmoid", "sparsemax")
    if hasattr(activations, name)
)
_NORMALIZED = {"softmax": activations.softmax, "sigmoid": activations.sigmoid}


def check_outputs(terms: Sequence[Term], outputs: Sequence[Any]) -> None:
    """Refuse an output that its loss cannot learn from.

    Args:
        terms: Losses by output.
        outputs: The symbolic outputs of the network, or anything else, of which nothing is known.

    Raises:
        ConfigurationError: If the activation of the last layer does not fit the loss.
    """
    for term, tensor in zip(terms, outputs, strict=True):
        activation = last_activation(tensor)
        if activation is None or term.loss is None:
            continue
        if activation is activations.softmax and tensor.shape[-1] == 1:
            raise ConfigurationError(
                f"A softmax over a single unit is 1 whatever goes in, so the output {term.name!r} cannot learn; "
                "received: activation='softmax' with 1 unit. For two classes use activation='sigmoid' with "
                "binary_crossentropy, else one unit for each class."
            )
        _check_probabilities(term.name, term.loss, activation)
        _check_logits(term.name, term.loss, activation)


def last_activation(tensor: Any) -> Any:
    """Return the activation function that yields a symbolic tensor, or None where that is not known."""
    while isinstance(tensor, SymbolicTensor) and tensor.node is not None:
        layer = tensor.node.operation
        if isinstance(layer, Softmax):
            return activations.softmax if layer.axis == -1 else None
        graph = getattr(layer, "graph", None)
        if graph is None:
            function = getattr(layer, "activation", None)
            return function if is_own(type(layer)) and callable(function) else None
        tensor = graph.output_tensors[tensor.index]
    return None


def _check_probabilities(name: str, loss: Loss, activation: Any) -> None:
    expected = loss.logits_of
    if expected is None or activation in _PROBABILITIES or not _is_known(activation):
        return
    raise ConfigurationError(
        f"{loss.name} takes probabilities, and the output {name!r} has none; received: "
        f"activation={activation.__name__!r}. Give the last layer activation={expected!r}, or, with a linear last "
        "layer, the loss from_logits=True."
    )


def _check_logits(name: str, loss: Loss, activation: Any) -> None:
    kind = next((kind for kind, function in _NORMALIZED.items() if activation is function), None)
    if kind is not None and getattr(loss, "from_logits", False) is True and loss.built_in:
        notices.warn(
            f"The output {name!r} is the {kind} already, and {loss.name} with from_logits=True takes it for "
            f"logits, which learns slowly. Leave out activation={kind!r}, or from_logits=True."
        )


def _is_known(activation: Any) -> bool:
    return getattr(activations, getattr(activation, "__name__", ""), None) is activation
