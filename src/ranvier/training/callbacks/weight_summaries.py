"""Weights as TensorBoard shows them: histograms and grey pictures."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

from ranvier.training.callbacks.event_records import histogram_value, image_value

_BUCKETS = 30


def weight_histogram(tag: str, weight: np.ndarray[Any, Any]) -> bytes:
    """Return the histogram of a weight's entries, in 30 buckets of equal width.

    Args:
        tag: The name.
        weight: Any shape; entries that are not finite are left out.
    """
    entries = np.asarray(weight, np.float64).ravel()
    entries = entries[np.isfinite(entries)]
    if entries.size == 0:
        return histogram_value(tag, [0.0], [0.0], [0.0] * 5)
    counts, edges = np.histogram(entries, bins=_BUCKETS)
    moments = [entries.min(), entries.max(), entries.size, entries.sum(), np.square(entries).sum()]
    # The first bucket of TensorBoard reaches down to minus infinity: an empty one marks the least entry.
    return histogram_value(tag, edges.tolist(), [0.0, *counts.tolist()], moments)


def weight_image(tag: str, weight: np.ndarray[Any, Any]) -> bytes | None:
    """Return a weight of one or two axes as a picture, from black (least) to white (greatest).

    Axes of length one do not count; the longer axis lies across.

    Args:
        tag: The name.
        weight: Any shape.

    Returns:
        The value, or None for a weight that has more axes, or no entries.
    """
    plane = np.squeeze(np.asarray(weight, np.float64))
    if plane.ndim > 2 or plane.size == 0:
        return None
    plane = np.atleast_2d(plane)
    if plane.shape[0] > plane.shape[1]:
        plane = plane.T
    plane = np.nan_to_num(plane, posinf=0.0, neginf=0.0)
    reach = plane.max() - plane.min()
    grey = (plane - plane.min()) * (255.0 / reach if reach > 0 else 0.0)
    height, width = plane.shape
    return image_value(tag, height, width, _png(np.rint(grey).astype(np.uint8)))


def _png(grey: np.ndarray[Any, Any]) -> bytes:
    """Encode a grey picture of shape (height, width), dtype uint8."""
    height, width = grey.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = b"".join(b"\x00" + line.tobytes() for line in grey)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
