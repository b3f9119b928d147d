"""What the server asks of a model, whatever it was trained on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

JSON = "application/json"
FORM = "multipart/form-data"
PICTURES = ("image/png", "image/jpeg", "image/webp")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of a request, checked, in the form that the model takes.

    Attributes:
        values: The rows.
        count: How many there are.
        kind: Rows of equal kind may be predicted together, whichever request they belong to.
    """

    values: Any
    count: int
    kind: Hashable


@dataclass(frozen=True)
class Description:
    """What a model takes and answers, for people and programs.

    Attributes:
        title: One line for people.
        task: What the rows are: ``"arrays"``, ``"pictures"`` or ``"table"``.
        row: JSON schema of a row.
        answer: JSON schema of the prediction for a row.
        example: A row that the model takes.
        takes_pictures: Whether pictures are rows too.
        details: What else is known, as JSON types.
    """

    title: str
    task: str
    row: Mapping[str, Any]
    answer: Mapping[str, Any]
    example: Any
    takes_pictures: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def media_types(self) -> tuple[str, ...]:
        """The kinds of body that carry rows."""
        return (JSON, *PICTURES, FORM) if self.takes_pictures else (JSON,)


class Served(Protocol):
    """A model that answers requests.

    ``read_rows`` and ``read_pictures`` may run in several threads at once; ``predict`` runs in one, but for few rows.
    """

    @property
    def description(self) -> Description:
        """What it takes and answers."""

    @property
    def quick_rows(self) -> int:
        """How many rows take less time than a change of threads; then ``predict`` may run in two at once."""

    def warm_up(self, most: int) -> None:
        """Do once what would make the first clients wait.

        Args:
            most: The most rows that are predicted at once.
        """

    def read_rows(self, rows: Any) -> Rows:
        """Check rows that came as JSON: a list, or for columns an object of lists.

        Raises:
            Refusal: If they do not fit.
        """

    def read_pictures(self, pictures: Sequence[bytes]) -> Rows:
        """Decode pictures, one a row.

        Raises:
            Refusal: If one cannot be read.
        """

    def predict(self, batch: Sequence[Rows]) -> list[Any]:
        """Return the predictions for all rows of some requests of one kind, in order, as JSON types.

        Raises:
            RanvierError: If the rows have a fault that only the model finds.
        """
