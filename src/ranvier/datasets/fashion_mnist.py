"""Fashion-MNIST: 70,000 articles of clothing in MNIST's form (Xiao, Rasul, Vollgraf, 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ranvier.datasets.idx import IdxFile, load_image_set

if TYPE_CHECKING:
    from ranvier.datasets.splits import Split

__all__ = ["CLASS_NAMES", "load_data"]

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""The name of each class."""

MIRRORS = ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",)

# MD5 of the decompressed files; their publisher gives the MD5 of the compressed ones.
FILES = (
    IdxFile("train-images-idx3-ubyte", (60_000, 28, 28), "md5:f4a8712d7a061bf5bd6d2ca38dc4d50a"),
    IdxFile("train-labels-idx1-ubyte", (60_000,), "md5:9018921c3c673c538a1fc5bad174d6f9"),
    IdxFile("t10k-images-idx3-ubyte", (10_000, 28, 28), "md5:8181f5470baa50b63fa0f6fddb340f0a"),
    IdxFile("t10k-labels-idx1-ubyte", (10_000,), "md5:15d484375f8d13e6eb1aabb0c3f46965"),
)


def load_data() -> Split:
    """Load Fashion-MNIST.

    The four files are looked for in ``RANVIER_DATA_HOME`` (``fashion_mnist/train-images-idx3-ubyte``,
    plain or ``.gz``) and in the cache, and else downloaded (30 MB).

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images of shape (60000, 28, 28) and (10000, 28, 28),
        uint8 from 0 to 255; labels of shape (60000,) and (10000,), uint8, an index of
        ``CLASS_NAMES``.

    Raises:
        DownloadError: If a file cannot be had, or its content is not the expected one.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
    """
    return load_image_set("fashion_mnist", MIRRORS, FILES)
