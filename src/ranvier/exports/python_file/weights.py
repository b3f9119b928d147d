"""Arrays as text of Python."""

from __future__ import annotations

import base64
import textwrap
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ranvier.exports.program import TEXT, Tensor

FEW = 24
"""How many numbers an array may have to be written out; what is larger goes into the packed text."""

WIDTH = 100

UNPACKING = '''
@functools.cache
def weights() -> dict[str, np.ndarray]:
    """Return all arrays of the network by name."""
    packed = zlib.decompress(base64.b64decode(PACKED))
    found, start = dict(WRITTEN_OUT), 0
    for name, dtype, shape in ARRAYS:
        array = np.frombuffer(packed, np.dtype(dtype).newbyteorder("<"), math.prod(shape), start)
        found[name] = array.astype(dtype).reshape(shape)
        start += array.nbytes
    return found
'''


def literal(value: np.ndarray[Any, Any]) -> str:
    """Write an array of few numbers, or of texts, as an expression."""
    dtype = {"U": "np.str_", "b": "bool"}.get(value.dtype.kind, f"np.{value.dtype}")
    if not value.size:
        return f"np.zeros({value.shape}, {dtype})"
    return f"np.array({_listed(_shortest(value) if value.dtype.kind == 'f' else value.tolist())}, {dtype})"


def scalar(value: np.ndarray[Any, Any]) -> str:
    """Write a single number."""
    return _listed(_shortest(value) if value.dtype.kind == "f" else value.item())


def _shortest(value: np.ndarray[Any, Any]) -> Any:
    """Return the decimals that are read as the same number again, as short as can be."""
    if value.ndim:
        return [_shortest(each) for each in value]
    return float(str(value[()])) if np.isfinite(value) else float(value)


def _listed(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_listed, value))}]"
    if isinstance(value, float) and not np.isfinite(value):
        return "np.nan" if np.isnan(value) else "np.inf" if value > 0 else "-np.inf"
    return repr(value)


def is_written_out(tensor: Tensor) -> bool:
    """Whether an array stands in the file as numbers one can read."""
    assert tensor.value is not None
    return tensor.dtype == TEXT or tensor.value.size <= FEW


def written_out(tensors: Sequence[Tensor]) -> str:
    """Write the table of the small arrays."""
    rows = [f"    {tensor.name!r}: {literal(_value(tensor))},\n" for tensor in tensors]
    return f"WRITTEN_OUT = {{\n{''.join(rows)}}}\n" if rows else "WRITTEN_OUT = {}\n"


def packed(tensors: Sequence[Tensor]) -> str:
    """Write the table of the large arrays, and their numbers as compressed text."""
    content = b"".join(
        np.ascontiguousarray(_value(tensor)).astype(_value(tensor).dtype.newbyteorder("<")).tobytes()
        for tensor in tensors
    )
    text = base64.b64encode(zlib.compress(content, 9)).decode()
    rows = [f"    ({tensor.name!r}, {tensor.dtype!r}, {tensor.shape}),\n" for tensor in tensors]
    table = f"ARRAYS = (\n{''.join(rows)})\n" if rows else "ARRAYS = ()\n"
    return f'{table}\nPACKED = """\\\n' + "\n".join(textwrap.wrap(text, WIDTH)) + '\n"""\n'


def _value(tensor: Tensor) -> np.ndarray[Any, Any]:
    assert tensor.value is not None
    return tensor.value
