"""What a process remembers, forgotten."""

from __future__ import annotations

from ranvier.naming import reset_names
from ranvier.training.programs import forget_programs


def clear_session(free_memory: bool = True) -> None:
    """Number names from the beginning again, and drop the compiled programs.

    Args:
        free_memory: Whether to drop the programs; models that live on compile theirs again.
    """
    reset_names()
    if free_memory:
        forget_programs()
