"""What a layer is told about the forward pass it is applied in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ranvier.forward_pass import ForwardPass
from ranvier.functions.activations import logits_kind
from ranvier.types import Array, Settings


@dataclass(frozen=True)
class CallContext:
    """What a layer may need to know of the forward pass it is applied in.

    Attributes:
        run: The pass; its ``training`` tells training from inference.
        settings: The layer's own :meth:`Layer.settings`, possibly traced.
        mask: A mask that was given with the inputs, or None.
        seed: The layer's own seed, or None.
    """

    run: ForwardPass
    settings: Settings = field(default_factory=dict)
    mask: Any = None
    seed: int | None = None

    @property
    def training(self) -> bool:
        """Whether the layer behaves as in training."""
        return self.run.training

    @property
    def valid(self) -> Array | None:
        """Float mask of shape (batch,), 0 for rows that only pad the batch; None: all are real."""
        return self.run.valid

    def next_key(self) -> Any:
        """Return a random key that no other layer of this pass gets."""
        return self.run.next_key(self.seed)

    def activate(self, activation: Callable[[Any], Any] | None, inputs: Any) -> Any:
        """Apply an activation; after a softmax or sigmoid, the pass remembers the logits.

        Args:
            activation: Function of an array; None, which a user may have put in its place, leaves it as it is.
            inputs: The array.
        """
        if activation is None:
            return inputs
        outputs = activation(inputs)
        kind = logits_kind(activation)
        if kind is not None:
            self.run.remember_logits(kind, inputs, outputs)
        return outputs
