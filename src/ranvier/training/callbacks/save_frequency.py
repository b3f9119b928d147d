"""How often something is saved: once an epoch, or every so many batches."""

from __future__ import annotations

from ranvier.arguments import plain_integers
from ranvier.errors import ConfigurationError


class SaveFrequency:
    """Count batches across epochs and tell when it is time.

    Args:
        save_freq: ``"epoch"``, or the number of batches between two savings.

    Raises:
        ConfigurationError: If it is neither.
    """

    def __init__(self, save_freq: str | int) -> None:
        save_freq = plain_integers(save_freq)
        whole = isinstance(save_freq, int) and not isinstance(save_freq, bool) and save_freq > 0
        if save_freq != "epoch" and not whole:
            raise ConfigurationError(
                f"`save_freq` must be 'epoch' or a positive number of batches; received: {save_freq!r}."
            )
        self.batches = 0 if isinstance(save_freq, str) else save_freq
        self._seen = 0
        self._last_batch: int | None = None

    @property
    def by_epoch(self) -> bool:
        """Whether it is time at the end of every epoch, and only then."""
        return self.batches == 0

    @property
    def left(self) -> int:
        """After how many more batches it is time."""
        return max(self.batches - self._seen, 1)

    def begin(self, step: int = 0) -> None:
        """Count anew, from a step of an epoch on."""
        self._seen = 0
        self._last_batch = step - 1 if step else None

    def get_state(self) -> dict[str, int | None]:
        """Return how far the count is."""
        return {"seen": self._seen, "last_batch": self._last_batch}

    def set_state(self, state: dict[str, int | None]) -> None:
        """Take up a count."""
        self._seen = state["seen"] or 0
        self._last_batch = state["last_batch"]

    def is_due(self, batch: int) -> bool:
        """Count up to this batch of the epoch; several batches may have run since the last call."""
        if self.by_epoch:
            return False
        new_epoch = self._last_batch is None or batch <= self._last_batch
        self._seen += batch + 1 if new_epoch or self._last_batch is None else batch - self._last_batch
        self._last_batch = batch
        if self._seen < self.batches:
            return False
        self._seen = 0
        return True
