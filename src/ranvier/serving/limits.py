"""How much one request, and all of them together, may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from ranvier.errors import ConfigurationError

_LONGEST = 86_400


@dataclass(frozen=True)
class Limits:
    """The limits of a server.

    Attributes:
        body: Bytes of a request's body.
        rows: Rows of a request, and of what is predicted together.
        seconds: Seconds to wait for the body, and again for the predictions.
        queue: Requests that wait for their predictions.
        readers: Threads that decode pictures.
    """

    body: int = 10 * 2**20
    rows: int = 1024
    seconds: float = 30.0
    queue: int = 256
    readers: int = 2

    def check(self) -> None:
        """Refuse a time that no clock can measure.

        Raises:
            ConfigurationError: If it is none between 0 and a day.
        """
        if not 0 < self.seconds <= _LONGEST:
            raise ConfigurationError(
                f"`--timeout` must be more than 0 and at most {_LONGEST:,} seconds; received: {self.seconds:g}."
            )

    @property
    def bytes_held(self) -> int:
        """Bytes of all bodies that are held at a time, so that many large ones cannot fill the memory."""
        return 8 * self.body
