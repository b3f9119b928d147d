"""A request that is not answered with predictions: its status code, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 - it is an answer
    """A request is refused.

    Args:
        status: The status code of HTTP.
        reason: A short name, by which refusals are counted.
        sentence: What was expected, what came, and what to do.
        headers: Further headers of the response.
    """

    def __init__(
        self, status: int, reason: str, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.reason = reason
        self.sentence = sentence
        self.headers = dict(headers or {})


def unfit(sentence: str) -> Refusal:
    """Refuse rows that are well-formed but do not fit the model."""
    return Refusal(422, "unfit_rows", sentence)


def shown(value: object, most: int = 60) -> str:
    """Describe what came, shortened, as JSON names it."""
    if isinstance(value, str):
        text = repr(value)
    elif isinstance(value, bool) or value is None:
        text = {True: "true", False: "false", None: "null"}[value]
    elif isinstance(value, list):
        return f"a list of {len(value)}"
    elif isinstance(value, dict):
        names = ", ".join(map(repr, list(value)[:8]))
        text = f"an object with {names}" if value else "an empty object"
        most *= 2
    else:
        text = str(value)
    return text if len(text) <= most else f"{text[:most]}…"
