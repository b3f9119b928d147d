"""How a file is to be read, as far as that is laid down; the rest is found out."""

from __future__ import annotations

from dataclasses import dataclass

from ranvier.errors import ConfigurationError
from ranvier.tables.markers import MISSING_MARKERS


@dataclass(frozen=True)
class ReadingOptions:
    """What is laid down about a file; None where it is found out.

    Attributes:
        delimiter: The character between two columns.
        encoding: The encoding of the text, as Python names it.
        header: Whether the first line holds the names of the columns.
        decimal: The decimal mark of numbers.
        thousands: The mark between groups of three digits; None for none.
        missing: Entries that stand for a missing value; an empty entry always does.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header: bool | None = None
    decimal: str = "."
    thousands: str | None = None
    missing: tuple[str, ...] = MISSING_MARKERS

    def __post_init__(self) -> None:
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n'):
            raise ConfigurationError(
                "The delimiter must be one character, neither a quote nor the end of a line; received: "
                f"{self.delimiter!r}. For a tabulator write `--delimiter tab`."
            )
        if self.decimal not in (".", ","):
            raise ConfigurationError(f"The decimal mark must be '.' or ','; received: {self.decimal!r}.")
        if self.thousands is not None and self.thousands not in (".", ",", " ", "'", "_"):
            raise ConfigurationError(
                f"The mark of thousands must be one of . , ' _ or a space; received: {self.thousands!r}."
            )
        if self.thousands == self.decimal:
            raise ConfigurationError(
                f"The decimal mark and the mark of thousands cannot both be {self.decimal!r}."
            )
