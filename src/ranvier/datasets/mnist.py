"""MNIST: 70,000 handwritten digits, 28 by 28 pixels (LeCun, Cortes, Burges, 1998)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ranvier.datasets.idx import IdxFile, load_image_set
from ranvier.datasets.npz import read_image_npz
from ranvier.datasets.sources import given_path, read_given

if TYPE_CHECKING:
    import os

    from ranvier.datasets.splits import Split

__all__ = ["CLASS_NAMES", "load_data"]

CLASS_NAMES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
"""The name of each class."""

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

FILES = (
    IdxFile(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        "sha256:ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    IdxFile(
        "train-labels-idx1-ubyte",
        (60_000,),
        "sha256:65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    IdxFile(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        "sha256:0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    IdxFile(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        "sha256:ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)

_KERAS_NAME = "mnist.npz"


def load_data(path: str | os.PathLike[str] = _KERAS_NAME) -> Split:
    """Load MNIST.

    Args:
        path: A file in the layout of Keras' ``mnist.npz`` to read instead. Left out, the four files
            are looked for in ``RANVIER_DATA_HOME`` (``mnist/train-images-idx3-ubyte``, plain or
            ``.gz``) and in the cache, and else downloaded (11 MB).

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images of shape (60000, 28, 28) and (10000, 28, 28),
        uint8 from 0 (paper) to 255 (ink); labels of shape (60000,) and (10000,), uint8 from 0 to 9.

    Raises:
        DownloadError: If a file cannot be had, or its content is not the expected one.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
    """
    given = given_path(path, _KERAS_NAME)
    if given is not None:
        return read_given(given, read_image_npz)
    return load_image_set("mnist", MIRRORS, FILES)
