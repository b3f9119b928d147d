"""What a model file holds, told from its header alone: no model is built and no array is kept in memory."""

from __future__ import annotations

from ranvier.storage.inspection.files import inspect_file
from ranvier.storage.inspection.report import ArrayReport, FileReport, LayerReport

__all__ = ["ArrayReport", "FileReport", "LayerReport", "inspect_file"]
