"""How a file is to be read, as far as that is laid down; the rest is found out."""

from __future__ import annotations

from dataclasses import dataclass

from ranvier.errors import ConfigurationError
from ranvier.tables.markers import MISSING_MARKERS
from ranvier.tables.plan import DataPlan

_TABULATOR = ("tab", "\\t")


@dataclass(frozen=True)
class ReadingOptions:
    """What is laid down about a file; None where it is found out.

    Attributes:
        delimiter: The character between two columns.
        encoding: The encoding of the text, as Python names it.
        header: Whether the first line holds the names of the columns.
        decimal: The decimal mark of numbers; None where it is found out.
        thousands: The mark between groups of three digits; None for none.
        missing: Entries that stand for a missing value; an empty entry always does.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header: bool | None = None
    decimal: str | None = None
    thousands: str | None = None
    missing: tuple[str, ...] = MISSING_MARKERS

    def __post_init__(self) -> None:
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n'):
            raise ConfigurationError(
                "The delimiter must be one character, neither a quote nor the end of a line; received: "
                f"{self.delimiter!r}. For a tabulator write `--delimiter tab`."
            )
        if self.decimal not in (None, ".", ","):
            raise ConfigurationError(f"The decimal mark must be '.' or ','; received: {self.decimal!r}.")
        if self.thousands is not None and self.thousands not in (".", ",", " ", "'", "_"):
            raise ConfigurationError(
                f"The mark of thousands must be one of . , ' _ or a space; received: {self.thousands!r}."
            )
        if self.thousands is not None and self.thousands == self.decimal:
            raise ConfigurationError(
                f"The decimal mark and the mark of thousands cannot both be {self.decimal!r}."
            )

    @property
    def point(self) -> str:
        """The decimal mark that is laid down, or the one that is likelier."""
        return self.decimal or ("," if self.thousands == "." else ".")


def reading_options(data: DataPlan) -> ReadingOptions:
    """Return what a plan lays down about the file.

    Raises:
        ConfigurationError: If a mark cannot be.
    """
    delimiter = "\t" if data.delimiter in _TABULATOR else data.delimiter
    return ReadingOptions(delimiter, data.encoding, data.header, data.decimal, data.thousands, data.missing)
