"""Keras' face: models that are compiled, trained, evaluated, asked, shown and saved."""

from __future__ import annotations

from ranvier.models.cloning import clone_model
from ranvier.models.conversion import convert_model
from ranvier.models.files import load_model, model_from_json, read_metadata, save_model
from ranvier.models.model import Model
from ranvier.models.sequential import Sequential

__all__ = [
    "Model",
    "Sequential",
    "clone_model",
    "convert_model",
    "load_model",
    "model_from_json",
    "read_metadata",
    "save_model",
]
