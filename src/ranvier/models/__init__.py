"""Keras' face: models that are compiled, trained, evaluated, asked, shown and saved."""

from __future__ import annotations

from ranvier.models.model import Model
from ranvier.models.sequential import Sequential

__all__ = ["Model", "Sequential"]
