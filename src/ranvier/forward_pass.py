"""What all layers of one forward pass share: the mode, the random key, the rows that are real.

A pass is entered by whoever runs a network (the compiled step, ``predict``, a user calling a
layer) and looked up by the layers in it. It belongs to one thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jax

from ranvier.random import next_seed

if TYPE_CHECKING:
    from ranvier.types import Array, Settings


@dataclass
class ForwardPass:
    """One run of a network over one batch.

    Attributes:
        training: Whether layers behave as in training (dropout, batch statistics).
        key: The random key of this step, or None to draw a fresh one on demand.
        step: The number of the step, for layers that have a seed of their own.
        valid: Float mask of shape (batch,), 0 for rows that only pad the batch; None: all real.
        settings: The traced numbers of each layer, by the layer's identity.
        losses: Terms that layers add to the training loss.
        activated: What went into an output activation, by the identity of what came out.
    """

    training: bool = False
    key: Any = None
    step: Any = 0
    valid: Array | None = None
    settings: dict[int, Settings] = field(default_factory=dict)
    losses: list[Any] = field(default_factory=list)
    activated: dict[int, tuple[str, Any, Any]] = field(default_factory=dict)
    keys_drawn: int = 0

    def next_key(self, seed: int | None = None) -> Any:
        """Return a random key that no other call of this pass gets.

        Args:
            seed: A seed of the caller's own; it replaces the key of the pass.
        """
        self.keys_drawn += 1
        if seed is not None:
            return jax.random.fold_in(jax.random.fold_in(new_key(seed), self.step), self.keys_drawn)
        if self.key is None:
            self.key = new_key(next_seed())
        return jax.random.fold_in(self.key, self.keys_drawn)

    def remember_logits(self, kind: str, logits: Any, outputs: Any) -> None:
        """Note that ``outputs`` are the softmax or sigmoid of ``logits``.

        A loss of these outputs is then computed from the logits, which is exact where
        probabilities round to 0 or 1.

        Args:
            kind: ``"softmax"`` (over the last axis) or ``"sigmoid"``.
            logits: What went into the activation.
            outputs: What came out; kept, so that its identity stays its own.
        """
        self.activated[id(outputs)] = (kind, logits, outputs)

    def logits_of(self, outputs: Any, kind: str | None) -> Any | None:
        """Return the logits behind some outputs, if they came from an activation of that kind."""
        found = self.activated.get(id(outputs))
        return found[1] if found is not None and found[0] == kind else None


def new_key(seed: int) -> Any:
    """Turn a host seed into a key of the engine.

    Args:
        seed: An integer in [0, 2**63).
    """
    return jax.random.key(seed & 0x7FFFFFFF if seed < 2**31 else (seed ^ (seed >> 31)) & 0x7FFFFFFF)


class _Active(threading.local):
    def __init__(self) -> None:
        self.passes: list[ForwardPass] = []


_active = _Active()


def current_pass() -> ForwardPass | None:
    """Return the pass that this thread is in, or None."""
    return _active.passes[-1] if _active.passes else None


@contextmanager
def forward_pass(run: ForwardPass) -> Iterator[ForwardPass]:
    """Make ``run`` the current pass of this thread for the length of a ``with`` block."""
    _active.passes.append(run)
    try:
        yield run
    finally:
        _active.passes.pop()
