"""A program as a file of Python that needs NumPy and nothing else."""

from __future__ import annotations

from ranvier.exports.python_file.source import python_source

__all__ = ["python_source"]
