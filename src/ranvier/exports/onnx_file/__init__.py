"""A program as an ONNX file."""

from __future__ import annotations

from ranvier.exports.onnx_file.model import onnx_bytes

__all__ = ["onnx_bytes"]
