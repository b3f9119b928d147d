"""Files that predict without Ranvier: ONNX, and Python with NumPy alone.

A network is walked once and becomes a :class:`~ranvier.exports.program.Program`, a list of steps between
named tensors; :mod:`~ranvier.exports.onnx_file` and :mod:`~ranvier.exports.python_file` each have a table
of what a step looks like in their language.
"""

from __future__ import annotations

from ranvier.exports.face import export_network

__all__ = ["export_network"]
